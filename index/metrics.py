"""Measures of ranked results: plain functions over which ranks are right.

Ranks count from 1. The formulas are those of trec_eval and of Chroma's chunking evaluation (Smith and
Troynikov 2024).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

Range = tuple[int, int]
"""Start and end of some characters of a text."""


def first_rank(right: Sequence[bool]) -> int | None:
    """Return the rank of the first right result, or None."""
    return next((rank for rank, hit in enumerate(right, start=1) if hit), None)


def hit_rate(ranks: Sequence[int | None], k: int) -> float:
    """Return the share of questions whose first right result is among the first ``k``; 0 for no question."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else 0.0


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Return the mean of 1/rank of the first right result, 0 where there is none."""
    return sum(1 / rank for rank in ranks if rank is not None) / len(ranks) if ranks else 0.0


def ndcg(gains: Sequence[float], ideal: Iterable[float], k: int = 10) -> float:
    """Return the normalised discounted cumulative gain at ``k``: linear gains, discount 1/log2(rank + 1).

    ``gains`` are the results' in rank order, ``ideal`` all gains that could be had.
    """
    best = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(sorted(ideal, reverse=True)[:k], start=1))
    got = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:k], start=1))
    return got / best if best else 0.0


def recall(found: Sequence[str], relevant: Mapping[str, float], k: int) -> float:
    """Return the share of what is relevant that is among the first ``k`` found."""
    wanted = {name for name, gain in relevant.items() if gain > 0}
    return len(wanted & set(found[:k])) / len(wanted) if wanted else 0.0


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in order, those that touch or overlap as one."""
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def length(ranges: Iterable[Range]) -> int:
    """Return how many characters ranges hold, each once."""
    return sum(end - start for start, end in merged(ranges))


def common(one: Iterable[Range], other: Iterable[Range]) -> int:
    """Return how many characters both hold."""
    a, b = merged(one), merged(other)
    return length(a) + length(b) - length([*a, *b])


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below or at which ``share`` of the values lie (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def area_under_curve(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive's score is above a negative's (ties count half); 0.5 where one is empty."""
    pairs = len(positive) * len(negative)
    above = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return above / pairs if pairs else 0.5
