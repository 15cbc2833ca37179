"""Lines → blocks: headings by type, paragraphs joined, captions and references apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from config.errors import ReadError
from ingest.document import Block, Locator
from ingest.sources.pdf.join import join_lines, vocabulary
from ingest.sources.pdf.lines import MOST_PAGES, Line, read_sheets

_NUMBERED = re.compile(r"^(?:(\d{1,2}(?:\.\d{1,2}){0,3})\.?|([A-Z](?:\.\d{1,2}){0,2})\.?|[IVX]{1,5}\.)\s+[A-Z]")
_NAMED = re.compile(
    r"^(?:abstract|introduction|related work|background|conclusions?|discussion|acknowledge?ments?|references|"
    r"bibliography|appendix|appendices|supplementary material|experiments|results|methods?)\b\.?:?$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"^(?:\d+\.?\s+)?(?:references|bibliography)\.?$", re.IGNORECASE)
_CAPTION = re.compile(r"^(?:figure|fig\.|table|algorithm|listing)\s+\d+\s*[:.|]", re.IGNORECASE)
_REFERENCE_START = re.compile(r"^\[\d{1,3}\]|^\d{1,3}\.\s+[A-Z]")
_SENTENCE_END = re.compile(r"[.!?:][\"”’)\]]*$")
_WORDS = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says. ``partial`` names what could not be read, "" if nothing."""

    title: str
    authors: tuple[str, ...]
    blocks: tuple[Block, ...]
    partial: str


