"""What a sentence does for its reader: it defines, tells how, says why, gives an example, talks of its text …

The packaged model tells: the mean of a sentence's word pieces after the third of its six layers, where the manner of a
sentence still shows (the last one is trained for what a text is about), and a multinomial logistic regression that
``python -m bench.roles`` fits to sentences which readers labelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from index.embed import layer_means

ROLES = (
    "definition", "mechanism", "reason", "statement", "example", "history", "opinion", "talk", "fragment",
)  # fmt: skip
"""In the order of the columns of the file's weights."""
LAYERS = 3
"""After so many layers of the model the roles are told."""
FILE = "roles.npz"

Likelihoods = dict[str, float]
"""Role → how likely a sentence has it; they add up to 1."""


def roles(texts: Sequence[str]) -> list[Likelihoods]:
    """Return what each sentence likely does."""
    weights, bias = _regression()
    scores = layer_means(texts, LAYERS) @ weights + bias
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = raised / raised.sum(axis=1, keepdims=True)
    return [dict(zip(ROLES, map(float, row), strict=True)) for row in shares]


@lru_cache(maxsize=1)
def _regression() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the weights (dimension, roles) and the bias (roles)."""
    with resources.as_file(resources.files("app.answer") / FILE) as path, np.load(path) as held:
        return held["weights"], held["bias"]
