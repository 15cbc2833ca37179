"""What was found → what speaks for the list covering the question (index/confidence.py weighs it)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.confidence import Evidence
from index.interaction import words_asked

if TYPE_CHECKING:
    from index.search import Hit

# Hits that are looked at: one good passage is enough, and it is among the first.
_LOOKED_AT = 5
# A question of one word is held to be as long as one of this many.
_FEWEST = 2


def gather_evidence(question: str, terms: Mapping[str, float], hits: Sequence[Hit]) -> Evidence:
    """Return the evidence of the hits, best first, with their sentences and parts; none for no hit.

    ``terms`` are the question's stems with how much each tells.
    """
    best = [hit for hit in hits if hit.sentences][:_LOOKED_AT]
    if not best:
        return Evidence(0.0, 0.0, 1.0)
    similar = max(hit.parts["similar"] for hit in best)
    told = max(hit.parts.get("named", 0.0) for hit in best)
    return Evidence(similar, told, 1 / math.sqrt(max(_FEWEST, words_asked(question, terms))))
