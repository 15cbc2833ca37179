"""Markdown → blocks, for READMEs, notebooks and pages that are Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.document import Block, Locator
from ingest.sources.html.blocks import read_blocks, squeeze
from ingest.sources.html.maths import normalised
from ingest.sources.html.parse import tidy

_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_HOLD = "\ue000{}\ue001"
_HELD = re.compile("\ue000(\\d+)\ue001")


def markdown_blocks(text: str, cell: int | None = None) -> list[Block]:
    """Return the blocks of a Markdown text.

    With ``cell`` each is located in that notebook cell; else under its heading, with GitHub's id.
    """
    return list(_Reader(cell).blocks(text))


def slug(heading: str) -> str:
    """Return the id that GitHub gives a heading (github-slugger's rule, without its counting)."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


class _Reader:
    def __init__(self, cell: int | None) -> None:
        self._cell = cell
        self._heading = ""
        self._seen: dict[str, int] = {}
        self._id: str | None = None
        self._formulas: list[str] = []

    def blocks(self, text: str) -> Iterator[Block]:
        held = _FORMULA.sub(self._hold, tidy(text))
        tree = SyntaxTreeNode(MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table"]).parse(held))
        for node in tree.children:
            yield from self._node(node)

    def _hold(self, match: re.Match[str]) -> str:
        # Markdown would eat a formula's backslashes and underscores.
        self._formulas.append(match.group())
        return _HOLD.format(len(self._formulas) - 1)

    def _restore(self, text: str) -> str:
        return _HELD.sub(lambda match: self._formulas[int(match.group(1))], text)

    def _locator(self) -> Locator:
        if self._cell is not None:
            return Locator("cell", self._cell)
        return Locator("heading", self._heading, self._id) if self._heading else Locator()

    def _node(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if node.type == "heading":
            text = squeeze(self._restore(_plain(node.children)))
            if text:
                self._enter(text)
                yield Block("heading", text, self._locator(), level=int(node.tag[1:]))
        elif node.type == "paragraph":
            yield from self._running(_plain(node.children))
        elif node.type in ("bullet_list", "ordered_list"):
            yield from self._list(node)
        elif node.type in ("fence", "code_block"):
            language = (node.info or "").split()[0] if node.type == "fence" and (node.info or "").split() else ""
            content = self._restore(node.content).rstrip("\n")
            if content.strip():
                yield Block("code", content, self._locator(), language=language.strip("{}."))
        elif node.type == "blockquote":
            for inner in node.children:
                for block in self._node(inner):
                    kind = "quote" if block.type == "paragraph" else block.type
                    yield Block(kind, block.text, block.locator, block.level, block.language)
        elif node.type == "table":
            yield Block("table", self._table(node), self._locator())
        elif node.type == "html_block":
            yield from self._html(self._restore(node.content))

    def _enter(self, text: str) -> None:
        self._heading = text
        name = slug(text)
        count = self._seen.get(name, 0)
        self._seen[name] = count + 1
        self._id = f"{name}-{count}" if count else name

    def _running(self, text: str) -> Iterator[Block]:
        for piece, displayed in normalised(self._restore(text)):
            if displayed:
                yield Block("formula", piece, self._locator())
            elif re.search(r"\w", piece):
                yield Block("paragraph", squeeze(piece), self._locator())

    def _list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if any(inner.type in ("fence", "code_block", "table") for inner in node.walk()):
            for item in node.children:
                for inner in item.children:
                    yield from self._node(inner)
            return
        lines = [line for line in self._lines(node, 0) if line.strip()]
        if lines:
            yield Block("list", "\n".join(lines), self._locator())

    def _lines(self, node: SyntaxTreeNode, depth: int) -> Iterator[str]:
        for number, item in enumerate(node.children, start=1):
            marker = f"{number}." if node.type == "ordered_list" else "-"
            text = squeeze(self._restore(" ".join(_plain(n.children) for n in item.children if n.type == "paragraph")))
            if text:
                yield f"{'  ' * depth}{marker} {text}"
            for inner in item.children:
                if inner.type in ("bullet_list", "ordered_list"):
                    yield from self._lines(inner, depth + 1)

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [
            [squeeze(self._restore(_plain(cell.children))) for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        if rows:
            lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)

    def _html(self, source: str) -> Iterator[Block]:
        try:
            fragment = lxml_html.fragment_fromstring(source, create_parent="div")
        except (etree.LxmlError, ValueError):
            return
        for element in fragment.xpath(".//comment() | .//script | .//style"):
            element.drop_tree()
        for block in read_blocks(fragment):
            if block.type == "heading":
                self._enter(block.text)
            yield Block(block.type, block.text, self._locator(), block.level, block.language)


def _plain(nodes: Sequence[SyntaxTreeNode]) -> str:
    parts: list[str] = []
    for node in nodes:
        if node.type in ("text", "code_inline"):
            parts.append(node.content)
        elif node.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif node.type == "html_inline":
            parts.append(" " if node.content.lower().startswith("<br") else "")
        elif node.type != "image":
            parts.append(_plain(node.children))
    return "".join(parts)
