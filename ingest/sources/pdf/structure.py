"""A PDF → its text: blocks in reading order, each with its page; title, authors and date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

import pypdfium2

from config.errors import ReadError
from ingest.document import Block, Locator
from ingest.sources.pdf.flow import groups_of
from ingest.sources.pdf.formulas import are_formulas, formulas
from ingest.sources.pdf.front import authors_of, date_of, title_of
from ingest.sources.pdf.groups import Group, Layout, ends_sentence, folded
from ingest.sources.pdf.join import join_lines, vocabulary
from ingest.sources.pdf.lines import MOST_PAGES, Line, Sheet, read_sheets, stamp

_MOST_OUTLINE = 2000
_WORDS = re.compile(r"[^\W\d_]{3,}")
# The end of a sentence inside a line: no initial, no abbreviation.
_SENTENCE = re.compile(
    r"(?<![A-Z])(?<!\bal)(?<!\bcf)(?<!\bvs)(?<!\b[Ff]ig)(?<!\b[Ee]q)(?<!\b[Ss]ec)(?<!\.[a-z])[.!?][\"”’)\]]*\s+(?=[A-Z“\"(\[])"
)
_BULLET = re.compile(r"^[•●◦▪■‣∙⁃–—]\s+")


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says. ``partial`` names what could not be read, "" if nothing; ``date`` is an ISO 8601 date or "".

    ``coverage`` is the share of the words of its text layer, running heads apart, that the blocks hold.
    """

    title: str
    authors: tuple[str, ...]
    date: str
    blocks: tuple[Block, ...]
    coverage: float
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
        outline = _outline(document)
    finally:
        document.close()
    lines = [line for sheet in sheets for line in sheet.lines]
    layout = Layout(_body_size(lines), _leading(lines), outline)
    known = vocabulary(line.text for line in lines)
    title, used = title_of(lines, layout.body_size, known, metadata.get("Title") or "")
    taken = set(map(id, used))
    blocks = tuple(_blocks([line for line in lines if id(line) not in taken], layout, known))
    return PdfText(
        title,
        authors_of(lines, used, metadata.get("Author") or ""),
        date_of(sheets, metadata),
        blocks,
        _coverage(lines, title, blocks),
        _partial(pages, sheets),
    )


def arxiv_stamp(body: bytes) -> str | None:
    """Return the identifier that arXiv stamped on the first page of a PDF, or None."""
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError:
        # What cannot be opened is told when it is read.
        return None
    try:
        found = stamp(read_sheets(document, most=1))
    except ReadError:
        return None
    finally:
        document.close()
    return found[0] if found else None


def _partial(pages: int, sheets: Sequence[Sheet]) -> str:
    if pages > MOST_PAGES:
        return f"only the first {MOST_PAGES} of {pages} pages were read"
    empty = [number for number, sheet in enumerate(sheets, start=1) if sheet.scanned]
    if len(empty) > len(sheets) // 20:
        return f"no text layer on {len(empty)} of {len(sheets)} pages (scanned or pictures): {_named(empty)}"
    cut = [number for number, sheet in enumerate(sheets, start=1) if sheet.cut]
    return f"too many characters to be read whole on {len(cut)} of {len(sheets)} pages: {_named(cut)}" if cut else ""


def _named(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages[:10])) + (", …" if len(pages) > 10 else "")


def _outline(document: pypdfium2.PdfDocument) -> Mapping[str, int]:
    """Return the outline's titles, folded, with their level from 1."""
    found: dict[str, int] = {}
    try:
        for item in islice(document.get_toc(max_depth=6), _MOST_OUTLINE):
            if len(name := folded(item.get_title())) > 3:
                found.setdefault(name, item.level + 1)
    except (pypdfium2.PdfiumError, ValueError, RecursionError):
        # A damaged outline is none: the type tells the headings then.
        return {}
    return found


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _leading(lines: Sequence[Line]) -> float:
    gaps: Counter[float] = Counter()
    for before, line in pairwise(lines):
        if (before.page, before.column) == (
            line.page,
            line.column,
        ) and 0 < before.baseline - line.baseline < 4 * line.size:
            gaps[round(before.baseline - line.baseline, 1)] += len(line.text)
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _blocks(lines: Sequence[Line], layout: Layout, known: Counter[str]) -> Iterator[Block]:
    items: list[Block] = []
    for group in groups_of(lines, layout):
        for part in _by_page(group):
            for block in _block(part, known):
                if block.type == "list":
                    items.append(block)
                    continue
                yield from _as_list(items)
                items.clear()
                yield block
    yield from _as_list(items)


