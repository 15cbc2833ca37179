"""Words → passages: BM25 (bm25s, Lucene's variant) over stemmed words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

from config.command import command
from config.errors import DamagedIndexError

# The texts of the chunks; of whole resources; and their titles, with what the list puts them under.
CHUNKS = "lexical"
RESOURCES = "lexical-resources"
TITLES = "lexical-titles"

# Robertson and Zaragoza 2009, section 3.5: the usual values.
K1 = 1.2
B = 0.75

_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*")
# "TPUs": the stemmer takes the end of an abbreviation for a Latin one.
_PLURAL = re.compile(r"(?<=[A-Z]{2})s\b")
_PARTS = re.compile(r"[-‐‑'’]")
STOP = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have how i if in into is it its
    me my of on or our should so than that the their them then there these they this those to us was we were
    what when where which who whom whose why will with would you your about explain tell describe
    """.split()
)
# Spellings that differ by country or by author. What else ends so ("promise", "four") only gets another name in the
# index.
_SPELLINGS = (
    (re.compile(r"(?<=\w{3})is(e[drs]?|ing|ations?|ers)$"), r"iz\1"),  # regularise
    (re.compile(r"(?<=al)ys(e[drs]?|ing)$"), r"yz\1"),  # analyse
    (re.compile(r"(?<=\w{2})our(?=s$|$|ed$|ing$|al$)"), "or"),  # behaviour
    (re.compile(r"(?<=paramet)r(?=iz)"), "er"),  # reparametrization
    (re.compile(r"(cent|fib|lit|met)re(?=$|s$|d$)"), r"\1ere"),  # centre: the stem of "centere" is that of "center"
    (re.compile(r"(?<=\wlog)ue(?=s$|$)"), ""),  # analogue
    (re.compile(r"(?<=^gr)ey(?=s$|$|scale$)"), "ay"),
)
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a word in lower case, the same for the spellings of one word."""
    for spelling, other in _SPELLINGS:
        word = spelling.sub(other, word)
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Return the stems that are indexed: no stop words; a hyphened word as its parts and as one.

    "U-Net" gives "u", "net" and "unet", so that it meets "UNet".
    """
    found: list[str] = []
    for match in _COMPOUND.finditer(_PLURAL.sub("", text).lower()):
        parts = _PARTS.split(match.group())
        found.extend(stem(part) for part in parts if part not in STOP)
        if len(parts) > 1 and len(parts[-1]) > 1:
            found.append(stem("".join(parts)))
    return found


def write_lexical(folder: Path, name: str, tokens: Sequence[Sequence[str]]) -> None:
    """Write an index of texts, given by their stems, below the folder; position is the text's number."""
    index = bm25s.BM25(k1=K1, b=B, method="lucene")
    index.index([list(some) or [""] for some in tokens] or [[""]], show_progress=False)
    index.save(folder / name)


class LexicalIndex:
    """The words of the texts of one generation."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open an index. Raises DamagedIndexError."""
        try:
            index = bm25s.BM25.load(folder / name, mmap=True)
        except (OSError, ValueError, KeyError) as error:
            raise DamagedIndexError(f"{folder / name}: {error}; run '{command('build')}'") from error
        # bm25s keeps a number for "", what a text without words is made of, and no column.
        self._vocabulary: dict[str, int] = {term: column for term, column in index.vocab_dict.items() if term}
        # A term's column holds what it adds to the score of each text that has it.
        self._added = index.scores["data"]
        self._texts = index.scores["indices"]
        self._starts = index.scores["indptr"]
        self.size = int(index.scores["num_docs"])
        """Number of texts."""

    def holds(self, term: str) -> bool:
        """Whether any text has the stem."""
        return term in self._vocabulary

    def texts(self, term: str) -> npt.NDArray[np.int64]:
        """Return the numbers of the texts that have a stem."""
        column = self._vocabulary.get(term)
        if column is None:
            return np.zeros(0, dtype=np.int64)
        return np.asarray(self._texts[int(self._starts[column]) : int(self._starts[column + 1])], dtype=np.int64)

    def scores(self, terms: Mapping[str, float]) -> npt.NDArray[np.float32]:
        """Return the BM25 score of every text for stems, each with its weight."""
        total = np.zeros(self.size, dtype=np.float32)
        for term, weight in terms.items():
            column = self._vocabulary.get(term)
            if column is not None:
                some = slice(int(self._starts[column]), int(self._starts[column + 1]))
                total[self._texts[some]] += np.float32(weight) * self._added[some]
        return total

    def shares(self, terms: Mapping[str, float]) -> npt.NDArray[np.float32]:
        """Return the BM25 score of every text as a share (0 to 1) of the most that any text could reach.

        The bound is that of every term at its saturation, those included that no text has: a question whose
        words are mostly missing gets low shares all over, and so little say in a sum with other scores. (Bruch
        et al. 2022 divide by the best score found, which calls the best of a bad lot a perfect match.)
        """
        bound = sum(weight * self.idf(term) for term, weight in terms.items())
        return self.scores(terms) / np.float32(bound) if bound else np.zeros(self.size, dtype=np.float32)

    def idf(self, term: str) -> float:
        """Return how much a stem tells (Robertson and Spärck Jones, as in Lucene); most when never seen."""
        column = self._vocabulary.get(term)
        frequency = 0 if column is None else int(self._starts[column + 1] - self._starts[column])
        return math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))
