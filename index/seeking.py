"""A question → the vector of what it seeks.

The packaged model is trained to bring texts together that say the same; a question and what answers it do not. So
the model that embeds questions, and it alone, has updates (index/updates.py) that ``python -m bench.seeking`` fits to
questions whose answers are known: the vectors of what is searched stay what they are, as does an index. What asks
nothing (keywords, a claim) is embedded as any other text.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from config.settings import PACKAGED_MODEL
from index.asking import asks
from index.encoder import NumpyEncoder
from index.updates import updated_by

QUESTIONS = "questions.npz"

Vector = npt.NDArray[np.float32]


def sought(text: str, model: str, plain: Vector) -> Vector:
    """Return the unit vector (dimension,) with which what answers a question is looked for.

    It is ``plain``, the text's own by the embedding model, where nothing is asked or another than the packaged one
    embeds.
    """
    return _seeker().encode([text])[0] if model == PACKAGED_MODEL and asks(text) else plain


@lru_cache(maxsize=1)
def _seeker() -> NumpyEncoder:
    with resources.as_file(resources.files("index") / QUESTIONS) as path:
        return updated_by(path)[0]
