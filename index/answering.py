"""The first hits, each read together with the question (index/reader.py).

Only where a question is asked: the reader knows nothing else, and orders the abstracts that a claim is about worse than
they were (SciFact's, in BEIR).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.asking import asks
from index.fuse import ANSWERS_SHARE
from index.reader import PASSAGES, log_odds, shipped

if TYPE_CHECKING:
    from index.search import Hit

# Hits that are read: what answers is among them or nowhere, and each costs as much as ten searches.
READ = 8


def read(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits by how likely they answer, beside what else is known of them; those that are not read below.

    Each that was read has a part "answers" (0 to 1). Where nothing is asked, none is read.
    """
    read_of = READ if asks(question) else 0
    first, rest = hits[:read_of], hits[read_of:]
    told = log_odds(question, [passage(hit) for hit in first], shipped(PASSAGES))
    judged = [_judged(hit, 1 / (1 + math.exp(-odds))) for hit, odds in zip(first, told, strict=True)]
    below = [replace(hit, score=hit.score / (1 + ANSWERS_SHARE)) for hit in rest]
    return [*sorted(judged, key=lambda hit: -hit.score), *below]


def passage(hit: Hit) -> str:
    """Return what is read of a hit."""
    return f"{hit.chunk.header}. {hit.chunk.text}"


def _judged(hit: Hit, answers: float) -> Hit:
    score = (hit.score + ANSWERS_SHARE * answers) / (1 + ANSWERS_SHARE)
    return replace(hit, score=score, parts={**hit.parts, "answers": answers})
