"""Vectors of the sentences of every chunk, a byte a number: read when a question is asked, embedded when built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from config.command import command
from config.errors import DamagedIndexError

Vectors = npt.NDArray[np.float32]

VECTORS = "sentences.npy"
STARTS = "sentence-starts.npy"
# The numbers of a unit vector of this many dimensions seldom pass a third; the few that do are clipped.
_SCALE = 127 / 0.35


def write_sentence_vectors(folder: Path, counts: Sequence[int], vectors: Iterable[Vectors], dimension: int) -> None:
    """Write unit vectors, which come as arrays (n, dimension) in order; chunk i has ``counts[i]`` of them."""
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    np.save(folder / STARTS, starts)
    if not starts[-1]:
        np.save(folder / VECTORS, np.zeros((0, dimension), dtype=np.int8))
        return
    packed = np.lib.format.open_memmap(folder / VECTORS, "w+", np.int8, (int(starts[-1]), dimension))
    at = 0
    for some in vectors:
        packed[at : at + len(some)] = np.clip(np.rint(some * _SCALE), -127, 127)
        at += len(some)
    packed.flush()


class SentenceVectors:
    """The sentence vectors of one generation, mapped, not loaded."""

    def __init__(self, folder: Path) -> None:
        """Open the files. Raises DamagedIndexError."""
        try:
            self._vectors = np.load(folder / VECTORS, mmap_mode="r")
            self._starts = np.load(folder / STARTS, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise DamagedIndexError(f"{folder / VECTORS}: {error}; run '{command('build')}'") from error

    def cosines(self, chunk: int, vector: Vectors) -> Vectors:
        """Return the cosine of a unit vector with each sentence of a chunk."""
        some = np.asarray(self._vectors[self._starts[chunk] : self._starts[chunk + 1]], dtype=np.float32)
        result: Vectors = some @ vector / np.maximum(np.linalg.norm(some, axis=1), 1e-6)
        return result
