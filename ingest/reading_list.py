"""Markdown → entries, by CommonMark's own tokens.

Every item counts: several links in one item, bare addresses, items without a link, notes below an
item, a paragraph that introduces a list, tables, links in headings, HTML anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import charset_normalizer
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from config.errors import ReadingListError

_LARGEST_BYTES = 20_000_000
_BARE_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
# A link's own words that say nothing without those around it.
_GENERIC = re.compile(
    r"^(?:here|link|this|article|paper|pdf|code|video|blog|post|slides?|notes?|part \d+|\d+|website|demo|repo|github|"
    r"google colab|colab|source|docs?|read more|\W*)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"^\s*(?:\{\{.*\}\}|\[toc\]|\[\[_?toc_?\]\])\s*$", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n(?:---|\.\.\.)\s*\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the list. ``section`` is the heading path; ``note`` the curator's words; ``line`` from 1."""

    title: str
    url: str | None
    section: tuple[str, ...]
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class _Link:
    label: str
    url: str


@dataclass(slots=True)
class _Inline:
    """What one inline run says: its text as read, and its links in order."""

    text: str = ""
    links: list[_Link] = field(default_factory=list)
    only_links: bool = True


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
    """Return the entries of a Markdown text in their order."""
    matter = _FRONT_MATTER.match(text)
    if matter:
        # Kept as blank lines, so that line numbers stay true.
        text = "\n" * matter.group().count("\n") + text[matter.end() :]
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table")
    walker = _Walker()
    walker.walk(SyntaxTreeNode(parser.parse(text)).children)
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
                self._heading(node)
            elif node.type == "paragraph":
                self._paragraph(node)
            elif node.type in ("bullet_list", "ordered_list"):
                self._list(node)
                self._intro = ""
            elif node.type == "table":
                self._table(node)
                self._intro = ""
            elif node.type == "blockquote":
                self.walk(node.children)
            elif node.type == "html_block":
                self._html(node)

    def _heading(self, node: SyntaxTreeNode) -> None:
        inline = _inline(node.children)
        level = int(node.tag[1:])
        self._path = [(above, title) for above, title in self._path if above < level]
        title = _tidy(inline.text)
        if title:
            self._path.append((level, title))
        self._intro = ""
        for link in inline.links:
            self._add(_title(link, inline), link.url, "", node)

    def _paragraph(self, node: SyntaxTreeNode) -> None:
        inline = _inline(node.children)
        if _PLACEHOLDER.match(inline.text):
            return
        for link in inline.links:
            self._add(_title(link, inline), link.url, _note(inline, link), node)
        # A paragraph with links of its own speaks of them; one without speaks of the list that follows.
        self._intro = "" if inline.links else _tidy(inline.text)

    def _list(self, node: SyntaxTreeNode) -> None:
        for item in node.children:
            self._item(item, ())

    def _item(self, item: SyntaxTreeNode, context: tuple[str, ...]) -> None:
        """Add an item's entries; ``context`` is what the items above it say, where they have no link."""
        inline = _joined([child for child in item.children if child.type in ("paragraph", "heading")])
        lists = [child for child in item.children if child.type in ("bullet_list", "ordered_list")]
        nested = [grandchild for child in lists for grandchild in child.children]
        for child in item.children:
            if child.type in ("html_block", "table", "blockquote"):
                self.walk([child])
        if inline.links:
            comments = [text for child in nested if not _has_link(child) for text in _texts(child)]
            for link in inline.links:
                note = " — ".join(part for part in (_note(inline, link), *comments, *context) if part)
                self._add(_title(link, inline, context), link.url, note, item)
            for child in nested:
                if _has_link(child):
                    self._item(child, ())
            return
        text = _tidy(inline.text)
        if any(_has_link(child) for child in nested):
            for child in nested:
                self._item(child, (*context, text) if text else context)
        elif text:
            below = [part for child in nested for part in _texts(child)]
            self._add(text, None, " — ".join((*below, *context)), item)

    def _table(self, node: SyntaxTreeNode) -> None:
        rows = [row for part in node.children for row in part.children]
        heads = [_tidy(_inline(cell.children).text) for cell in rows[0].children] if rows else []
        for row in rows[1:]:
            cells = [_inline(cell.children) for cell in row.children]
            for number, cell in enumerate(cells):
                for link in cell.links:
                    others = [
                        f"{heads[n]}: {said}" if n < len(heads) and heads[n] else said
                        for n, other in enumerate(cells)
                        if n != number and (said := _tidy(other.text))
                    ]
                    title = _title(link, cell)
                    if _GENERIC.match(link.label) and others:
                        title = f"{_tidy(cells[0].text) or others[0]} — {link.label}"
                    self._add(title, link.url, "; ".join(others), row)

    def _html(self, node: SyntaxTreeNode) -> None:
        for label, url, around in _anchors(node.content):
            inline = _Inline(around, [_Link(label, url)])
            self._add(_title(inline.links[0], inline), url, _note(inline, inline.links[0]), node)

    def _add(self, title: str, url: str | None, note: str, node: SyntaxTreeNode) -> None:
        line = node.map[0] + 1 if node.map else 1
        if node.type == "tr" and node.map is None and node.parent and node.parent.map:
            line = node.parent.map[0] + 1
        said = " — ".join(part for part in (note, self._intro) if part)
        self.entries.append(Entry(title, url, self._section, said, line))


