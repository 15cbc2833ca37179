"""Markdown → blocks, for READMEs, notebooks and pages that are Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.document import Block, Locator
from ingest.sources.html.blocks import read_blocks
from ingest.sources.html.inline import squeeze
from ingest.sources.html.maths import normalised
from ingest.sources.html.parse import tidy

_FORMULA = (
    r"\$\$.+?\$\$|\$`[^`\n]+`\$|\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\]|"
    r"\\begin\{(?P<name>equation|align|gather|multline|eqnarray|split|aligned|cases)(?P<star>\*?)\}.+?"
    r"\\end\{(?P=name)(?P=star)\}"
)
# Code comes first: a dollar in it opens no formula.
_CODE = (
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|"
    r"(?<![$`])(?P<ticks>`{1,2})(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))"
)
_FORMULA_OR_CODE = re.compile(f"{_CODE}|{_FORMULA}", re.DOTALL | re.MULTILINE)
_PARSER = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
_HOLD = "\ue000{}\ue001"
_HELD = re.compile("\ue000(\\d+)\ue001")
_ALERT = re.compile(r"^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_BADGE = re.compile(r"badge|shields?\b|/workflows/|travis-ci|codecov", re.IGNORECASE)


def markdown_blocks(text: str, cell: Locator | None = None) -> list[Block]:
    """Return the blocks of a Markdown text.

    With ``cell`` each is located in that notebook cell; else under its heading, with GitHub's id.
    """
    return list(_Reader(cell).blocks(text))


def slug(heading: str) -> str:
    """Return the id that GitHub gives a heading (github-slugger's rule, without its counting)."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


class _Reader:
    def __init__(self, cell: Locator | None) -> None:
        self._cell = cell
        self._heading = ""
        self._seen: dict[str, int] = {}
        self._id: str | None = None
        self._formulas: list[str] = []

    def blocks(self, text: str) -> Iterator[Block]:
        held = _FORMULA_OR_CODE.sub(self._hold, tidy(text).replace("\ue000", "").replace("\ue001", ""))
        for node in SyntaxTreeNode(_PARSER.parse(held)).children:
            yield from self._node(node)

    def _hold(self, match: re.Match[str]) -> str:
        if match.group("code"):
            return match.group()
        # Markdown would eat a formula's backslashes and underscores.
        formula = match.group()
        self._formulas.append(f"${formula[2:-2]}$" if formula.startswith("$`") else formula)
        return _HOLD.format(len(self._formulas) - 1)

    def _restore(self, text: str) -> str:
        return _HELD.sub(lambda match: self._formulas[int(match.group(1))], text)

    def _locator(self) -> Locator:
        if self._cell is not None:
            return self._cell
        return Locator("heading", self._heading, self._id) if self._heading else Locator()

    def _node(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if node.type == "heading":
            text = squeeze(self._restore(_plain(node.children)))
            if text:
                self._enter(text)
                yield Block("heading", text, self._locator(), level=int(node.tag[1:]))
        elif node.type == "paragraph":
            yield from self._running(node.children)
        elif node.type in ("bullet_list", "ordered_list"):
            yield from self._list(node)
        elif node.type in ("fence", "code_block"):
            yield from self._code(node)
        elif node.type == "blockquote":
            for inner in node.children:
                for block in self._node(inner):
                    kind = "quote" if block.type == "paragraph" else block.type
                    text = _ALERT.sub("", block.text)
                    if text:
                        yield Block(kind, text, block.locator, block.level, block.language)
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

    def _code(self, node: SyntaxTreeNode) -> Iterator[Block]:
        words = (node.info or "").split() if node.type == "fence" else []
        language = words[0].strip("{}.") if words else ""
        content = self._restore(node.content).rstrip("\n")
        if content.strip() and language == "math":
            yield Block("formula", content.strip(), self._locator())
        elif content.strip():
            yield Block("code", content, self._locator(), language=language)

    def _running(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
        for piece, displayed in normalised(self._restore(_plain(nodes))):
            if displayed:
                yield Block("formula", piece, self._locator())
            elif re.search(r"\w", piece):
                yield Block("paragraph", squeeze(piece), self._locator())
        for node in nodes:
            for picture in node.walk():
                # A file name or a single word says nothing that a reader would look for.
                alt = squeeze(picture.content) if picture.type == "image" else ""
                if len(alt.split()) > 2 and not _BADGE.search(f"{picture.attrs.get('src', '')} {alt}"):
                    yield Block("caption", self._restore(alt), self._locator())

    def _list(self, node: SyntaxTreeNode) -> Iterator[Block]:
        if any(inner.type in ("fence", "code_block", "table", "html_block") for inner in node.walk()):
            for item in node.children:
                for inner in item.children:
                    yield from self._node(inner)
            return
        lines = [line for line in self._lines(node, 0) if line.strip()]
        if lines:
            yield Block("list", "\n".join(lines), self._locator())

    def _lines(self, node: SyntaxTreeNode, depth: int) -> Iterator[str]:
        start = int(node.attrs.get("start") or 1) if node.type == "ordered_list" else 1
        for number, item in enumerate(node.children, start=start):
            marker = f"{number}." if node.type == "ordered_list" else "-"
            said = (_plain(inner.children) for inner in item.children if inner.type in ("paragraph", "heading"))
            text = _TASK.sub("", squeeze(self._restore(" ".join(said))))
            if text:
                yield f"{'  ' * depth}{marker} {text}"
            for inner in item.children:
                if inner.type in ("bullet_list", "ordered_list"):
                    yield from self._lines(inner, depth + 1)

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [
            [squeeze(self._restore(_plain(cell.children))).replace("|", "\\|") for cell in row.children]
            for part in node.children
            for row in part.children
        ]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        if rows:
            lines.insert(1, "|" + " --- |" * len(rows[0]))
        return "\n".join(lines)

    def _html(self, source: str) -> Iterator[Block]:
        for block in fragment_blocks(source):
            if block.type == "heading":
                self._enter(block.text)
            yield Block(block.type, block.text, self._locator(), block.level, block.language)


def fragment_blocks(source: str) -> tuple[Block, ...]:
    """Return the blocks of a piece of HTML, without badges and what is not shown."""
    try:
        fragment = lxml_html.fragment_fromstring(source, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        # What cannot be parsed at all shows nothing either.
        return ()
    for element in fragment.xpath(".//comment() | .//script | .//style"):
        element.drop_tree()
    for picture in list(fragment.iter("img")):
        if _BADGE.search(f"{picture.get('src') or ''} {picture.get('alt') or ''}"):
            picture.drop_tree()
    return read_blocks(fragment)


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