def read_pdf(body: bytes) -> PdfText:
    """Return the text of a PDF in reading order. Raises ReadError: broken, encrypted, scanned."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise ReadError("the PDF is encrypted" if locked else f"the PDF is broken: {error}") from error
    try:
        pages = len(document)
        sheets = read_sheets(document)
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    lines = [line for sheet in sheets for line in sheet.lines]
    body_size = _body_size(lines)
    known = vocabulary(line.text for line in lines)
    title, used = _title(lines, body_size)
    blocks = tuple(_blocks([line for line in lines if line not in used], body_size, known))
    declared = " ".join((metadata.get("Title") or "").split())
    empty = [str(number) for number, sheet in enumerate(sheets, start=1) if not sheet.lines]
    partial = ""
    if pages > MOST_PAGES:
        partial = f"only the first {MOST_PAGES} of {pages} pages were read"
    elif len(empty) > max(1, len(sheets) // 10):
        partial = f"no text layer on pages {', '.join(empty[:10])}"
    authors = tuple(a for a in re.split(r"\s*[;,]\s*", metadata.get("Author") or "") if 2 < len(a) < 60)
    good = len(declared) > 8 and not re.search(r"\.(?:dvi|tex|docx?|pdf)$|^untitled|^microsoft word", declared, re.I)
    return PdfText(title if len(title) > 8 or not good else declared, authors, blocks, partial)


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _title(lines: Sequence[Line], body_size: float) -> tuple[str, list[Line]]:
    first = [line for line in lines if line.page == 1]
    highest = max((line.top for line in first), default=0.0)
    # Figures on the first page may have larger type than the title, but stand below it.
    first = [line for line in first if line.top > 0.72 * highest][:40]
    wordy = [line for line in first if _WORDS.search(line.text)]
    if not wordy:
        return "", []
    largest = max(line.size for line in wordy)
    if largest < 1.1 * body_size:
        return "", []
    start = next(n for n, line in enumerate(first) if line.size == largest and _WORDS.search(line.text))
    used = [first[start]]
    for line in first[start + 1 : start + 5]:
        if abs(line.size - largest) > 0.6:
            break
        used.append(line)
    return join_lines([line.text for line in used], Counter()), used


def _blocks(lines: Sequence[Line], body_size: float, known: Counter[str]) -> Iterator[Block]:
    heading = ""
    references = False
    for group in _whole_sentences(list(_groups(lines, body_size))):
        text = join_lines([line.text for line in group.lines], known)
        place = Locator("page", group.lines[0].page)
        if group.heading:
            level = _level(text)
            # A heading set in two lines or columns of small capitals may come in pieces; what says nothing is none.
            if not _WORDS.search(text):
                continue
            heading = text
            references = bool(_REFERENCES.match(heading))
            yield Block("heading", text, place, level=level)
        elif references:
            yield Block("reference", text, place)
        elif _CAPTION.match(text):
            yield Block("caption", text, place)
        elif _is_words(text):
            yield Block("paragraph", text, place)
        elif len(re.findall(r"\w", text)) > 3:
            yield Block("formula" if re.search(r"[=∑∫≤≥∈→]", text) else "table", text, place)


@dataclass(frozen=True, slots=True)
class _Group:
    lines: tuple[Line, ...]
    heading: bool


def _groups(lines: Sequence[Line], body_size: float) -> Iterator[_Group]:
    current: list[Line] = []
    in_references = False
    for line in lines:
        if _is_heading(line, body_size):
            if current:
                yield _Group(tuple(current), False)
                current = []
            in_references = bool(_REFERENCES.match(line.text))
            yield _Group((line,), True)
            continue
        if current and _parts(current, line, in_references):
            yield _Group(tuple(current), False)
            current = []
        current.append(line)
    if current:
        yield _Group(tuple(current), False)


def _parts(current: Sequence[Line], line: Line, in_references: bool) -> bool:
    """Whether a line begins a new paragraph."""
    before = current[-1]
    if in_references and _REFERENCE_START.match(line.text):
        return True
    if _CAPTION.match(line.text):
        return True
    if abs(line.size - before.size) > 0.2 * before.size:
        return True
    height = max(before.top - before.bottom, 0.8 * before.size)
    if line.page != before.page or line.column != before.column or line.top > before.bottom + 2 * height:
        # Over a column or a page the paragraph goes on, unless it had ended.
        return bool(_SENTENCE_END.search(before.text)) or _CAPTION.match(current[0].text) is not None
    gap = before.bottom - line.top
    if gap > 0.75 * height:
        return True
    left = min(one.left for one in current[-6:])
    indented = line.left > left + 0.7 * line.size and line.left < left + 5 * line.size
    return indented and bool(_SENTENCE_END.search(before.text)) and not in_references


def _whole_sentences(groups: list[_Group]) -> list[_Group]:
    """Split a paragraph that runs over pages after the sentence that does, so that each has its page."""
    found: list[_Group] = []
    for group in groups:
        pages = [line.page for line in group.lines]
        if group.heading or len(set(pages)) == 1:
            found.append(group)
            continue
        change = next(n for n in range(1, len(pages)) if pages[n] != pages[n - 1])
        end = next(
            (n for n in range(change, len(group.lines) - 1) if _SENTENCE_END.search(group.lines[n].text)),
            len(group.lines) - 1,
        )
        found.append(_Group(group.lines[: end + 1], False))
        if end + 1 < len(group.lines):
            found.extend(_whole_sentences([_Group(group.lines[end + 1 :], False)]))
    return found


def _is_heading(line: Line, body_size: float) -> bool:
    words = line.text.split()
    if len(re.findall(r"\d\.\d+|\[\d+\]", line.text)) > 1:
        return False
    if len(words) > 14 or not _WORDS.search(line.text) or line.text.endswith((",", ";", "-")):
        return False
    named = bool(_NAMED.match(re.sub(r"^(?:\d+\.?|[A-Z]\.)\s+", "", line.text)))
    numbered = bool(_NUMBERED.match(line.text))
    larger = line.size >= 1.08 * body_size
    if named and (larger or line.bold or line.text.isupper()):
        return True
    capitals = sum(c.isupper() for c in line.text) > 0.8 * sum(c.isalpha() for c in line.text)
    if (numbered or named) and capitals and len(words) > 1:
        return True
    if numbered and (larger or line.bold) and not _SENTENCE_END.search(line.text.rstrip(".")):
        return True
    return larger and line.bold and line.size >= 1.15 * body_size and not _SENTENCE_END.search(line.text)


def _level(text: str) -> int:
    match = re.match(r"^(?:\d{1,2}|[A-Z])((?:\.\d{1,2})*)\.?\s", text)
    return 2 + match.group(1).count(".") if match else 2


def _is_words(text: str) -> bool:
    letters = sum(len(word) for word in _WORDS.findall(text))
    return letters >= 0.5 * len(text.replace(" ", "")) and len(_WORDS.findall(text)) >= 3
