"""How likely a text answers a question: the two are read together.

A cross-encoder (Nogueira and Cho 2019): the packaged model, which is trained to read one text at a time, with updates
of its last four layers (index/updates.py) that ``python -m bench.answering`` fits to questions whose answers are known.
Vectors tell what a text is about; this tells whether it says what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoder import NumpyEncoder
from index.recent import Recent
from index.updates import updated_by

# The updates for passages, and those for single sentences.
PASSAGES = "passages.npz"
SENTENCES = "sentences.npz"
# Texts of which a reader knows what it found: those of the last dozens of questions.
_KNOWN = 2048


@dataclass(frozen=True, slots=True)
class Reader:
    """The updated model, and the weights (2 * dimension) and bias that make a score of what it reads."""

    encoder: NumpyEncoder
    weights: npt.NDArray[np.float32]
    bias: float
    known: Recent[tuple[str, str], float] = field(default_factory=lambda: Recent(_KNOWN))


def log_odds(question: str, texts: Sequence[str], reader: Reader) -> list[float]:
    """Return for each text the log-odds that it answers the question."""

    def read(pairs: list[tuple[str, str]]) -> list[float]:
        rows = reader.encoder.pairs(question, [text for _, text in pairs])
        return [float(score) for score in rows @ reader.weights + reader.bias]

    return reader.known.values([(question, text) for text in texts], read)


def reader_of(file: Path) -> Reader:
    """Return the reader whose updates a file keeps."""
    encoder, arrays = updated_by(file)
    return Reader(encoder, arrays["weights"], float(arrays["bias"][0]))


@lru_cache(maxsize=2)
def shipped(name: str) -> Reader:
    """Return the reader that ships for PASSAGES or for SENTENCES."""
    with resources.as_file(resources.files("index") / name) as path:
        return reader_of(path)
