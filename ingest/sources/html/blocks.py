"""The body of a page → blocks in order, each with the heading and the id it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.document import Block, BlockType, Locator
from ingest.sources.html.frame import names
from ingest.sources.html.maths import formula, normalised
from ingest.sources.html.parse import Element
from ingest.sources.html.tables import is_data_table, table_rows

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meter nobr output q ruby rb "
    "s samp small span strike strong sub sup time tt u var wbr d-cite dt-cite rt rp".split()
)
_CONTAINERS_AS_LIST = frozenset(("ul", "ol", "menu"))
_REFERENCE_NAMES = frozenset("references bibliography biblio citations refs csl".split())
_REFERENCE_HEADING = re.compile(r"^(?:references?|bibliography|works cited|citations?)$", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"^\s*[\[(]?(?:\d{1,3}|[a-z*†‡§]|note \d+)[\])]?\s*$", re.IGNORECASE)
_ANCHOR_SIGNS = re.compile(r"\s*(?:[#¶§🔗⚓]|Permalink|Link to this heading|Anchor)\s*$")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_LINE_NUMBERS = frozenset("linenos lineno linenumber linenumbers gutter linenodiv".split())
_BREAK = "\x1e"


def read_blocks(body: Element) -> tuple[Block, ...]:
    """Return the blocks of a body from which the frame was taken."""
    walker = _Walker()
    walker.walk(body)
    walker.flush()
    return tuple(walker.blocks)


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._heading = ""
        self._id: str | None = None
        self._buffer: list[str] = []
        self._notes: list[str] = []
        self._type: BlockType = "paragraph"
        self._references = False

    # --- what is put out -------------------------------------------------------------------------------------

    def _locator(self) -> Locator:
        if not self._heading and not self._id:
            return Locator()
        return Locator("heading", self._heading or None, self._id)

    def _put(self, kind: BlockType, text: str, language: str = "") -> None:
        if text.strip():
            kind = "reference" if self._references and kind in ("paragraph", "list") else kind
            self.blocks.append(Block(kind, text, self._locator(), language=language))

    def flush(self) -> None:
        """Put out the running text that was gathered."""
        text, self._buffer = "".join(self._buffer), []
        for paragraph in text.split(_BREAK):
            for piece, displayed in normalised(paragraph):
                clean = squeeze(piece)
                if displayed:
                    self._put("formula", piece)
                elif re.search(r"\w|[^\x00-\x7f]", clean):
                    self._put(self._type, clean)
        notes, self._notes = self._notes, []
        for note in notes:
            self._put("paragraph", note)

    # --- walking -----------------------------------------------------------------------------------------------

    def walk(self, element: Element) -> None:
        """Read what is below an element."""
        self._text(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._element(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if text:
            self._buffer.append(text)

    def _element(self, element: Element) -> None:
        tag = element.tag
        found = formula(element)
        if found is not None:
            self._formula(*found)
        elif tag in _HEADINGS or (element.get("role") == "heading" and (element.get("aria-level") or "").isdigit()):
            self._read_heading(element)
        elif tag == "br":
            # Two in a row part paragraphs in pages made by hand.
            before = "".join(self._buffer[-1:]).strip(" \t\r\n")
            self._buffer.append(_BREAK if self._buffer and self._buffer[-1].strip() in ("",) and before == "" else " ")
        elif tag == "pre" or (tag in ("d-code", "dt-code") and element.get("block") is not None):
            self._code(element)
        elif tag == "table":
            self._table(element)
        elif tag in _CONTAINERS_AS_LIST:
            self._list(element)
        elif tag == "dl":
            self._separate(element)
        elif tag == "blockquote":
            self._as("quote", element)
        elif tag in ("figcaption", "caption"):
            self._as("caption", element)
        elif tag == "img":
            self._picture(element)
        elif tag in ("d-footnote", "dt-fn"):
            self._notes.append(inline_text(element))
        elif (
            tag in ("d-cite", "dt-cite") or (tag == "sup" and _is_footnote_mark(element)) or tag in ("svg", "rp", "rt")
        ):
            pass
        elif tag == "a" and _is_permalink(element):
            self._id = element.get("id") or self._id
        elif tag == "span" and names(element) & {"sidenote", "marginnote"}:
            self._notes.append(inline_text(element))
        elif tag in _INLINE and not _has_blocks(element):
            self.walk(element)
        else:
            self._separate(element)

    def _separate(self, element: Element) -> None:
        self.flush()
        references = self._references
        if element.tag in ("ol", "ul", "section", "div", "d-citation-list", "dl") and (
            names(element) & _REFERENCE_NAMES or element.tag == "d-citation-list"
        ):
            self._references = True
        self._enter(element)
        self.walk(element)
        self.flush()
        self._references = references

    def _enter(self, element: Element) -> None:
        # A section's id names its heading, which comes right after; it serves until a nearer one comes.
        if element.get("id") and element.tag in ("section", "article") and _first_heading(element) is not None:
            self._id = element.get("id")

    def _as(self, kind: BlockType, element: Element) -> None:
        self.flush()
        before, self._type = self._type, kind
        self.walk(element)
        self.flush()
        self._type = before

    def _formula(self, tex: str, displayed: bool) -> None:
        if not tex:
            return
        if displayed:
            self.flush()
            self._put("formula", tex)
        else:
            self._buffer.append(f"${tex}$")

    def _read_heading(self, element: Element) -> None:
        self.flush()
        text = _ANCHOR_SIGNS.sub("", inline_text(element)).strip()
        if not text:
            return
        level = _HEADINGS.get(element.tag) or min(6, max(1, int(element.get("aria-level") or 2)))
        self._heading = text
        self._id = _heading_id(element)
        self._references = bool(_REFERENCE_HEADING.match(text))
        self.blocks.append(Block("heading", text, self._locator(), level=level))

    def _code(self, element: Element) -> None:
        self.flush()
        for gutter in [e for e in element.iter() if isinstance(e.tag, str) and names(e) & _LINE_NUMBERS]:
            if gutter is not element and re.fullmatch(r"[\s\d]*", gutter.text_content()):
                gutter.clear(keep_tail=True)
        for line_break in element.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        text = element.text_content().expandtabs(4)
        lines = [line.rstrip() for line in text.split("\n")]
        self._put("code", "\n".join(lines).strip("\n"), _language(element))

    def _table(self, element: Element) -> None:
        if _code_in_table(element) is not None:
            self._element(_code_in_table(element))
            return
        if not is_data_table(element):
            self._separate(element)
            return
        self.flush()
        caption = element.find("caption")
        if caption is not None:
            self._put("caption", inline_text(caption))
        self._put("table", table_rows(element, inline_text))

    def _list(self, element: Element) -> None:
        self.flush()
        if any(_is_complex(item) for item in element.iter("li")):
            for item in element:
                if isinstance(item.tag, str):
                    self._separate(item)
                    continue
            return
        references = self._references
        self._references = references or bool(names(element) & _REFERENCE_NAMES)
        lines = [line for line in _list_lines(element, 0) if line.strip()]
        if self._references:
            for line in lines:
                self._put("list", re.sub(r"^\s*(?:-|\d+\.)\s+", "", line))
        else:
            self._put("list", "\n".join(lines))
        self._references = references

    def _picture(self, element: Element) -> None:
        alt = squeeze(element.get("alt") or element.get("title") or "")
        # A file name or a single word says nothing that a reader would look for.
        if len(alt.split()) < 3 or re.search(r"\.(?:png|jpe?g|gif|svg|webp)\b", alt, re.IGNORECASE):
            return
        inside = "".join(self._buffer).strip()
        if not inside:
            self.flush()
            self._put("caption", alt)


def inline_text(element: Element) -> str:
    """Return the text of an element as one line, formulas as ``$LaTeX$``."""
    parts: list[str] = []
    _gather(element, parts)
    text = "".join(piece if not shown else f"${piece}$" for piece, shown in normalised("".join(parts)))
    return squeeze(text)


def squeeze(text: str) -> str:
    """Return text with its white space collapsed as browsers do."""
    return _SPACE.sub(" ", text).strip()


def _gather(element: Element, parts: list[str], skip: frozenset[str] = frozenset()) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in skip:
            found = formula(child)
            if found is not None:
                if found[0]:
                    parts.append(f"${found[0]}$")
            elif child.tag == "br":
                parts.append(" ")
            elif (
                child.tag in ("svg", "d-cite", "dt-cite", "rp", "rt")
                or (child.tag == "sup" and _is_footnote_mark(child))
                or (child.tag == "a" and _is_permalink(child))
            ):
                pass
            else:
                apart = child.tag not in _INLINE and child.tag not in ("img",)
                if apart:
                    parts.append(" ")
                _gather(child, parts, skip)
                if apart:
                    parts.append(" ")
        if child.tail:
            parts.append(child.tail)


def _list_lines(element: Element, depth: int) -> Iterator[str]:
    number = int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
    for item in element:
        if not isinstance(item.tag, str):
            continue
        if item.tag in _CONTAINERS_AS_LIST:
            yield from _list_lines(item, depth + 1)
            continue
        parts: list[str] = []
        _gather(item, parts, _CONTAINERS_AS_LIST)
        text = squeeze("".join(piece if not shown else f"${piece}$" for piece, shown in normalised("".join(parts))))
        if text:
            marker = f"{number}." if element.tag == "ol" else "-"
            yield f"{'  ' * depth}{marker} {text}"
            number += 1
        for inner in item.iter(*_CONTAINERS_AS_LIST):
            if next(inner.iterancestors("li"), None) is item:
                yield from _list_lines(inner, depth + 1)


def _is_complex(item: Element) -> bool:
    """Whether an item holds what a line cannot: code, tables, figures, headings, several paragraphs."""
    if next(item.iter("pre", "table", "figure", "blockquote", *_HEADINGS), None) is not None:
        return True
    if sum(1 for child in item if child.tag == "p") > 1:
        return True
    return any(
        (child.tag == "script" and "mode=display" in (child.get("type") or ""))
        or "katex-display" in (child.get("class") or "")
        or (child.tag == "math" and child.get("display") == "block")
        for child in item.iter()
        if isinstance(child.tag, str)
    )


def _has_blocks(element: Element) -> bool:
    return any(
        isinstance(child.tag, str)
        and child.tag not in _INLINE
        and child.tag not in ("br", "img", "math", "script", "svg")
        and formula(child) is None
        for child in element
    )


def _is_footnote_mark(element: Element) -> bool:
    return bool(_FOOTNOTE_MARK.match(element.text_content())) and (
        element.find(".//a") is not None
        or bool(names(element) & {"footnote", "footnotes", "fn", "noteref", "reference"})
    )


def _is_permalink(element: Element) -> bool:
    text = squeeze(element.text_content())
    return (
        not text
        or bool(re.fullmatch(r"[#¶§🔗⚓]", text))
        or bool(names(element) & {"headerlink", "permalink"} and len(text) < 3)
    )


def _heading_id(element: Element) -> str | None:
    """Return the id that an address can name for a heading: its own, one in it, or one just before it."""
    if element.get("id"):
        return str(element.get("id"))
    for inside in element.iter("a", "span"):
        name = inside.get("id") or inside.get("name")
        if name:
            return str(name)
    before = element.getprevious()
    if before is not None and before.tag == "a" and not squeeze(before.text_content()):
        name = before.get("id") or before.get("name")
        if name:
            return str(name)
    above = element.getparent()
    for _ in range(2):
        if above is None or above.tag in ("body", "html", "main"):
            return None
        if above.get("id") and _first_heading(above) is element:
            return str(above.get("id"))
        above = above.getparent()
    return None


def _first_heading(element: Element) -> Element | None:
    return next(element.iter(*_HEADINGS), None)


def _language(element: Element) -> str:
    pattern = re.compile(r"(?:^|\s)(?:language|lang|highlight-source|brush:?|highlight|sourceCode)[-\s]+([\w+#-]+)")
    places = [
        element,
        *element.iter("code"),
        *(above for above, _ in zip(element.iterancestors(), range(3), strict=False)),
    ]
    for place in places:
        for name in ("data-lang", "data-language"):
            if place.get(name):
                return str(place.get(name))
        match = pattern.search(place.get("class") or "")
        if match and match.group(1) not in (
            "plaintext",
            "text",
            "none",
            "source",
            "highlight",
            "default",
            "numberSource",
        ):
            return match.group(1)
    return ""


def _code_in_table(element: Element) -> Element | None:
    """Return the code of a table that only puts line numbers beside it."""
    pres = list(element.iter("pre"))
    if not pres or len(list(element.iter("tr"))) > 1:
        return None
    return max(pres, key=lambda pre: len(re.sub(r"[\d\s]", "", pre.text_content())))