def _as_list(items: Sequence[Block]) -> Iterator[Block]:
    """Yield items that follow one another as one list for each page."""
    pages = dict.fromkeys(item.locator.value for item in items)
    for page in pages:
        some = [item for item in items if item.locator.value == page]
        yield Block("list", "\n".join(item.text for item in some), some[0].locator)


def _block(group: Group, known: Counter[str]) -> Iterator[Block]:
    place = Locator("page", group.lines[0].page)
    text = join_lines([line.text for line in group.lines], known)
    if group.kind == "heading":
        # A heading set in two lines or columns of small capitals may come in pieces; what says nothing is none.
        if _WORDS.search(text):
            yield Block("heading", text, place, level=_level(text, group.level))
    elif group.kind == "table":
        yield from _table(group.lines, place)
    elif group.kind == "code":
        yield Block("code", _code(group.lines), place)
    elif group.kind == "reference":
        yield Block("reference", text, place)
    elif group.kind == "caption":
        yield Block("caption", text, place)
    elif group.kind == "item":
        numbered = re.match(r"^(\d{1,2})[.)]\s+", text)
        bare = _BULLET.sub("", text)
        yield Block("list", text if numbered and numbered.group().strip().endswith(".") else f"- {bare}", place)
    elif re.search(r"\w\w", text):
        yield Block("paragraph", text, place)


def _code(lines: Sequence[Line]) -> str:
    """Return lines of fixed width with their breaks, indented as they stand."""
    left = min(line.left for line in lines)
    longest = max(lines, key=lambda line: len(line.text))
    width = max(1.0, (longest.right - longest.left) / len(longest.text))
    return "\n".join(
        " " * min(40, round((line.left - left) / width)) + "  ".join(line.cells).replace("\x02", "-") for line in lines
    )


def _table(lines: Sequence[Line], place: Locator) -> Iterator[Block]:
    """Yield rows as a table, or as formulas where they are some."""
    text = " ".join(line.text for line in lines)
    if sum(c.isalnum() for c in text) < 3:
        return
    if are_formulas(lines):
        for formula in formulas(lines):
            yield Block("formula", formula, place)
    elif len(lines) > 1 or len(lines[0].cells) > 2 or len(text) > 8:
        rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line.cells) + " |" for line in lines]
        yield Block("table", "\n".join(rows), place)


def _by_page(group: Group) -> Iterator[Group]:
    """Yield a group that runs over pages in parts, each with its page; the first ends where a sentence does."""
    pages = [line.page for line in group.lines]
    change = next((n for n in range(1, len(pages)) if pages[n] != pages[n - 1]), None)
    if group.kind == "heading" or change is None:
        yield group
        return
    before, after = list(group.lines[:change]), list(group.lines[change:])
    while after and not ends_sentence(before[-1].text):
        line = after.pop(0)
        parted = _SENTENCE.search(line.text)
        if parted is None:
            before.append(line)
            continue
        before.append(replace(line, cells=(line.text[: parted.end()].strip(),)))
        after.insert(0, replace(line, cells=(line.text[parted.end() :].strip(),)))
        break
    yield Group(group.kind, tuple(before))
    if after:
        yield from _by_page(Group("text" if group.kind == "item" else group.kind, tuple(after)))


def _level(text: str, outlined: int) -> int:
    match = re.match(r"^(?:\d{1,2}|[A-Z])((?:\.\d{1,2})*)\.?\s", text)
    if match:
        return min(6, 2 + match.group(1).count("."))
    return min(6, 1 + outlined) if outlined else 2


def _coverage(lines: Sequence[Line], title: str, blocks: Sequence[Block]) -> float:
    there = sum(len(_WORDS.findall(line.text)) for line in lines)
    kept = len(_WORDS.findall(title)) + sum(len(_WORDS.findall(block.text)) for block in blocks)
    return round(min(1.0, kept / there), 4) if there else 1.0
