"""The body of a page → blocks in order, each with the heading and the id it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.document import Block, BlockType, Locator
from ingest.sources.html.code import code_in_table, code_text, is_code, language_of
from ingest.sources.html.frame import names
from ingest.sources.html.headings import HEADINGS, first_heading, heading_id, heading_level, heading_text, is_question
from ingest.sources.html.inline import INLINE, gather, inline_text, is_note, is_sign, note_text, one_line, squeeze
from ingest.sources.html.maths import formula, normalised, only_defines
from ingest.sources.html.parse import Element
from ingest.sources.html.tables import equations, is_data_table, is_line, is_signature, table_rows

_LISTS = frozenset(("ul", "ol", "menu"))
_REFERENCE_NAMES = frozenset("references bibliography biblio biblist citations refs csl".split())
_REFERENCE_HEADING = re.compile(r"^(?:references?|bibliography|works cited|citations?)$", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)\b", re.IGNORECASE)
# Alternative texts of badges, and what LaTeXML writes where there is none.
_SAYS_NOTHING = re.compile(
    r"(?:open|run|view|launch) (?:in|on|with) [\w ]+|refer to caption|see caption", re.IGNORECASE
)
_ONE_FORMULA = re.compile(r"\$([^$]+)\$[.,;]?")
_LABELS = re.compile(r"[\d.,%+\u2212-]{1,8}(?: [\d.,%+\u2212-]{1,8})*")
_SAYS_SOMETHING = re.compile(r"\w|[^\x00-\x7f]")
# Stands in gathered text where a paragraph ends without an element that says so.
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
        self._rank = 1
        self._buffer: list[str] = []
        self._notes: list[str] = []
        self._type: BlockType = "paragraph"
        self._references = False
        self._described: set[str] = set()

    # --- what is put out -------------------------------------------------------------------------------------

    def _locator(self) -> Locator:
        if not self._heading and not self._id:
            return Locator()
        return Locator("heading", self._heading or None, self._id)

    def _put(self, kind: BlockType, text: str, language: str = "") -> None:
        if not text.strip():
            return
        kind = "reference" if self._references and kind in ("paragraph", "list") else kind
        last = self.blocks[-1] if self.blocks else None
        if last is not None and last.type == "caption" and last.text == text and text in self._described:
            # An alternative text that the page then shows as well.
            self.blocks.pop()
        elif last is not None and kind == last.type == "paragraph" and _LABELS.fullmatch(f"{last.text} {text}"):
            # Numbers that stand each under its picture are one row to a reader.
            text = f"{self.blocks.pop().text} {text}"
        self.blocks.append(Block(kind, text, self._locator(), language=language))

    def flush(self) -> None:
        """Put out the running text that was gathered, and then its notes."""
        if self._buffer:
            text, self._buffer = "".join(self._buffer), []
            if not text.isspace():
                for paragraph in text.split(_BREAK):
                    self._put_paragraph(paragraph)
        if self._notes:
            notes, self._notes = self._notes, []
            for note in notes:
                self._put("paragraph", note)

    def _put_paragraph(self, paragraph: str) -> None:
        for piece, displayed in normalised(paragraph):
            if displayed:
                self._put_formula(piece)
                continue
            clean = squeeze(piece)
            alone = _ONE_FORMULA.fullmatch(clean)
            if alone:
                self._put_formula(alone.group(1))
            elif _SAYS_SOMETHING.search(clean):
                self._put(self._type, clean)

    def _put_formula(self, tex: str) -> None:
        if not only_defines(tex):
            self._put("formula", tex)

    # --- walking -----------------------------------------------------------------------------------------------

    def walk(self, element: Element) -> None:
        """Read what is below an element."""
        if element.text:
            self._buffer.append(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._element(child)
            if child.tail:
                self._buffer.append(child.tail)

    def _element(self, element: Element) -> None:
        tag = element.tag
        found = formula(element)
        if found is not None:
            self._formula(*found)
        elif (level := heading_level(element)) is not None:
            self._rank = level
            self._read_heading(element, level)
        elif is_question(element):
            self._read_heading(element, min(6, self._rank + 1))
        elif tag == "br":
            self._line_break()
        elif is_code(element):
            self._code(element)
        elif tag == "table":
            self._table(element)
        elif tag in _LISTS:
            self._list(element)
        elif tag == "blockquote":
            self._as("quote", element)
        elif tag in ("figcaption", "caption"):
            self._as("caption", element)
        elif tag == "img":
            self._picture(element)
        elif is_note(element):
            self._notes.append(note_text(element))
        elif is_sign(element):
            # An anchor that shows nothing, or a sign, names the place; the mark of a note is where the note leads back.
            is_place = tag == "a" and not any(map(str.isalnum, element.text_content()))
            self._id = (element.get("id") if is_place else None) or self._id
        elif tag in INLINE and not _has_blocks(element):
            self.walk(element)
        else:
            self._separate(element)

    def _line_break(self) -> None:
        # Two in a row part paragraphs in pages made by hand.
        before = self._buffer[-1] if self._buffer else ""
        self._buffer.append(_BREAK if self._buffer and not before.strip(" \t\r\n") else " ")

    def _separate(self, element: Element) -> None:
        self.flush()
        references = self._references
        if element.tag == "d-citation-list" or (
            element.tag in ("ol", "ul", "section", "div", "dl") and names(element) & _REFERENCE_NAMES
        ):
            self._references = True
        # A section's id names its heading, which comes right after; it serves until a nearer one comes.
        if element.tag in ("section", "article") and element.get("id") and first_heading(element) is not None:
            self._id = element.get("id")
        self.walk(element)
        self.flush()
        self._references = references

    def _as(self, kind: BlockType, element: Element) -> None:
        self.flush()
        before, self._type = self._type, kind
        self.walk(element)
        self.flush()
        self._type = before

    def _formula(self, tex: str, displayed: bool) -> None:
        if not tex or only_defines(tex):
            return
        if displayed:
            self.flush()
            self._put_formula(tex)
        else:
            self._buffer.append(f"${tex}$")

    def _read_heading(self, element: Element, level: int) -> None:
        self.flush()
        text = heading_text(element)
        if not text:
            return
        self._heading = text
        self._id = heading_id(element)
        self._references = bool(_REFERENCE_HEADING.match(text))
        self.blocks.append(Block("heading", text, self._locator(), level=level))

    def _code(self, element: Element) -> None:
        self.flush()
        text = code_text(element)
        # Among references code is a work's entry in BibTeX; other code shows that they have ended.
        self._references = self._references and text.lstrip().startswith("@")
        self._put("code", text, language_of(element))

    def _table(self, element: Element) -> None:
        code = code_in_table(element)
        if code is not None:
            self._code(code)
            return
        formulas = equations(element)
        if formulas:
            self.flush()
            for tex in formulas:
                self._put("formula", tex)
            return
        if not is_data_table(element):
            self._layout(element)
            return
        self.flush()
        caption = element.find("caption")
        if caption is not None:
            self._put("caption", inline_text(caption))
        self._put("table", table_rows(element, inline_text))

    def _layout(self, element: Element) -> None:
        self.flush()
        rows = [] if element.find(".//table") is not None else list(element.iter("tr"))
        if is_signature(element):
            self._line(element)
        elif any(map(is_line, rows)):
            for row in rows:
                if is_line(row):
                    self._line(row)
                else:
                    self._separate(row)
        else:
            self._separate(element)

    def _line(self, element: Element) -> None:
        parts: list[str] = []
        gather(element, parts, self._notes)
        self._put("paragraph", one_line(parts))
        self.flush()

    def _list(self, element: Element) -> None:
        self.flush()
        if any(_is_complex(item) for item in element.iter("li")):
            for item in element:
                if isinstance(item.tag, str):
                    self._separate(item)
            return
        references = self._references
        self._references = references or bool(names(element) & _REFERENCE_NAMES)
        lines = [line for line in _list_lines(element, 0, self._notes) if line.strip()]
        if self._references:
            for line in lines:
                self._put("list", re.sub(r"^\s*(?:-|\d+\.)\s+", "", line))
        else:
            self._put("list", "\n".join(lines))
        self._references = references
        self.flush()

    def _picture(self, element: Element) -> None:
        alt = squeeze(element.get("alt") or "")
        # A file name or a single word says nothing that a reader would look for; nor does the same again.
        if len(alt.split()) < 3 or _FILE_NAME.search(alt) or _SAYS_NOTHING.fullmatch(alt) or alt in self._described:
            return
        if not "".join(self._buffer).strip() and not _is_in_caption(alt, element):
            self.flush()
            self._described.add(alt)
            self._put("caption", alt)


def _list_lines(element: Element, depth: int, notes: list[str]) -> Iterator[str]:
    start = (element.get("start") or "1").strip()
    number = int(start) if start.isascii() and start.isdigit() else 1
    for item in element:
        if not isinstance(item.tag, str):
            continue
        if item.tag in _LISTS:
            yield from _list_lines(item, depth + 1, notes)
            continue
        parts: list[str] = []
        gather(item, parts, notes, _LISTS)
        text = one_line(parts)
        if text:
            marker = f"{number}." if element.tag == "ol" else "-"
            yield f"{'  ' * depth}{marker} {text}"
            number += 1
        for inner in item.iter(*_LISTS):
            if next(inner.iterancestors("li"), None) is item:
                yield from _list_lines(inner, depth + 1, notes)


def _is_complex(item: Element) -> bool:
    """Whether an item holds what a line cannot: code, tables, figures, headings, several paragraphs."""
    if next(item.iter("pre", "table", "figure", "blockquote", *HEADINGS), None) is not None:
        return True
    if sum(1 for child in item if child.tag == "p") > 1:
        return True
    return any(
        (child.tag == "script" and "mode=display" in (child.get("type") or ""))
        or "katex-display" in (child.get("class") or "")
        or (child.tag == "math" and child.get("display") == "block")
        for child in item.iter("script", "span", "div", "math")
    )


def _has_blocks(element: Element) -> bool:
    return any(
        isinstance(child.tag, str)
        and child.tag not in INLINE
        and child.tag not in ("br", "img", "math", "script", "svg")
        and formula(child) is None
        for child in element
    )


def _is_in_caption(alt: str, picture: Element) -> bool:
    """Whether the caption of a picture's figure says all that its alternative text says."""
    figure = next(picture.iterancestors("figure"), None)
    caption = None if figure is None else figure.find(".//figcaption")
    return caption is not None and alt.casefold() in squeeze(caption.text_content()).casefold()
