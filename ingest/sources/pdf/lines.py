"""Rows of pages → lines in reading order, without what repeats from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2

from config.errors import ReadError
from ingest.sources.pdf.characters import read_characters
from ingest.sources.pdf.join import vocabulary
from ingest.sources.pdf.ligatures import CODES, ligatures
from ingest.sources.pdf.rows import Row, rows_of

MOST_PAGES = 1000
# A text layer of which more than this share has no meaning was made by fonts that do not name their characters.
_ILLEGIBLE = 0.3
_STAMP = re.compile(r"arXiv:(\S+?)(?:v\d+)?\s*\[[\w.-]+\]\s*(\d{1,2}\s+\w{3}\s+\d{4})")
_PAGE_NUMBER = re.compile(
    r"^[-–—|\s]*(?:page\s*)?(\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–—|\s]*$", re.IGNORECASE
)
_LINE_NUMBER = re.compile(r"^(\d{1,4})(?:\s+(.*))?$")
_LEADERS = re.compile(r"(?:\s?\.){5,}\s*(?:\d+|[ivxlc]+)?$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page (from 1), its cells from left to right; its box in points from the left and the bottom.

    ``begins`` is where each cell does. ``column`` is 0 for a page of one column and for lines across
    both, else 1 or 2.
    """

    cells: tuple[str, ...]
    begins: tuple[float, ...]
    page: int
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    mono: bool
    column: int

    @property
    def text(self) -> str:
        """Return its cells as one text."""
        return " ".join(self.cells)

    @property
    def top(self) -> float:
        """Return about how high its letters reach."""
        return self.baseline + 0.75 * self.size

    @property
    def bottom(self) -> float:
        """Return about how low its letters reach."""
        return self.baseline - 0.25 * self.size


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its lines in reading order, its size in points, what is set sideways on it.

    ``scanned``: it shows something, but has no text layer; ``cut``: it holds more than was read.
    """

    lines: tuple[Line, ...]
    width: float
    height: float
    turned: str = ""
    scanned: bool = False
    cut: bool = False


def read_sheets(document: pypdfium2.PdfDocument, most: int = MOST_PAGES) -> list[Sheet]:
    """Return the lines of at most so many pages. Raises ReadError when there are none, or none that can be read."""
    sheets: list[Sheet] = []
    characters = illegible = 0
    for number in range(min(len(document), most)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            # One broken page among good ones is counted with those that have no text.
            sheets.append(Sheet((), 612.0, 792.0, scanned=True))
            continue
        try:
            raw = read_characters(page)
            scanned = not raw.characters and next(page.get_objects(max_depth=1), None) is not None
        finally:
            page.close()
        characters, illegible = characters + raw.characters, illegible + raw.illegible
        lines = tuple(_lines(rows_of(raw.pieces), number + 1))
        sheets.append(Sheet(lines, raw.width, raw.height, raw.turned, scanned, raw.cut))
    if characters and illegible > _ILLEGIBLE * characters:
        raise ReadError("its text layer cannot be read: the fonts do not say which characters they show")
    if not any(sheet.lines for sheet in sheets):
        raise ReadError("no text layer: a scanned document, which would need text recognition")
    text = _without_running(_spelt(sheets))
    # Where every page says the same, as on a set of forms, that is the text.
    return text if any(sheet.lines for sheet in text) else sheets


def _spelt(sheets: list[Sheet]) -> list[Sheet]:
    """Return sheets with the codes that stand for ligatures spelt out, and those that stand for nothing gone."""
    texts = [line.text for sheet in sheets for line in sheet.lines]
    coded = [text for text in texts if CODES.search(text)]
    if not coded:
        return sheets
    letters = ligatures(coded, vocabulary(text for text in texts if not CODES.search(text)))

    def spelt(line: Line) -> Line:
        return replace(line, cells=tuple(CODES.sub(lambda m: letters.get(m.group(), ""), cell) for cell in line.cells))

    return [replace(sheet, lines=tuple(map(spelt, sheet.lines))) for sheet in sheets]


def stamp(sheets: Sequence[Sheet]) -> tuple[str, str] | None:
    """Return the identifier and the date ("13 Apr 2018") of the stamp that arXiv puts on a first page."""
    for sheet in sheets[:1]:
        for text in (sheet.turned, *(line.text for line in sheet.lines)):
            if match := _STAMP.search(text):
                return match.group(1), match.group(2)
    return None


def _lines(rows: list[Row], page: int) -> list[Line]:
    ordered = _ordered(_without_line_numbers(rows), first=page == 1)
    lines: list[Line] = []
    for row, column in ordered:
        for back in range(1, min(len(lines), 6) + 1):
            before = lines[-back]
            same = abs(before.baseline - row.baseline) < 0.25 * max(before.size, row.size) and before.column == column
            if same and row.left > before.right - 0.3 * row.size:
                cells, begins = (*before.cells, row.text), (*before.begins, row.left)
                mono = before.mono and row.mono
                lines[-back] = replace(before, cells=cells, begins=begins, right=row.right, mono=mono)
                break
        else:
            lines.append(
                Line(
                    (row.text,),
                    (row.left,),
                    page,
                    row.left,
                    row.right,
                    row.baseline,
                    row.size,
                    row.bold,
                    row.mono,
                    column,
                )
            )
    return lines


def _ordered(rows: list[Row], first: bool) -> list[tuple[Row, int]]:
    """Return rows and their columns in reading order: between rows across both, the left column before the right."""
    gutter = _gutter(rows)
    if gutter is None:
        # One column: the order of the file is the order of reading, as every typesetter writes it.
        return [(row, 0) for row in rows]
    spanning = [row for row in rows if row.left < gutter - 4 and row.right > gutter + 4]
    found = (*spanning, *_wide_tables(rows, gutter), *(_centred(rows, gutter) if first else ()))
    wide = list({id(row): row for row in found}.values())
    ordered: list[tuple[Row, int]] = []
    above = float("inf")
    across = set(map(id, wide))
    for bound in [*(row for level in _levels(wide) for row in level), None]:
        floor = bound.baseline if bound else float("-inf")
        band = [row for row in rows if floor <= row.baseline < above and id(row) not in across]
        for column in (1, 2):
            some = [row for row in band if (1 if row.left + row.right < 2 * gutter else 2) == column]
            some.sort(key=lambda row: (-round(row.baseline), row.left))
            ordered.extend((row, column) for row in some)
        if bound is not None:
            ordered.append((bound, 0))
            above = bound.baseline
    return ordered


def _wide_tables(rows: Sequence[Row], gutter: float) -> list[Row]:
    """Return the rows that are cells of tables over both columns.

    Text of a column fills its lines; a line of three or more short pieces on both sides, and another one
    beside it, are of a table.
    """
    column = min(max(row.right for row in rows) - gutter, gutter - min(row.left for row in rows))
    found: list[Row] = []
    run: list[list[Row]] = []
    for level in [*_levels(rows), []]:
        short = all(row.right - row.left < 0.75 * column for row in level)
        spans = len(level) > 2 and level[0].left < gutter - 4 and level[-1].right > gutter + 4
        near = not run or (level and run[-1][0].baseline - level[0].baseline < 3 * level[0].size)
        if level and short and spans and near:
            run.append(level)
            continue
        if len(run) > 1:
            found.extend(row for some in run for row in some)
        run = [level] if level and short and spans else []
    return found


def _centred(rows: Sequence[Row], gutter: float) -> list[Row]:
    """Return rows that are part of lines centred on the page, such as the names under a title, in pieces."""
    halves = [[row for row in rows if row.right <= gutter + 4], [row for row in rows if row.left >= gutter - 4]]
    edges = [Counter(round(row.left) for row in half).most_common(1) for half in halves]
    if not all(edges):
        return []
    body = [
        row.baseline for half, edge in zip(halves, edges, strict=True) for row in half if _fills(row, edge[0][0], half)
    ]
    floor = max(body, default=0.0)
    loose = [
        [row for row in half if abs(row.left - edge[0][0]) > 2 * row.size and row.baseline > floor]
        for half, edge in zip(halves, edges, strict=True)
    ]
    pairs = [one for one in loose[0] for other in loose[1] if _on_level(one, other)]
    return [row for row in rows if row.baseline > floor and any(_on_level(row, one) for one in pairs)]


def _on_level(one: Row, other: Row) -> bool:
    return abs(one.baseline - other.baseline) < 0.2 * one.size and abs(one.size - other.size) < 0.3


def _levels(rows: Sequence[Row]) -> list[list[Row]]:
    """Return rows by their lines from the top, each line's from the left."""
    levels: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: -row.baseline):
        if levels and levels[-1][0].baseline - row.baseline < 0.25 * row.size:
            levels[-1].append(row)
        else:
            levels.append([row])
    return [sorted(level, key=lambda row: row.left) for level in levels]


