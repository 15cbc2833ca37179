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
from index.hub import load_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from index.search import Hit

# Hits that it reads; further down it finds little, and each costs a pass through the model.
READ = 30
# What a model that scores pairs by itself is named; sentence-transformers gives another, where no module of its own
# follows it, a head of random numbers.
_HEAD = "ForSequenceClassification"


def rerank(question: str, hits: Sequence[Hit], model: str) -> list[Hit]:
    """Return the hits by the model's order, those that it does not read below; as they are when ``model`` is empty.

    Each hit has a part "reranker" (0 to 1), 0 where it was not read. Raises ModelError when the model cannot be loaded.
    """
    if not model or not hits:
        return list(hits)
    read, rest = hits[:READ], hits[READ:]
    pairs = [(question, hit.chunk.embedded) for hit in read]
    # One number a pair; the model's own configuration says how it becomes a probability.
    scores = [float(score) for score in _cross_encoder(model).predict(pairs, show_progress_bar=False)]
    judged = [_judged(hit, score) for hit, score in zip(read, scores, strict=True)]
    return [*sorted(judged, key=lambda hit: -hit.score), *(_judged(hit, 0.0) for hit in rest)]


def _judged(hit: Hit, score: float) -> Hit:
    return replace(
        hit, score=RERANKER_SHARE * score + (1 - RERANKER_SHARE) * hit.score, parts={**hit.parts, "reranker": score}
    )


@lru_cache(maxsize=1)
def _cross_encoder(model: str) -> CrossEncoder:
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded: CrossEncoder = load_model(model, lambda here: CrossEncoder(model, local_files_only=here))
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError) as error:
        raise ModelError(
            f"reranker {model!r} cannot be loaded ({' '.join(str(error).split())}); check the setting reranker, "
            "or leave it out"
        ) from error
    trained = getattr(loaded.config, "architectures", None) or ()
    if len(loaded) == 1 and not any(name.endswith(_HEAD) for name in trained):
        raise ModelError(
            f"reranker {model!r} is no cross-encoder ({', '.join(trained) or 'unnamed'}): it has no head that scores "
            "a pair; name one that has in the setting reranker, or leave it out"
        )
    if loaded.num_labels != 1:
        raise ModelError(
            f"reranker {model!r} gives {loaded.num_labels} numbers for a pair, not one; name another in the setting "
            "reranker, or leave it out"
        )
    return loaded
