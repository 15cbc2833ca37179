"""Pages of a PDF → lines of text with their boxes and type sizes, in reading order."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from config.errors import ReadError

MOST_PAGES = 1000
_MOST_CHARACTERS = 40_000
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
_STAMP = re.compile(r"^\s*arXiv:\S+v\d+\s+\[")
# PDFium marks a hyphen at a line's end with one of these, or with U+0002, which join.py resolves.
_SOFT_HYPHEN = re.compile("[\ufffe\u00ad]")
_JUNK = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page (from 1); its box in points from the left and from the bottom; ``size`` in points."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its lines in reading order, and its width and height in points."""

    lines: tuple[Line, ...]
    width: float
    height: float


def read_sheets(document: pypdfium2.PdfDocument) -> list[Sheet]:
    """Return the pages' lines without what repeats from page to page. Raises ReadError when there are none."""
    sheets: list[Sheet] = []
    for number in range(min(len(document), MOST_PAGES)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            # One broken page among good ones is counted by the caller as empty.
            sheets.append(Sheet((), 612.0, 792.0))
            continue
        width, height = page.get_size()
        found = _lines(page, number + 1)
        page.close()
        sheets.append(Sheet(tuple(_ordered(found, width)), width, height))
    if not any(sheet.lines for sheet in sheets):
        raise ReadError("no text layer: a scanned document, which would need text recognition")
    repeated = _repeated(sheets)
    return [
        Sheet(
            tuple(line for line in sheet.lines if not _is_running(line, sheet, repeated)),
            sheet.width,
            sheet.height,
        )
        for sheet in sheets
    ]


def _lines(page: pypdfium2.PdfPage, number: int) -> list[Line]:
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), _MOST_CHARACTERS)
    lines: list[Line] = []
    start = 0
    characters = [pdfium.FPDFText_GetUnicode(text_page, index) for index in range(count)]
    index = 0
    while index <= count:
        if index == count or characters[index] in (10, 13):
            if index > start:
                line = _line(text_page, characters, start, index, number)
                if line is not None:
                    lines.append(line)
            start = index + 1
        index += 1
    text_page.close()
    return lines


def _line(text_page: pypdfium2.PdfTextPage, characters: Sequence[int], start: int, end: int, page: int) -> Line | None:
    text = "".join(chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else " " for c in characters[start:end])
    text = "".join(_LIGATURES.get(c, c) for c in _SOFT_HYPHEN.sub("\x02", text))
    text = " ".join(unicodedata.normalize("NFC", _JUNK.sub("", text)).split())
    if not text:
        return None
    boxes: list[tuple[float, float, float, float]] = []
    sizes: list[float] = []
    turned = 0
    for index in range(start, end):
        if chr(characters[index]).isspace() if characters[index] < 0x110000 else True:
            continue
        boxes.append(text_page.get_charbox(index))
        sizes.append(pdfium.FPDFText_GetFontSize(text_page, index))
        turned += abs(pdfium.FPDFText_GetCharAngle(text_page, index)) > 0.1
    if not boxes or turned > len(boxes) / 2:
        return None
    return Line(
        text, page, min(b[0] for b in boxes), max(b[2] for b in boxes), min(b[1] for b in boxes),
        max(b[3] for b in boxes), round(_real_size(sizes, boxes), 1), _is_bold(text_page, start), 0,
    )  # fmt: skip


def _real_size(sizes: Sequence[float], boxes: Sequence[tuple[float, float, float, float]]) -> float:
    size = median(sizes)
    # Some producers set everything at size 1 and scale it: the boxes tell then.
    return size if size > 2 else 1.4 * median(box[3] - box[1] for box in boxes)


def _is_bold(text_page: pypdfium2.PdfTextPage, index: int) -> bool:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text_page, index, buffer, 128, ctypes.byref(flags))
    name = buffer.raw[: max(0, min(int(length), 128) - 1)].decode("utf-8", "ignore")
    return bool(re.search(r"Bold|Black|Heavy|Medi|CMBX|-Bd|\.B$|Semibold", name))


def _ordered(lines: list[Line], width: float) -> list[Line]:
    """Return lines in reading order: between lines that span the page, the left column before the right."""
    middle = width / 2
    left = [line for line in lines if line.right <= middle + 8]
    right = [line for line in lines if line.left >= middle - 8]
    wide = [line for line in lines if line.left < middle - 8 and line.right > middle + 8]
    narrow = len(left) + len(right)
    if not left or not right or narrow < 2 * len(wide) or min(len(left), len(right)) < narrow / 6:
        # One column: the order of the file is the order of reading, as every typesetter writes it.
        return lines
    ordered: list[Line] = []
    above = float("inf")
    for bound in [*sorted(wide, key=lambda line: -line.top), None]:
        floor = bound.top if bound else float("-inf")
        for column, some in ((1, left), (2, right)):
            band = [line for line in some if floor < _middle(line) <= above]
            band.sort(key=lambda line: (-round(_middle(line)), line.left))
            ordered.extend(_in_column(line, column) for line in band)
        if bound is not None:
            ordered.append(bound)
            above = bound.top
    return ordered


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _in_column(line: Line, column: int) -> Line:
    return Line(line.text, line.page, line.left, line.right, line.bottom, line.top, line.size, line.bold, column)


def _folded(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _repeated(sheets: Sequence[Sheet]) -> set[str]:
    seen: Counter[str] = Counter()
    for sheet in sheets:
        seen.update({_folded(line.text) for line in sheet.lines if _at_edge(line, sheet)})
    return {text for text, count in seen.items() if count >= max(3, len(sheets) // 4)}


def _at_edge(line: Line, sheet: Sheet) -> bool:
    return line.bottom > 0.9 * sheet.height or line.top < 0.1 * sheet.height


def _is_running(line: Line, sheet: Sheet, repeated: set[str]) -> bool:
    if _STAMP.match(line.text):
        return True
    if not _at_edge(line, sheet):
        return False
    return _folded(line.text) in repeated or bool(
        re.fullmatch(r"[-–—\s]*(?:page\s*)?\d{1,4}[-–—\s]*", line.text.lower())
    )