def _fills(row: Row, edge: int, half: Sequence[Row]) -> bool:
    """Whether a row is one of a column's text: from its edge, and of its width."""
    return abs(row.left - edge) < row.size and row.right - row.left > 0.8 * (max(r.right for r in half) - edge)


def _gutter(rows: Sequence[Row]) -> float | None:
    """Return where a page's text is parted into two columns, or None for one column."""
    if len(rows) < 12:
        return None
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    best: tuple[int, float, float] | None = None
    for step in range(21):
        x = left + (0.4 + 0.01 * step) * (right - left)
        crossing = sum(row.left < x - 2 and row.right > x + 2 for row in rows)
        score = (crossing, abs(step - 10.0), x)
        best = score if best is None or score < best else best
    assert best is not None
    crossing, _, x = best
    # What counts as text of a column are rows of some length: cells and labels stand anywhere.
    least = 0.2 * (right - left)
    before = sum(row.right <= x + 2 and row.right - row.left > least for row in rows)
    after = sum(row.left >= x - 2 and row.right - row.left > least for row in rows)
    narrow = before + after
    return x if min(before, after) >= max(4, narrow / 6) and narrow >= 1.2 * crossing else None


def _without_line_numbers(rows: list[Row]) -> list[Row]:
    """Return rows without the numbers of a manuscript's lines: beside the text, each so many more than the last."""
    text = [row for row in rows if not _LINE_NUMBER.match(row.text)]
    if len(text) < 4:
        return rows
    left = Counter(round(row.left) for row in text).most_common(1)[0][0]
    right = max(row.right for row in text)
    numbers: dict[int, str] = {}
    for side in (
        [row for row in rows if row.left < left - 4],
        [row for row in rows if row.left > right and row.text.isdigit()],
    ):
        found = [(row, match) for row in side if (match := _LINE_NUMBER.match(row.text))]
        found.sort(key=lambda pair: -pair[0].baseline)
        steps = Counter(int(b[1].group(1)) - int(a[1].group(1)) for a, b in pairwise(found))
        step, count = steps.most_common(1)[0] if steps else (0, 0)
        if len(found) >= 8 and 0 < step <= 10 and count >= 0.7 * (len(found) - 1):
            numbers |= {id(row): match.group(2) or "" for row, match in found}
    kept = (replace(row, text=numbers[id(row)], left=float(left)) if id(row) in numbers else row for row in rows)
    return [row for row in kept if row.text]


