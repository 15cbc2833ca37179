"""The best hits, ordered anew by a cross-encoder: a model that reads question and passage together.

Off by default: no such model ships as a package, so one has to be downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from config.errors import ModelError
from index.fuse import RERANKER_SHARE

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from index.search import Hit

# Hits that it reads; further down it finds little, and each costs a pass through the model.
READ = 30


def rerank(question: str, hits: Sequence[Hit], model: str) -> list[Hit]:
    """Return the hits by the model's order, those that it does not read below; as they are when ``model`` is empty.

    Each hit that it read has a part "reranker" (0 to 1). Raises ModelError when the model cannot be loaded.
    """
    if not model or not hits:
        return list(hits)
    read, rest = hits[:READ], hits[READ:]
    pairs = [(question, hit.chunk.embedded) for hit in read]
    # One number a pair; the model's own configuration says how it becomes a probability.
    scores = [float(score) for score in _cross_encoder(model).predict(pairs, show_progress_bar=False)]
    judged = [
        replace(
            hit, score=RERANKER_SHARE * score + (1 - RERANKER_SHARE) * hit.score, parts={**hit.parts, "reranker": score}
        )
        for hit, score in zip(read, scores, strict=True)
    ]
    judged.sort(key=lambda hit: -hit.score)
    least = judged[-1].score
    return [*judged, *(replace(hit, score=min(hit.score, least)) for hit in rest)]


@lru_cache(maxsize=1)
def _cross_encoder(model: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    try:
        loaded: CrossEncoder = CrossEncoder(model)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"reranker {model!r} cannot be loaded ({error}); check the setting reranker, or leave it out"
        ) from error
    if loaded.num_labels != 1:
        raise ModelError(f"reranker {model!r} gives {loaded.num_labels} numbers for a pair; it must give one")
    return loaded