def _inline(nodes: Sequence[SyntaxTreeNode]) -> _Inline:
    found = _Inline()
    for node in nodes:
        _collect(node, found)
    found.text = re.sub(r"\s+", " ", found.text).strip()
    return found


def _joined(nodes: Sequence[SyntaxTreeNode]) -> _Inline:
    parts = [_inline(node.children) for node in nodes]
    return _Inline(" ".join(part.text for part in parts), [link for part in parts for link in part.links])


def _collect(node: SyntaxTreeNode, found: _Inline) -> None:
    if node.type == "link":
        label = _tidy(_inline(node.children).text)
        url = _web_address(str(node.attrs.get("href", "")))
        pictured = bool(node.children) and not label and all(child.type == "image" for child in node.children)
        # A badge: a picture that links somewhere says nothing to read.
        if url and not pictured:
            found.links.append(_Link(label, url))
        found.text += label if not _BARE_URL.fullmatch(label) else ""
    elif node.type == "text":
        _bare(node.content, found)
    elif node.type in ("code_inline",):
        found.text += node.content
    elif node.type in ("softbreak", "hardbreak"):
        found.text += " "
    elif node.type == "html_inline":
        match = re.match(r"<a\s[^>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", node.content, re.IGNORECASE)
        url = _web_address(next((group for group in match.groups() if group), "")) if match else None
        if url:
            found.links.append(_Link("", url))
        elif re.match(r"<br", node.content, re.IGNORECASE):
            found.text += " "
    elif node.type != "image":
        for child in node.children:
            _collect(child, found)


def _bare(text: str, found: _Inline) -> None:
    last = 0
    for match in _BARE_URL.finditer(text):
        address = _without_trailing(match.group())
        found.text += text[last : match.start()]
        last = match.start() + len(address)
        url = _web_address(address)
        if url:
            found.links.append(_Link("", url))
    found.text += text[last:]


def _without_trailing(address: str) -> str:
    while address:
        if (
            address[-1] in ".,;:!?*_~'\"…"
            or (address[-1] == ")" and address.count(")") > address.count("("))
            or (address[-1] == "]" and address.count("]") > address.count("["))
        ):
            address = address[:-1]
        else:
            break
    return address


def _web_address(url: str) -> str | None:
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def _anchors(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield (label, address, text around) of the anchors of an HTML block."""
    try:
        fragments = lxml_html.fragments_fromstring(source)
    except (ValueError, etree.ParserError):
        return
    for fragment in fragments:
        if isinstance(fragment, str) or not isinstance(fragment.tag, str):
            continue
        for anchor in fragment.iter("a"):
            url = _web_address(str(anchor.get("href") or ""))
            label = _tidy(_text_of(anchor))
            if url and (label or anchor.find(".//img") is None):
                parent = anchor.getparent()
                around = _tidy(_text_of(parent)) if parent is not None and len(parent) < 20 else label
                yield label, url, around


def _text_of(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _has_link(item: SyntaxTreeNode) -> bool:
    return any(
        _inline(node.children).links for node in item.walk(include_self=False) if node.type in ("paragraph", "heading")
    )


def _texts(item: SyntaxTreeNode) -> list[str]:
    found = (_tidy(_inline(n.children).text) for n in item.walk(include_self=False) if n.type == "paragraph")
    return [text for text in found if text]


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _title(link: _Link, inline: _Inline, context: Sequence[str] = ()) -> str:
    label = link.label
    if label and not _GENERIC.match(label) and not _BARE_URL.fullmatch(label):
        return label
    before = inline.text
    if label and label in before:
        before = before[: before.index(label)]
    words = re.sub(r"[\s:\-–—|,(]+(?:\b(?:here|at|see|is|and|in)\b)?[\s:\-–—|,(]*$", "", _tidy(before))
    words = re.sub(r"^[\s:\-–—|,)]+", "", words)
    only = not label and len(inline.links) == 1
    if 0 < len(words) <= 120 and (label or only):
        return f"{words} — {label}" if label and label.casefold() not in words.casefold() else words
    if label:
        return f"{context[-1]} — {label}" if context else label
    return title_from_address(link.url)


def title_from_address(url: str) -> str:
    """Return what an entry is called where the list gives nothing but its address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    last = re.sub(r"\.(?:html?|php|aspx?|md|ipynb|pdf)$", "", pieces[-1]) if pieces else ""
    last = re.sub(r"-[0-9a-f]{10,}$", "", last)
    words = re.sub(r"[-_+]+", " ", last).strip()
    if host.endswith("youtube.com") or not words or words in ("watch", "index"):
        return f"{host} {parts.query}".strip() if parts.query else host
    return f"{words} ({host})"


def _note(inline: _Inline, link: _Link) -> str:
    text = _tidy(inline.text)
    return "" if text == link.label else text