def _without_running(sheets: Sequence[Sheet]) -> list[Sheet]:
    edges = [_edge(sheet) for sheet in sheets]
    seen: dict[str, dict[int, float]] = {}
    for lines in edges:
        for line in lines:
            seen.setdefault(_folded(line.text), {})[line.page] = line.size
    # The title that a running head repeats is set larger than it.
    repeated = {text: min(of.values()) for text, of in seen.items() if len(of) >= max(3, len(sheets) // 8)}
    offsets = Counter(
        int(match.group(1)) - line.page
        for lines in edges
        for line in lines
        if (match := _PAGE_NUMBER.match(line.text)) and match.group(1).isdigit()
    )
    numbered = {offset for offset, count in offsets.items() if count >= min(3, len(sheets))}
    # A watermark stands at one place of most pages.
    places = Counter(
        place for sheet in sheets for place in {(line.text, round(line.baseline / 3)) for line in sheet.lines}
    )
    marks = {place for place, count in places.items() if count >= max(4, len(sheets) // 2)}
    kept = []
    for sheet, edge in zip(sheets, edges, strict=True):
        running = {id(line) for line in edge if _is_running(line, repeated, numbered)}
        body = (
            line
            for line in sheet.lines
            if id(line) not in running
            and (line.text, round(line.baseline / 3)) not in marks
            and not _STAMP.search(line.text)
            and not _LEADERS.search(line.text)
        )
        kept.append(replace(sheet, lines=tuple(body)))
    return kept


def _edge(sheet: Sheet) -> list[Line]:
    """Return the lines at the top and the bottom of a page, two rows of each, and all in its outer tenths."""
    levels = sorted({round(line.baseline) for line in sheet.lines})
    # A page of a few lines is all text, as a slide is.
    outer = {*levels[:2], *levels[-2:]} if len(levels) > 6 else set()
    low, high = 0.08 * sheet.height, 0.92 * sheet.height
    return [
        line
        for line in sheet.lines
        if round(line.baseline) in outer or (sheet.height and not low < line.baseline < high)
    ]


def _folded(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())


def _is_running(line: Line, repeated: Mapping[str, float], numbered: set[int]) -> bool:
    match = _PAGE_NUMBER.match(line.text)
    if match:
        return not match.group(1).isdigit() or int(match.group(1)) - line.page in numbered
    return line.size < repeated.get(_folded(line.text), 0.0) + 0.6
