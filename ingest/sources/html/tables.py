"""Tables: which hold data, and those as Markdown rows."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.sources.html.frame import names
from ingest.sources.html.inline import INLINE
from ingest.sources.html.maths import formula
from ingest.sources.html.parse import Element

MOST_ROWS = 2000
_MOST_COLUMNS = 200
_MOST_WORDS_IN_CELL = 60
_EQUATION_NUMBER = re.compile(r"[\s,.;]*\(?[A-Za-z]?\d{0,3}(?:\.\d{1,3})*[a-z]?\)?[\s,.;]*")


def is_data_table(element: Element) -> bool:
    """Whether a table holds data; else it only places things on the page."""
    if element.get("role") in ("presentation", "none") or element.find(".//table") is not None:
        return False
    if next(element.iter("th", "caption", "thead"), None) is not None:
        return True
    if is_signature(element) or any("question" in names(row) for row in element.iter("tr")):
        return False
    rows = [row for row in element.iter("tr") if len(row)]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    longest = max(len(cell.text_content().split()) for cell in cells)
    blocks = next(element.iter("pre", "h1", "h2", "h3", "blockquote", "ul"), None)
    return longest < 120 and blocks is None


def is_signature(element: Element) -> bool:
    """Whether a table only sets out the parts of a declaration, brackets and arguments each in a cell of its own."""
    return any(cell.text_content().strip() == "(" for cell in element.iter("td")) and all(
        map(_is_plain, element.iter("td"))
    )


def is_line(row: Element) -> bool:
    """Whether a row is one line that is parted into cells: short ones, several of them, with words alone."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return all(map(_is_plain, cells)) and sum(1 for cell in cells if cell.text_content().strip()) > 1


def _is_plain(cell: Element) -> bool:
    return len(cell.text_content().split()) <= _MOST_WORDS_IN_CELL and all(
        inner.tag in INLINE or inner.tag == "br" for inner in cell.iterdescendants()
    )


def equations(element: Element) -> list[str]:
    """Return the formulas of a table that only sets them out, one a row as LaTeX; none if it holds anything else."""
    if next(element.iter("math", "mjx-container", "img", "script", "span"), None) is None:
        return []
    rows: list[str] = []
    for row in element.iter("tr"):
        parts: list[str] = []
        beside: list[str] = []
        _part(row, parts, beside)
        if not _EQUATION_NUMBER.fullmatch("".join(beside)):
            return []
        if parts:
            rows.append(" ".join(parts))
    return rows


def table_rows(element: Element, text_of: Callable[[Element], str]) -> str:
    """Return a table as Markdown rows, the first one headed off where the table heads it.

    A cell over several columns or rows is written once, and the places that it covers are empty.
    """
    rows: list[list[str]] = []
    headed = False
    covered: dict[int, int] = {}
    for row in element.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        texts: list[str] = []
        below: dict[int, int] = {column: left - 1 for column, left in covered.items() if left > 1}
        for cell in cells:
            while len(texts) in covered:
                texts.append("")
            start = len(texts)
            texts.append(text_of(cell).replace("|", "\\|"))
            texts.extend([""] * (_span(cell, "colspan", _MOST_COLUMNS) - 1))
            deep = _span(cell, "rowspan", MOST_ROWS)
            if deep > 1:
                below.update(dict.fromkeys(range(start, len(texts)), deep - 1))
        covered = below
        if any(texts):
            headed = headed or (not rows and all(cell.tag == "th" for cell in cells))
            rows.append(texts[:_MOST_COLUMNS])
        if len(rows) >= MOST_ROWS:
            break
    if not rows:
        return ""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if headed:
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _span(cell: Element, name: str, most: int) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), most)) if value.isascii() and value.isdigit() else 1


def _part(element: Element, parts: list[str], beside: list[str]) -> None:
    beside.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            found = formula(child)
            if found is None:
                _part(child, parts, beside)
            elif found[0]:
                parts.append(found[0])
        beside.append(child.tail or "")
