"""What a search must know of every chunk before it reads any: whose it is, and whether it is a note of the list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from config.command import command
from config.errors import DamagedIndexError
from index.store import Chunk

FILE = "chunks.npy"


def write_chunk_facts(folder: Path, chunks: Sequence[Chunk]) -> None:
    """Write the facts of the chunks in order of their numbers."""
    facts = np.array([(chunk.resource, chunk.is_note) for chunk in chunks], dtype=np.int32).reshape(-1, 2)
    np.save(folder / FILE, facts)


class ChunkFacts:
    """The facts of one generation's chunks, mapped, not loaded."""

    def __init__(self, folder: Path) -> None:
        """Open the file. Raises DamagedIndexError."""
        try:
            facts = np.load(folder / FILE, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise DamagedIndexError(f"{folder / FILE}: {error}; run '{command('build')}'") from error
        self.owners: npt.NDArray[np.int32] = facts[:, 0]
        """The resource of each chunk, by chunk number."""
        self.notes: npt.NDArray[np.int32] = facts[:, 1]
        """1 for a curator's note, 0 for what a document says."""
