"""Concept → resources: who explains it, who discusses it, who only mentions it, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.lexical import words
from index.search import Hit, Searcher, Sentence
from index.store import ResourceRow

Depth = Literal["explains", "discusses", "mentions"]

_POOL = 80
_PASSAGES = 3
_ORDER: dict[str, int] = {"explains": 0, "discusses": 1, "mentions": 2}
# Scores that differ by less say nothing of which resource covers a concept better.
_ALIKE = 0.03


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one resource covers a concept; ``passages`` are the (hit, sentence) that say it best."""

    resource: ResourceRow
    depth: Depth
    score: float
    passages: tuple[tuple[Hit, Sentence | None], ...]


def find_concept(concept: str, searcher: Searcher, count: int = 12) -> list[Coverage]:
    """Return the resources that cover a concept, the deepest first, by score within a depth.

    Those of nearly equal scores stand in the order in which the list has them: its own order of reading.
    A resource explains a concept when its title or a heading names it, or defines it, and at length; it
    discusses it when several of its chunks hold it; else it mentions it.
    """
    asked = searcher.understood(concept)
    names = [set(words(name)) for name in (asked.typed, *asked.implied)]
    found = searcher.search(concept, _POOL)
    groups: dict[int, list[Hit]] = defaultdict(list)
    for hit in found.hits:
        groups[hit.resource.number].append(hit)
    covered: list[Coverage] = []
    for hits in groups.values():
        coverage = _coverage(names, hits, searcher)
        if coverage is not None:
            covered.append(coverage)
    covered.sort(key=lambda item: (_ORDER[item.depth], -item.score))
    return in_reading_order(covered)[:count]


def in_reading_order(covered: Sequence[Coverage]) -> list[Coverage]:
    """Return coverages, which come the best first, with those of nearly equal scores in the list's order.

    Nearly equal is what lies within _ALIKE of the best of them, so that small steps do not add up.
    """
    ordered: list[Coverage] = []
    alike: list[Coverage] = []
    for item in covered:
        if alike and (item.depth != alike[0].depth or item.score < alike[0].score - _ALIKE):
            ordered += sorted(alike, key=lambda one: one.resource.number)
            alike = []
        alike.append(item)
    return ordered + sorted(alike, key=lambda one: one.resource.number)


def _sum(weights: Mapping[str, float], terms: set[str]) -> float:
    return sum(weights[term] for term in terms)


def _coverage(names: list[set[str]], hits: list[Hit], searcher: Searcher) -> Coverage | None:
    resource = hits[0].resource
    if resource.state == "read" and not resource.read:
        # Its text is another's, which is found under its own address.
        return None
    weights = {term: searcher.idf(term) for term in set().union(*names)}

    def share(text: str) -> float:
        """How much of the concept, by the name that fits best, a text holds."""
        held = set(words(text))
        return max(_sum(weights, name & held) / (_sum(weights, name) or 1.0) for name in names)

    passages = [hit for hit in hits if not hit.chunk.is_note]
    holding = [hit for hit in passages if share(hit.chunk.embedded) >= 0.8]
    titled = share(resource.title)
    noted = share(resource.note)
    headed = max((share(" ".join(hit.chunk.headings)) for hit in passages), default=0.0)
    close = max((hit.parts["dense"] for hit in hits), default=0.0)
    if not holding and titled < 0.8 and noted < 0.8 and close < 0.45:
        return None
    chunks = [chunk.embedded for chunk in searcher.store.chunks_of(resource.number) if not chunk.is_note]
    dwelling = sum(share(text) >= 0.8 for text in chunks)
    defines = any(
        re.search(r"\b(?:is|are|refers? to|means?|called|known as|defined as)\b", sentence.text)
        and share(" ".join(sentence.text.split()[:10])) >= 0.8
        for hit in holding
        for sentence in hit.sentences
    )
    breadth = dwelling / len(chunks) if chunks else 0.0
    best = max(hit.score for hit in hits)
    score = best + 0.5 * titled + 0.25 * headed + 0.15 * defines + 0.2 * min(1.0, 2 * breadth) + 0.1 * noted
    depth: Depth
    if titled >= 0.8 or (headed >= 0.8 and dwelling >= 2) or (defines and dwelling >= 3):
        depth = "explains"
    elif headed >= 0.8 or dwelling >= 3 or noted >= 0.8 or defines:
        depth = "discusses"
    else:
        depth = "mentions"
    shown = [
        (hit, max(hit.sentences, key=lambda sentence: sentence.score, default=None))
        for hit in sorted(passages, key=lambda hit: -hit.score)[:_PASSAGES]
    ]
    return Coverage(resource, depth, score, tuple(shown))
