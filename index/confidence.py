"""What was found → how sure it is that the list covers the question: a pure function of the ranked hits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.search import Hit

# Hits that are looked at: one good passage is enough, and it is among the first.
_LOOKED_AT = 5


def confidence(hits: Sequence[Hit]) -> float:
    """Return the chance (0 to 1) that what was found, best first, covers the question: a logistic of two signs.

    ``hits`` have their sentences and parts. 0 when none of them can be cited.
    """
    best = [hit for hit in hits if hit.sentences][:_LOOKED_AT]
    if not best:
        return 0.0
    similar = max(max(hit.parts["sentence"], hit.parts["dense"]) for hit in best)
    covered = max(hit.parts["covered"] for hit in best)
    return 1 / (1 + math.exp(-(12.0 * similar + 5.0 * covered - 10.0)))
