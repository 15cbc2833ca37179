"""The vector with which what answers a question is looked for."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import PACKAGED_MODEL
from index.asking import asks
from index.embed import encode_queries
from index.seeking import sought


def test_a_question_is_brought_nearer_to_what_answers_it_than_to_what_repeats_it() -> None:
    question = "Why must clay dry before it is fired?"
    texts = ["Water that is left in it turns into steam and bursts the pot.", "Clay is fired when it is dry."]
    plain = encode_queries([question], PACKAGED_MODEL)[0]
    aimed = sought(question, PACKAGED_MODEL, plain)
    answers, repeats = encode_queries(texts, PACKAGED_MODEL)
    assert np.linalg.norm(aimed) == pytest.approx(1, abs=1e-5)
    assert aimed @ answers - aimed @ repeats > plain @ answers - plain @ repeats


def test_another_model_than_the_packaged_one_seeks_by_its_own_vectors() -> None:
    plain = np.array([0.6, 0.8], dtype=np.float32)
    assert np.array_equal(sought("Why must clay dry?", "someone/else", plain), plain)


@pytest.mark.parametrize("text", ["clay drying time", "Clay that is fired wet bursts."])
def test_what_asks_nothing_is_embedded_as_any_text(text: str) -> None:
    assert not asks(text)
    plain = encode_queries([text], PACKAGED_MODEL)[0]
    assert np.array_equal(sought(text, PACKAGED_MODEL, plain), plain)
