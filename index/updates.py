"""The packaged model with what was added to its linear maps, kept at low rank (as LoRA does, Hu et al. 2021)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.embed import updated_encoder
from index.encoder import NumpyEncoder

Arrays = dict[str, npt.NDArray[np.float32]]

_LAYERS = 6
_MAPS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip


def maps(first: int) -> tuple[str, ...]:
    """Return the names of the model's linear maps, from a layer on (0 to 5)."""
    return tuple(f"encoder.layer.{layer}.{part}" for layer in range(first, _LAYERS) for part in _MAPS)


def updated_by(file: Path) -> tuple[NumpyEncoder, Arrays]:
    """Return the model updated by a file, and what else the file holds.

    What is added to the map NAME is the product of the file's arrays "NAME.b" and "NAME.a".
    """
    with np.load(file) as held:
        arrays = {name: held[name].astype(np.float32) for name in held.files}
    names = [name.removesuffix(".b") for name in arrays if name.endswith(".b")]
    updates = {f"{name}.weight": arrays.pop(f"{name}.b") @ arrays.pop(f"{name}.a") for name in names}
    return updated_encoder(updates), arrays
