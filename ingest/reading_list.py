"""Markdown → entries, by CommonMark's own tokens.

Every item counts: several links in one item, bare addresses, items without a link, notes below an
item, a paragraph that introduces a list, tables, links in headings, HTML anchors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from config.errors import ReadingListError
from ingest.entry_title import is_generic, title_of
from ingest.inline_links import FOLD, Inline, Link, html_parts, inline, joined, tidy

_LARGEST_BYTES = 20_000_000
# Deeper than any list that a person wrote; a list and its item are two levels.
_DEEPEST = 100
_PLACEHOLDER = re.compile(r"^\s*(?:\{\{.*\}\}|\[toc\]|\[\[_?toc_?\]\])\s*$", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A(?:---\s*\n.*?\n(?:---|\.\.\.)|\+\+\+\s*\n.*?\n\+\+\+)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TASK = re.compile(r"^\s*\[[ xX]\]\s+")
# A number at the start of a further line: an item of a list that Markdown does not see as one.
_LOST_ITEM = re.compile(r"\n\s*\d{1,9}[.)]\s+")
_CLOSED = re.compile(r"</details\s*>", re.IGNORECASE)
_NOTE_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the list. ``section`` is the heading path; ``note`` the curator's words; ``line`` from 1.

    ``titled``: the curator gave the title. Else it is made of the words around the link or of its
    address, and the page's own is better. ``broken`` is the address that the list gives, where it is
    none; then ``url`` is None.
    """

    title: str
    url: str | None
    section: tuple[str, ...]
    note: str
    line: int
    titled: bool = True
    broken: str = ""

    @property
    def unlinked(self) -> str:
        """Why there is no address to read it from."""
        if self.broken:
            return f"its address is malformed: {self.broken}; correct it in line {self.line} of the list"
        return "the list gives no address for it"


