"""A document's block as Markdown that shows it, with the words of a passage marked."""

from __future__ import annotations

import re

from app.safe_markdown import cell, code, formula, plain
from app.table_rows import cells, is_rule
from ingest.document import Block

_ITEM = re.compile(r"^((?:  )*)(-|\d{1,9}\.) (.*)$", re.DOTALL)

Mark = tuple[int, int]
"""(start, end) of the marked characters of a block's text."""

WHOLE = ("code", "formula", "table")
"""Types of block of which no part can be marked within."""


def block_markdown(block: Block, mark: Mark | None = None) -> str:
    """Return the block as inert Markdown; ``mark`` is set off where the type of block has words to mark."""
    if block.type == "code":
        return code(block.text, block.language)
    if block.type == "formula":
        return formula(block.text)
    if block.type == "table":
        return _table(block.text)
    if block.type == "heading":
        return f"**{plain(block.text)}**"
    lines: list[str] = []
    at = 0
    for line in block.text.split("\n"):
        lines.append(_line(line, _within(mark, at, len(line)), listed=block.type == "list"))
        at += len(line) + 1
    return "\n".join(lines) if block.type == "list" else "  \n".join(lines)


def _within(mark: Mark | None, at: int, length: int) -> Mark | None:
    if mark is None or mark[1] <= at or mark[0] >= at + length:
        return None
    return max(mark[0] - at, 0), min(mark[1] - at, length)


def _line(line: str, mark: Mark | None, listed: bool) -> str:
    item = _ITEM.match(line) if listed else None
    if item is None:
        return _marked(line, mark)
    start = item.start(3)
    shifted = (max(mark[0] - start, 0), max(mark[1] - start, 0)) if mark else None
    # Four spaces a level nest below "- " and "1. " alike.
    return f"{item.group(1) * 2}{item.group(2)} {_marked(item.group(3), shifted)}"


def _marked(text: str, mark: Mark | None) -> str:
    if mark is None or not text[mark[0] : mark[1]].strip():
        return plain(text)
    start, end = mark
    return f"{plain(text[:start])}:yellow-background[{plain(text[start:end])}]{plain(text[end:])}"


def _table(text: str) -> str:
    rows = [line for line in text.split("\n") if line.strip()]
    headed = len(rows) > 1 and is_rule(rows[1])
    shown = [[cell(part) for part in cells(row)] for number, row in enumerate(rows) if not (headed and number == 1)]
    width = max((len(row) for row in shown), default=0)
    if not width:
        return code(text, "")
    if not headed:
        shown.insert(0, [""] * width)
    lines = [f"| {' | '.join([*row, *([''] * (width - len(row)))])} |" for row in shown]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
