"""Tables: which hold data, and those as Markdown rows."""

from __future__ import annotations

from collections.abc import Callable

from ingest.sources.html.parse import Element

MOST_ROWS = 2000


def is_data_table(element: Element) -> bool:
    """Whether a table holds data; else it only places things on the page."""
    if element.get("role") in ("presentation", "none") or element.find(".//table") is not None:
        return False
    if next(element.iter("th", "caption", "thead"), None) is not None:
        return True
    rows = [row for row in element.iter("tr") if len(row)]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    longest = max(len(cell.text_content().split()) for cell in cells)
    blocks = next(element.iter("pre", "h1", "h2", "h3", "blockquote", "ul"), None)
    return longest < 120 and blocks is None


def table_rows(element: Element, text_of: Callable[[Element], str]) -> str:
    """Return a table as Markdown rows, the first one headed off where the table heads it."""
    rows: list[list[str]] = []
    headed = False
    for row in element.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        texts: list[str] = []
        for cell in cells:
            texts.append(text_of(cell).replace("|", "\\|"))
            span = cell.get("colspan") or "1"
            texts.extend([""] * (min(int(span), 50) - 1 if span.isdigit() else 0))
        if any(texts):
            headed = headed or (not rows and all(cell.tag == "th" for cell in cells))
            rows.append(texts)
        if len(rows) >= MOST_ROWS:
            break
    if not rows:
        return ""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if headed:
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)
