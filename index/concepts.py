"""Concept → resources: who explains it, who discusses it, who only mentions it, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index.lexical import stem, words
from index.query import Query, model_words
from index.search import Hit, Searcher, Sentence
from index.store import ResourceRow
from index.vocabulary import written

Depth = Literal["explains", "discusses", "mentions"]

_POOL = 80
_PASSAGES = 3
_ORDER: dict[str, int] = {"explains": 0, "discusses": 1, "mentions": 2}
# A text with this share of a concept's words holds it.
_HELD = 0.8
_DEFINES = re.compile(r"\b(?:is|are|refers? to|means?|called|known as|defined as)\b")
# A description is met by what is as near to it in meaning, whatever its words; a coined word only by itself.
_CLOSE = 0.45
_WORDS = 6
_CLOSED = re.compile(r"[.!…。][\"'”’)\]]*$")
_CODE = re.compile(r"\w\(\w*=|\w+\.\w+\(|[{};]\s*$|^\s*(?:def|class|import|from|return|for|if)\b.*:?\s*$|\bhttps?://")
# What a sentence is worth more or less to show what a passage says: as one that defines, that does not name the
# concept, and that is no sentence at all but code, a heading or a caption.
_DEFINED, _NOT_NAMED, _NO_PROSE = 0.1, -0.15, -0.3
# Scores that differ by less say nothing of which resource covers a concept better.
_ALIKE = 0.03


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one resource covers a concept; ``passages`` are the (hit, sentence) that say it best."""

    resource: ResourceRow
    depth: Depth
    score: float
    passages: tuple[tuple[Hit, Sentence | None], ...]


@dataclass(frozen=True, slots=True)
class _Concept:
    """The stems of a concept's names, how much each tells, and how those that somebody coined are written."""

    names: list[set[str]]
    weights: Mapping[str, float]
    coined: Mapping[str, re.Pattern[str]]

    def share(self, text: str) -> float:
        """Return how much of the concept, by the name that fits best, a text holds (0 to 1)."""
        held = set(words(text))
        # "Perceived" has the stem of "Perceiver".
        held -= {term for term, written_so in self.coined.items() if not written_so.search(text)}
        return max(_sum(self.weights, name & held) / (_sum(self.weights, name) or 1.0) for name in self.names)

    def defined_in(self, text: str) -> bool:
        """Whether a sentence has the form of a definition of it."""
        return bool(_DEFINES.search(text)) and self.share(" ".join(text.split()[:10])) >= _HELD


def _concept(asked: Query, searcher: Searcher) -> _Concept:
    names = [set(words(name)) for name in (asked.typed, *asked.implied)]
    coined = {
        stem(word): re.compile(rf"(?<!\w){re.escape(word.removesuffix('s'))}s?(?!\w)", re.IGNORECASE)
        for word in written(asked.typed)
        if word not in model_words() and searcher.vocabulary.spelling(word) != word
    }
    return _Concept(names, {term: searcher.idf(term) for term in set().union(*names)}, coined)


def find_concept(concept: str, searcher: Searcher, count: int = 12) -> list[Coverage]:
    """Return the resources that cover a concept, the deepest first, by score within a depth.

    Those of nearly equal scores stand in the order in which the list has them: its own order of reading.
    A resource explains a concept when its title or a heading names it, or defines it, and at length; it
    discusses it when several of its chunks hold it; else it mentions it.
    """
    asked = _concept(searcher.understood(concept), searcher)
    found = searcher.search(concept, _POOL)
    groups: dict[int, list[Hit]] = defaultdict(list)
    for hit in found.hits:
        groups[hit.resource.number].append(hit)
    covered: list[Coverage] = []
    for hits in groups.values():
        coverage = _coverage(asked, hits, searcher)
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


def _coverage(asked: _Concept, hits: list[Hit], searcher: Searcher) -> Coverage | None:
    resource = hits[0].resource
    if resource.state == "read" and not resource.read:
        # Its text is another's, which is found under its own address.
        return None
    passages = [hit for hit in hits if not hit.chunk.is_note]
    holding = [hit for hit in passages if asked.share(hit.chunk.embedded) >= _HELD]
    titled = asked.share(resource.title)
    noted = asked.share(resource.note)
    headed = max((asked.share(" ".join(hit.chunk.headings)) for hit in passages), default=0.0)
    close = max((hit.parts["dense"] for hit in hits), default=0.0)
    if not holding and titled < _HELD and noted < _HELD and (close < _CLOSE or asked.coined):
        return None
    chunks = [chunk.embedded for chunk in searcher.store.chunks_of(resource.number) if not chunk.is_note]
    dwelling = sum(asked.share(text) >= _HELD for text in chunks)
    defines = any(asked.defined_in(sentence.text) for hit in holding for sentence in hit.sentences)
    breadth = dwelling / len(chunks) if chunks else 0.0
    best = max(hit.score for hit in hits)
    score = best + 0.5 * titled + 0.25 * headed + 0.15 * defines + 0.2 * min(1.0, 2 * breadth) + 0.1 * noted
    depth: Depth
    if titled >= _HELD or (headed >= _HELD and dwelling >= 2) or (defines and dwelling >= 3):
        depth = "explains"
    elif headed >= _HELD or dwelling >= 3 or noted >= _HELD or defines:
        depth = "discusses"
    else:
        depth = "mentions"
    return Coverage(resource, depth, score, tuple(_shown(asked, passages)))


def _shown(asked: _Concept, hits: Sequence[Hit]) -> list[tuple[Hit, Sentence | None]]:
    """Return the passages that say it best, each with the sentence that shows what it says."""

    def worth(sentence: Sentence) -> float:
        told = 0.0 if asked.share(sentence.text) >= _HELD else _NOT_NAMED
        return (
            sentence.score
            + told
            + (_DEFINED if asked.defined_in(sentence.text) else 0.0)
            + (0.0 if _is_prose(sentence.text) else _NO_PROSE)
        )

    best = [(hit, max(hit.sentences, key=worth, default=None)) for hit in hits]
    return sorted(best, key=lambda pair: -(pair[0].score + (worth(pair[1]) if pair[1] else 0.0)))[:_PASSAGES]


def _is_prose(text: str) -> bool:
    """Whether a text is a sentence: of some length, closed by a stop, and no code."""
    plain = text.strip()
    return len(plain.split()) >= _WORDS and bool(_CLOSED.search(plain)) and not _CODE.search(plain)
