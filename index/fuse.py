"""What each way of looking found → one score for each candidate.

A weighted sum of scores that mean the same for every question: cosines, and BM25 as a share of the most
that the question's words could reach (LexicalIndex.shares). Unlike ranks (reciprocal rank fusion, Cormack
et al. 2009) they tell a sure match from the best of a bad lot, so which of the ways has the say is settled
question by question: exact words where the sources have them, meaning where they do not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]

# What each part is worth; measured by bench/ on questions of several collections (see bench/README.md).
WEIGHTS: Mapping[str, float] = {
    "dense": 1.0,  # cosine of question and chunk
    "sentence": 0.5,  # cosine of question and the chunk's nearest sentence
    "lexical": 1.0,  # BM25 of the chunk with its headings
    "resource": 0.4,  # BM25 of all that the resource says
    "title": 0.3,  # BM25 of its title and of the list's headings above it
}
# A curator's note tells of a resource, but answers nothing.
NOTE_SHARE = 0.8
# What the comparison word by word (index/interaction.py) is worth beside all of them together.
TOLD_SHARE = 0.3
# What reading question and passage together (index/answering.py) is worth beside all of that.
ANSWERS_SHARE = 0.15
# A cross-encoder, when one is set, orders better than the rest, but not so surely that they should not count.
RERANKER_SHARE = 0.8


def fused(parts: Mapping[str, Scores], notes: Scores) -> Scores:
    """Return one score (0 to 1) for each candidate from the scores of each part; ``notes`` is 1 for a note."""
    total = sum(weight * np.maximum(parts[name], 0) for name, weight in WEIGHTS.items())
    result: Scores = total / sum(WEIGHTS.values()) * (1 - (1 - NOTE_SHARE) * notes)
    return result


def contributions(parts: Mapping[str, float], note: bool) -> dict[str, float]:
    """Return what each part of a hit adds to its score: they add up to it."""
    whole = sum(WEIGHTS.values()) / (NOTE_SHARE if note else 1.0) * (1 + TOLD_SHARE) * (1 + ANSWERS_SHARE)
    added = {name: weight * max(0.0, parts[name]) / whole for name, weight in WEIGHTS.items()}
    if "told" in parts:
        added["told"] = TOLD_SHARE * parts["told"] / (1 + TOLD_SHARE) / (1 + ANSWERS_SHARE)
    if "answers" in parts:
        added["answers"] = ANSWERS_SHARE * parts["answers"] / (1 + ANSWERS_SHARE)
    if "reranker" not in parts:
        return added
    kept = {name: (1 - RERANKER_SHARE) * value for name, value in added.items()}
    return {**kept, "reranker": RERANKER_SHARE * parts["reranker"]}
