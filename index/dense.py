"""Vectors → neighbours: FAISS, written through LlamaIndex, read as the plain FAISS file that it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from config.command import command
from config.errors import DamagedIndexError

Vectors = npt.NDArray[np.float32]

FILE = "dense.faiss"


def write_dense(folder: Path, vectors: Vectors) -> None:
    """Write an exact inner-product index of unit vectors; position in it is the chunk's number."""
    from llama_index.vector_stores.faiss import FaissVectorStore

    index = faiss.IndexFlatIP(vectors.shape[1])
    # Added as an array: as nodes, a vector is a list of Python numbers, a gigabyte for 100,000.
    index.add(vectors)
    FaissVectorStore(faiss_index=index).persist(str(folder / FILE))


class DenseIndex:
    """The vectors of one generation."""

    def __init__(self, folder: Path) -> None:
        """Open the index, mapped where FAISS can. Raises DamagedIndexError."""
        # One question at a time: what threads save in a search of 10 ms, waiting for each other costs.
        faiss.omp_set_num_threads(1)
        try:
            self._index = faiss.read_index(str(folder / FILE), faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise DamagedIndexError(f"{folder / FILE}: {error}; run '{command('build')}'") from error

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def search(
        self, vector: Vectors, count: int, allowed: npt.NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return (chunk number, cosine) of the nearest, best first, among ``allowed`` if given."""
        count = min(count, len(self))
        if not count:
            return []
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBatch(allowed)
        scores, ids = self._index.search(vector.reshape(1, -1), count, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def cosines(self, vector: Vectors, numbers: Sequence[int]) -> Vectors:
        """Return the cosine of the vector with each of the chunks."""
        if not numbers:
            return np.zeros(0, dtype=np.float32)
        stored = np.stack([self._index.reconstruct(int(number)) for number in numbers])
        result: Vectors = stored @ vector
        return result
