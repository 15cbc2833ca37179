"""Question → the passages that an answer is made from, and how sure it is that they cover it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from app.answer.question import understand
from index.search import Filters, Found, Searcher


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found for a question, and ``confidence`` (0 to 1) that it covers the question.

    Of a question that compares two things, ``sides`` are what was found for each alone; ``found`` holds of all three.
    """

    found: Found
    confidence: float
    sides: tuple[Found, ...] = ()


def gather(query: str, count: int, filters: Filters | None, searcher: Searcher) -> Gathered:
    """Search the sources' own words (not the curator's notes) for a question and, where it compares, for its sides.

    A comparison is covered, too, where each of the things compared is.
    """
    whole = _one(query, count, filters, searcher)
    sides = [_one(f"What is {side}?", count, filters, searcher) for side in understand(query).sides]
    if len(sides) != 2:
        return whole
    mixed = itertools.chain.from_iterable(itertools.zip_longest(*(one.found.hits for one in (whole, *sides))))
    hits = {hit.chunk.number: hit for hit in reversed([hit for hit in mixed if hit is not None])}
    return Gathered(
        Found(tuple(reversed(hits.values()))[:count], whole.found.notes),
        max(whole.confidence, min(side.confidence for side in sides)),
        tuple(side.found for side in sides),
    )


def _one(query: str, count: int, filters: Filters | None, searcher: Searcher) -> Gathered:
    found = searcher.search(query, count, filters, notes=False)
    return Gathered(found, searcher.calibration.confidence(searcher.evidence(query, found)))
