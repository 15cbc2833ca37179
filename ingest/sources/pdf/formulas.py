"""Displayed formulas among the lines of a page: which lines are some, and how they read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.sources.pdf.lines import Line

_WORDS = re.compile(r"[^\W\d_]{3,}")
_RELATION = re.compile(r"[=≤≥≈∈→∝∼≡<>]|:=")
# Lines of type that a displayed formula of several steps may take, limits and fractions counted.
_MOST_LINES = 12
_EQUATION_NUMBER = re.compile(r"^\(\w{1,3}(?:\.\d{1,2})?[a-z]?\)$")


def are_formulas(lines: Sequence[Line]) -> bool:
    """Whether relations stand in lines, or numbers of equations beside them, and hardly a word."""
    numbered = any(_EQUATION_NUMBER.match(cell) for line in lines for cell in line.cells)
    wordy = len(_WORDS.findall(" ".join(line.text for line in lines))) > 3 * len(lines)
    celled = sum(len(line.cells) > 2 for line in lines)
    related = sum(_RELATION.search(line.text) is not None for line in lines)
    numbered = numbered and len(lines) <= _MOST_LINES
    return not wordy and (numbered or (related >= len(lines) / 3 and celled <= len(lines) / 3))


def formulas(lines: Sequence[Line]) -> Iterator[str]:
    """Yield each displayed formula from left to right: what is above and below its line goes where it stands."""
    # Limits of sums hold relations too, in smaller type.
    largest = max(line.size for line in lines)
    mains = [line for line in lines if _RELATION.search(line.text) and line.size > 0.85 * largest]
    mains = mains or [max(lines, key=lambda line: len(line.text))]
    parts: dict[int, list[tuple[float, str]]] = {id(line): [] for line in mains}
    for line in lines:
        main = min(mains, key=lambda one: abs(one.baseline - line.baseline))
        parts[id(main)].extend(zip(line.begins, line.cells, strict=True))
    for main in mains:
        cells = [cell for _, cell in sorted(parts[id(main)])]
        numbers = [cell for cell in cells if _EQUATION_NUMBER.match(cell)]
        yield " ".join([*(cell for cell in cells if cell not in numbers), *numbers])
