"""How likely a sentence answers a question: the two are read together.

A cross-encoder (Nogueira and Cho 2019): the packaged model, which is trained to read one text at a time, with
low-rank updates of its last four layers (LoRA, Hu et al. 2021) that ``python -m bench.answering`` fits to questions
whose answering sentences are known. Vectors tell what a sentence is about; this tells whether it says what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from index.embed import updated_encoder
from index.encoder import NumpyEncoder

FILE = "answering.npz"
UPDATED = tuple(
    f"encoder.layer.{layer}.{part}"
    for layer in range(2, 6)
    for part in (
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
    )
)  # fmt: skip
"""The linear maps of the model that are updated, each by the product of the file's "NAME.b" and "NAME.a"."""


def answering(question: str, texts: Sequence[str]) -> list[float]:
    """Return for each text the log-odds that it answers the question."""
    encoder, weights, bias = _reader()
    return [float(score) for score in encoder.pairs(question, texts) @ weights + bias]


@lru_cache(maxsize=1)
def _reader() -> tuple[NumpyEncoder, npt.NDArray[np.float32], float]:
    """Return the updated model, and the weights (2 * dimension) and bias that make a score of what it reads."""
    with resources.as_file(resources.files("app.answer") / FILE) as path, np.load(path) as held:
        arrays = {name: held[name].astype(np.float32) for name in held.files}
    updates = {f"{name}.weight": arrays[f"{name}.b"] @ arrays[f"{name}.a"] for name in UPDATED}
    return updated_encoder(updates), arrays["weights"], float(arrays["bias"][0])