def read_reading_list(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a file. Raises ReadingListError when it cannot be read as text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadingListError(
            f"the reading list {path} cannot be read: {error.strerror}; name a Markdown file"
        ) from error
    if len(data) > _LARGEST_BYTES:
        raise ReadingListError(f"the reading list {path} is larger than {_LARGEST_BYTES // 1_000_000} MB; split it")
    if b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadingListError(f"the reading list {path} is not text; name a Markdown file")
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        guess = charset_normalizer.from_bytes(data).best()
        if guess is None:
            raise ReadingListError(f"the reading list {path} is not UTF-8 text; save it as UTF-8") from None
        text = str(guess)
    entries = parse_reading_list(text)
    if not entries:
        raise ReadingListError(
            f"the reading list {path} has no items; write one link a line, as '- [title](https://…)'"
        )
    return entries


def parse_reading_list(text: str) -> tuple[Entry, ...]:
    """Return the entries of a Markdown text in their order. Raises ReadingListError for what no person wrote."""
    matter = _FRONT_MATTER.match(text)
    if matter:
        # Kept as blank lines, so that line numbers stay true.
        text = "\n" * matter.group().count("\n") + text[matter.end() :]
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    for token in tokens:
        # The parser leaves out all that follows.
        if token.level >= _DEEPEST - 1:
            line = token.map[0] + 1 if token.map else 1
            raise ReadingListError(f"line {line} of the reading list is nested {_DEEPEST // 2} deep; make it flatter")
    walker = _Walker()
    walker.walk(SyntaxTreeNode(tokens).children)
    return tuple(walker.entries)


class _Walker:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._path: list[tuple[int, str]] = []
        self._intro = ""

    @property
    def _section(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._path)

    def walk(self, nodes: Sequence[SyntaxTreeNode]) -> None:
        for node in nodes:
            if node.type == "heading":
                self._heading(int(node.tag[1:]), inline(node.children), node)
            elif node.type == "paragraph":
                self._paragraph(node)
            elif node.type in ("bullet_list", "ordered_list"):
                for item in node.children:
                    self._item(item, ())
                self._intro = ""
            elif node.type == "table":
                self._table(node)
                self._intro = ""
            elif node.type == "blockquote":
                self.walk(node.children)
            elif node.type == "html_block":
                self._html(node)

    def _heading(self, level: int, run: Inline, node: SyntaxTreeNode) -> None:
        self._path = [(above, title) for above, title in self._path if above < level]
        if run.said:
            self._path.append((level, run.said))
        self._intro = ""
        for link in run.links:
            self._link(link, run, "", node)

    def _paragraph(self, node: SyntaxTreeNode) -> None:
        run = inline(node.children)
        if _PLACEHOLDER.match(run.text):
            return
        for link in run.links:
            self._link(link, run, _around(run, link), node)
        # A paragraph with links of its own speaks of them; one without speaks of the list that follows.
        self._intro = "" if run.links or run.inner else run.said

    def _item(self, item: SyntaxTreeNode, context: tuple[str, ...]) -> None:
        """Add an item's entries; ``context`` is what the items above it say, where they have no link."""
        run = _lines(joined([inline(child.children) for child in item.children if child.type in _WORDS]))
        nested = [below for child in item.children if child.type in _LISTS for below in child.children]
        for child in item.children:
            if child.type in ("html_block", "table", "blockquote"):
                self.walk([child])
        linked = [_has_link(child) for child in nested]
        if run.links:
            comments = [text for child, has in zip(nested, linked, strict=True) if not has for text in _texts(child)]
            for link in run.links:
                self._link(link, run, _joined_notes(_around(run, link), *comments, *context), item, context)
            for child, has in zip(nested, linked, strict=True):
                if has:
                    self._item(child, ())
        elif any(linked):
            for child in nested:
                self._item(child, (*context, run.said) if run.said else context)
        elif run.said and not run.inner and not any(_points_inside(child) for child in nested):
            below = [part for child in nested for part in _texts(child)]
            self._add(run.said, None, _joined_notes(*below, *context), item)

    def _table(self, node: SyntaxTreeNode) -> None:
        rows = [row for part in node.children for row in part.children]
        cells = [[inline(cell.children) for cell in row.children] for row in rows]
        heads = [cell.said for cell in cells[0]] if cells else []
        for number, (row, said) in enumerate(zip(rows, cells, strict=True)):
            names = heads if number else []
            for at, cell in enumerate(said):
                for link in cell.links:
                    others = [
                        f"{names[n]}: {other.said}" if n < len(names) and names[n] else other.said
                        for n, other in enumerate(said)
                        if n != at and other.said
                    ]
                    self._link(link, cell, "; ".join(others), row, _row_name(said, at, link))

    def _html(self, node: SyntaxTreeNode) -> None:
        for part in html_parts(node.content):
            if part.level == 0:
                for link in part.run.links:
                    self._link(link, part.run, _around(part.run, link), node)
            elif part.level == FOLD:
                deepest = self._path[-1][0] if self._path else 0
                self._path.append((max(deepest + 1, FOLD), part.run.said))
            else:
                self._heading(part.level, part.run, node)
        for _ in _CLOSED.findall(node.content):
            if self._path and self._path[-1][0] >= FOLD:
                self._path.pop()

    def _link(self, link: Link, run: Inline, note: str, node: SyntaxTreeNode, context: Sequence[str] = ()) -> None:
        title = title_of(link, run, context)
        url, broken = (None, link.url) if link.broken else (link.url, "")
        self._add(title.text, url, note, node, title.given, broken)

    def _add(
        self, title: str, url: str | None, note: str, node: SyntaxTreeNode, titled: bool = True, broken: str = ""
    ) -> None:
        place = node if node.map or node.parent is None else node.parent
        line = place.map[0] + 1 if place.map else 1
        said = _joined_notes(note, self._intro)
        self.entries.append(Entry(title[:_NOTE_CHARACTERS], url, self._section, said, line, titled, broken))


_WORDS = ("paragraph", "heading")
_LISTS = ("bullet_list", "ordered_list")


def _lines(run: Inline) -> Inline:
    """Return an item's run without what is Markdown's and not the curator's: a task's box, a lost item's number."""
    box = _TASK.match(run.text)
    for pattern, match in ((_TASK, box), *((_LOST_ITEM, lost) for lost in _LOST_ITEM.finditer(run.text))):
        if match is not None:
            # As many spaces as characters, so that the links' places stay true.
            kept = "" if pattern is _TASK else " —"
            run.text = run.text[: match.start()] + kept.ljust(len(match.group())) + run.text[match.end() :]
    return run


def _around(run: Inline, link: Link) -> str:
    """Return what a run says about a link, "" where that is the link's own words; of a long run what is near."""
    said = run.said
    if said == link.label:
        return ""
    if len(said) <= _NOTE_CHARACTERS:
        return said
    half = _NOTE_CHARACTERS // 2
    return tidy(run.text[max(link.start - half, 0) : link.end + half])


def _joined_notes(*parts: str) -> str:
    note = " — ".join(dict.fromkeys(part for part in parts if part))
    return note if len(note) <= _NOTE_CHARACTERS else f"{note[:_NOTE_CHARACTERS].rsplit(' ', 1)[0]} …"


def _row_name(cells: Sequence[Inline], at: int, link: Link) -> tuple[str, ...]:
    """Return what a table's row is about, for a link that does not name itself."""
    if link.label and not is_generic(link.label):
        return ()
    first = next((cell.said for n, cell in enumerate(cells) if n != at and cell.said), "")
    return (first,) if first else ()


def _runs(item: SyntaxTreeNode) -> list[Inline]:
    return [inline(node.children) for node in item.walk(include_self=False) if node.type in _WORDS]


def _has_link(item: SyntaxTreeNode) -> bool:
    return any(run.links for run in _runs(item)) or any(
        part.run.links
        for node in item.walk(include_self=False)
        if node.type == "html_block"
        for part in html_parts(node.content)
    )


def _points_inside(item: SyntaxTreeNode) -> bool:
    return any(run.inner for run in _runs(item))


def _texts(item: SyntaxTreeNode) -> list[str]:
    return [run.said for run in _runs(item) if run.said]
