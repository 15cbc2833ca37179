"""Hits → the passages that are shown: the sentences that answer, in their surroundings.

A chunk is cut for the model to read, a passage for a person. Of each hit stay the sentences whose worth is near
that of the best sentence of all hits, with one before and after and what is between; hits that meet in the
original become one passage; a hit without such a sentence shows its best one, after those that have some, and
one far off is not shown: there may be fewer passages than were asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.search import Hit, Sentence

# Hits that passages are made of, when few are asked for.
LOOKED_AT = 12
# Of the best sentence's worth; measured by bench/chunking.py: lower shows more than what answers, higher loses some.
_NEAR = 0.68
# A hit whose best sentence has less of it is not shown: what is that far off answers nothing.
_SHOWN = 0.55
# What stands between two chunks of one section that belong together, in characters: a short paragraph.
_GAP = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """What is shown of a hit: ``sentences``, as ``text`` has them; ``near`` is whether they are among the best.

    ``chunks`` are the (hit, start, end in the text of its chunk) that it is made of, in the order of the original.
    A curator's note is shown whole and has no sentences.
    """

    hit: Hit
    chunks: tuple[tuple[Hit, int, int], ...]
    near: bool

    @property
    def text(self) -> str:
        """The text, as it stands in the original."""
        parts: list[str] = []
        last = -1
        for hit, start, end in self.chunks:
            spans = hit.chunk.spans
            if parts:
                parts.append(" " if spans and spans[0][0] == last else "\n\n")
            parts.append(hit.chunk.text[start:end])
            last = spans[-1][0] if spans else -1
        return "".join(parts)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences, in the order of the original."""
        return tuple(
            sentence
            for hit, start, end in self.chunks
            for sentence, (_, a, b) in zip(hit.sentences, hit.chunk.sentences, strict=True)
            if start <= a and b <= end
        )


def passages(hits: Sequence[Hit], count: int) -> list[Passage]:
    """Return at most ``count`` passages of hits, which come best first."""
    best = max((worth for hit in hits for worth in _worth(hit)), default=0.0)
    made: list[Passage] = []
    for hit in hits:
        if max(_worth(hit)) < _SHOWN * best:
            continue
        passage = _narrowed(hit, _NEAR * best)
        at = next((number for number, other in enumerate(made) if _meet(other, passage)), None)
        if at is None:
            made.append(passage)
        else:
            together = sorted((*made[at].chunks, *passage.chunks), key=lambda part: part[0].chunk.number)
            made[at] = replace(made[at], chunks=_without_gaps(together))
    return [*(one for one in made if one.near), *(one for one in made if not one.near)][:count]


def _worth(hit: Hit) -> list[float]:
    if not hit.sentences:
        return [hit.score + 0.5 * (hit.parts["dense"] + hit.parts["covered"])]
    return [hit.score + 0.5 * (sentence.cosine + sentence.covered) for sentence in hit.sentences]


def _narrowed(hit: Hit, least: float) -> Passage:
    worth = _worth(hit)
    near = [number for number, value in enumerate(worth) if value >= least]
    if not hit.sentences:
        return Passage(hit, ((hit, 0, len(hit.chunk.text)),), bool(near))
    kept = near or [worth.index(max(worth))]
    first, last = max(0, kept[0] - 1), min(len(hit.sentences) - 1, kept[-1] + 1)
    return Passage(hit, ((hit, hit.chunk.sentences[first][1], hit.chunk.sentences[last][2]),), bool(near))


def _meet(one: Passage, other: Passage) -> bool:
    """Whether two passages are next to each other in one section."""
    if not (one.near and other.near) or one.hit.chunk.resource != other.hit.chunk.resource:
        return False
    for a in one.chunks:
        for b in other.chunks:
            (before, _, end), (after, start, _) = (a, b) if a[0].chunk.number < b[0].chunk.number else (b, a)
            if (
                after.chunk.number - before.chunk.number == 1
                and after.chunk.headings == before.chunk.headings
                and len(before.chunk.text) - end + start <= _GAP
            ):
                return True
    return False


def _without_gaps(parts: Sequence[tuple[Hit, int, int]]) -> tuple[tuple[Hit, int, int], ...]:
    """Let each part but the last reach to the end of its chunk, each but the first from its start."""
    last = len(parts) - 1
    return tuple(
        (hit, 0 if number else start, end if number == last else len(hit.chunk.text))
        for number, (hit, start, end) in enumerate(parts)
    )
