"""A question and its hits → what speaks for the list covering it (index/confidence.py weighs it).

``told`` is a late interaction (Khattab and Zaharia 2020) of the packaged model's own word pieces: each word
of the question meets the word of a passage that is nearest to it in context, so that another wording
counts, and the same word in another sense ("transformer" of a power grid) counts less. The words' nearness
is averaged geometrically: one word that nothing comes near speaks against the passage, however near the
others are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.confidence import Evidence
from index.embed import word_pieces
from index.encoder import Tokens
from index.lexical import words

if TYPE_CHECKING:
    from index.search import Hit

# Hits that are looked at: one good passage is enough, and it is among the first.
_LOOKED_AT = 5
# Of each, the sentence that matches best with its neighbours, this many characters at most.
_PASSAGE = 700
# A word that is in every chunk still has to be told.
_LEAST_WEIGHT = 0.5
# Words that ask, and are no part of what is asked about.
_ASKING = frozenset(
    words(
        "according answer define definition describe discuss example exactly explain give happen information list "
        "main mean mention name please question regard say specific state talk tell term thing understand various"
    )
)
# A question of one word is held to be as long as one of this many.
_FEWEST = 2
# The logarithm needs a floor; words that have nothing in common lie about here.
_LEAST_NEAR = 0.05


def gather_evidence(question: str, terms: Mapping[str, float], hits: Sequence[Hit]) -> Evidence:
    """Return the evidence of the hits, best first, with their sentences and parts; none for no hit.

    ``terms`` are the question's stems with how much each tells.
    """
    best = [hit for hit in hits if hit.sentences][:_LOOKED_AT]
    if not best:
        return Evidence(0.0, 0.0, 1.0)
    similar = max(max(hit.parts["sentence"], hit.parts["dense"]) for hit in best)
    told, words_asked = nearness(question, terms, [_passage(hit) for hit in best])
    return Evidence(similar, max(told), 1 / math.sqrt(max(_FEWEST, words_asked)))


def nearness(question: str, terms: Mapping[str, float], texts: Sequence[str]) -> tuple[list[float], int]:
    """Return how near all words of a question come to words of each text (0 to 1), and how many words these are."""
    asked, *read = word_pieces([question, *texts])
    groups, weights = _weighed(question, asked, terms)
    return [_told(asked, text, groups, weights) if groups else 0.0 for text in read], len(groups)


def _passage(hit: Hit) -> str:
    """Return a hit's best sentence, the one before and the one after, under its header."""
    at = max(range(len(hit.sentences)), key=lambda number: hit.sentences[number].score)
    spans = hit.chunk.sentences[max(0, at - 1) : at + 2]
    return f"{hit.chunk.header}. {hit.chunk.text[spans[0][1] : spans[-1][2]]}"[:_PASSAGE]


def _told(asked: Tokens, passage: Tokens, groups: Sequence[Sequence[int]], weights: Sequence[float]) -> float:
    """Return the weighted geometric mean of how near each word (a group of pieces) comes to one of a passage."""
    if not len(passage.vectors):
        return 0.0
    nearest = (asked.vectors @ passage.vectors.T).max(axis=1)
    near = np.maximum([nearest[list(group)].mean() for group in groups], _LEAST_NEAR)
    return float(np.exp(np.average(np.log(near), weights=weights)))


def _weighed(question: str, asked: Tokens, terms: Mapping[str, float]) -> tuple[list[list[int]], list[float]]:
    """Return the pieces of each word of a question that is looked for, and the word's weight."""
    pieces: dict[int, list[int]] = {}
    for number, word in enumerate(asked.word):
        pieces.setdefault(word, []).append(number)
    groups: list[list[int]] = []
    weights: list[float] = []
    for group in pieces.values():
        written = question[asked.place[group[0]][0] : asked.place[group[-1]][1]]
        told = [terms[stem] for stem in words(written) if stem in terms and stem not in _ASKING]
        if told:
            groups.append(group)
            weights.append(max(_LEAST_WEIGHT, *told))
    return groups, weights
