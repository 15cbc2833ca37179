"""The first hits, compared with the question word by word, each word in its context.

A late interaction (Khattab and Zaharia 2020) of the packaged model's own word pieces: each word of the
question meets the word of a passage that is nearest to it in context, so that another wording counts, and
the same word in another sense ("transformer" of a power grid) counts less. The words' nearness is averaged
geometrically: one word that nothing comes near speaks against the passage, however near the others are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.asking import BENEFIT_NOUNS, LIMIT_NOUNS
from index.embed import word_pieces
from index.encoder import Tokens
from index.fuse import TOLD_SHARE
from index.lexical import words
from index.names import Name, named, names_asked
from index.query import Query

if TYPE_CHECKING:
    from index.search import Hit

Near = npt.NDArray[np.float64]
Share = Callable[[int, str], float]
"""Number of a resource, stem → the share of the resource's chunks that hold the stem."""

# Hits that are compared: reading a passage takes ten times a whole search, and what answers is among the first.
READ = 8
# Of each, the sentence that matches best with its neighbours, this many characters at most.
_PASSAGE = 700
# A word that is in every chunk still has to be told.
_LEAST_WEIGHT = 0.5
# Words that ask, and are no part of what is asked about: who introduced a thing may have invented it, and its price be
# a drawback.
ASKING = frozenset(
    words(
        "according answer define definition describe discuss example exactly explain give happen information invented "
        "inventor list main mean mention name please question regard say specific state talk tell term thing "
        f"understand various {' '.join((*BENEFIT_NOUNS, *LIMIT_NOUNS))}"
    )
)
# The logarithm needs a floor; words that have nothing in common lie about here.
_LEAST_NEAR = 0.05
# What a word of a name counts in a passage that does not tell of it.
_NOT_NAMED = 0.25


def compare(
    asked: Query, weights: Mapping[str, float], known: Callable[[str], bool], share: Share, hits: Sequence[Hit]
) -> list[Hit]:
    """Return the hits, best first as they come, those that are compared in their new order.

    ``weights`` are the stems of the question with how much each tells, ``known`` says whether any chunk holds
    a stem, ``share`` how many of a resource's chunks do. Each hit that was compared has two parts more (0 to 1):
    "told", how near all words of the question come to words of its passage, and "named", the same where a name
    must be written to be told.
    """
    read, rest = hits[:READ], list(hits[READ:])
    question, texts = _pieces_of(asked.text), word_pieces([*map(_passage, read)])
    groups, shares = _weighed(asked.text, question, weights)
    rest = [replace(hit, score=hit.score / (1 + TOLD_SHARE)) for hit in (rest if groups else hits)]
    if not groups:
        return rest
    names = names_asked(asked, known)
    places = [question.place[group[0]][0] for group in groups]
    compared = []
    for hit, text in zip(read, texts, strict=True):
        near = _near(question, text, groups)
        sure = list(zip(names, told_of(hit, names, share), strict=True))
        factors = [
            min((_NOT_NAMED + (1 - _NOT_NAMED) * s for name, s in sure if name.start <= at < name.end), default=1.0)
            for at in places
        ]
        told = _mean(near, shares)
        parts = {**hit.parts, "told": told, "named": _mean(near * factors, shares)}
        compared.append(replace(hit, score=(hit.score + TOLD_SHARE * told) / (1 + TOLD_SHARE), parts=parts))
    return [*sorted(compared, key=lambda hit: -hit.score), *rest]


def told_of(hit: Hit, names: Sequence[Name], share: Share) -> list[float]:
    """Return how surely (0 to 1) a hit's passage is on each name."""
    if not names:
        return []
    text = f"{hit.resource.title}\n{hit.chunk.embedded}"
    said = set(words(text))
    return [named(name, text, said, partial(share, hit.chunk.resource)) for name in names]


def nearness(question: str, weights: Mapping[str, float], texts: Sequence[str]) -> list[float]:
    """Return how near all words of a question come to words of each text (0 to 1)."""
    asked = _pieces_of(question)
    groups, shares = _weighed(question, asked, weights)
    return [_mean(_near(asked, text, groups), shares) if groups else 0.0 for text in word_pieces(texts)]


def words_asked(question: str, weights: Mapping[str, float]) -> int:
    """Return how many words of a question are looked for."""
    return len(_weighed(question, _pieces_of(question), weights)[0])


@lru_cache(maxsize=16)
def _pieces_of(question: str) -> Tokens:
    """Return the word pieces of a question, with which its passages, its evidence and its sentences are compared."""
    return word_pieces([question])[0]


def _passage(hit: Hit) -> str:
    """Return a hit's best sentence, the one before and the one after, under its header."""
    if not hit.sentences:
        return hit.chunk.embedded[:_PASSAGE]
    at = max(range(len(hit.sentences)), key=lambda number: hit.sentences[number].score)
    spans = hit.chunk.sentences[max(0, at - 1) : at + 2]
    return f"{hit.chunk.header}. {hit.chunk.text[spans[0][1] : spans[-1][2]]}"[:_PASSAGE]


def _near(asked: Tokens, passage: Tokens, groups: Sequence[Sequence[int]]) -> Near:
    """Return how near each word (a group of pieces) comes to one of a passage."""
    if not len(passage.vectors):
        return np.zeros(len(groups))
    nearest = (asked.vectors @ passage.vectors.T).max(axis=1)
    return np.array([float(nearest[list(group)].mean()) for group in groups])


def _mean(near: Near, shares: Sequence[float]) -> float:
    return float(np.exp(np.average(np.log(np.maximum(near, _LEAST_NEAR)), weights=shares)))


def _weighed(question: str, asked: Tokens, weights: Mapping[str, float]) -> tuple[list[list[int]], list[float]]:
    """Return the pieces of each word of a question that is looked for, and the word's weight."""
    pieces: dict[int, list[int]] = {}
    for number, word in enumerate(asked.word):
        pieces.setdefault(word, []).append(number)
    groups: list[list[int]] = []
    shares: list[float] = []
    for group in pieces.values():
        told = [
            weights[stem] for stem in words(_text_of(question, asked, group)) if stem in weights and stem not in ASKING
        ]
        if told:
            groups.append(group)
            shares.append(max(_LEAST_WEIGHT, *told))
    return groups, shares


def _text_of(question: str, asked: Tokens, group: Sequence[int]) -> str:
    return question[asked.place[group[0]][0] : asked.place[group[-1]][1]]
