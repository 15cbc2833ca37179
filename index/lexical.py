"""Words → passages: BM25 (bm25s, Lucene's variant) over stemmed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import snowballstemmer

from config.errors import DamagedIndexError

FOLDER = "lexical"

# Robertson and Zaragoza 2009, section 3.5: the usual values.
K1 = 1.2
B = 0.75

_COMPOUND = re.compile(r"[^\W_]+(?:[-‐‑'’][^\W_]+)*")
_PARTS = re.compile(r"[-‐‑'’]")
_STOP = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have how i if in into is it its
    me my of on or our should so than that the their them then there these they this those to us was we were
    what when where which who whom whose why will with would you your about explain tell describe
    """.split()
)
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the Snowball stem of a word in lower case."""
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Return the stems that are indexed: no stop words; a hyphened word as its parts and as one.

    "U-Net" gives "u", "net" and "unet", so that it meets "UNet".
    """
    found: list[str] = []
    for match in _COMPOUND.finditer(text.lower()):
        parts = _PARTS.split(match.group())
        found.extend(stem(part) for part in parts if part not in _STOP)
        if len(parts) > 1 and len(parts[-1]) > 1:
            found.append(stem("".join(parts)))
    return found


def write_lexical(folder: Path, texts: Sequence[str]) -> None:
    """Write the index of the texts; position is the chunk's number."""
    index = bm25s.BM25(k1=K1, b=B, method="lucene")
    tokens = [words(text) or [""] for text in texts] or [[""]]
    index.index(tokens, show_progress=False)
    index.save(folder / FOLDER)


class LexicalIndex:
    """The words of one generation."""

    def __init__(self, folder: Path) -> None:
        """Open the index. Raises DamagedIndexError."""
        try:
            self._index = bm25s.BM25.load(folder / FOLDER, mmap=True)
        except (OSError, ValueError, KeyError) as error:
            raise DamagedIndexError(f"{folder / FOLDER}: {error}; run 'concordance build'") from error
        self._vocabulary: dict[str, int] = self._index.vocab_dict

    def known(self, terms: Sequence[str]) -> list[str]:
        """Return those of the stems that any chunk holds, each once."""
        return [term for term in dict.fromkeys(terms) if term in self._vocabulary]

    def scores(self, terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the BM25 score of every chunk for the stems."""
        known = self.known(terms)
        if not known:
            return np.zeros(self._index.scores["num_docs"], dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def document_frequency(self, term: str) -> int:
        """Return how many chunks hold the stem."""
        column = self._vocabulary.get(term)
        if column is None:
            return 0
        pointers = self._index.scores["indptr"]
        return int(pointers[column + 1] - pointers[column])

    @property
    def size(self) -> int:
        """Number of chunks."""
        return int(self._index.scores["num_docs"])
