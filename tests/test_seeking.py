"""The vector with which what answers a question is looked for."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import PACKAGED_MODEL
from index.embed import encode_queries
from index.seeking import asks, sought


def test_a_question_is_brought_nearer_to_what_answers_it_than_to_what_repeats_it() -> None:
    question = "Why must clay dry before it is fired?"
    texts = ["Water that is left in it turns into steam and bursts the pot.", "Clay is fired when it is dry."]
    plain, aimed = encode_queries([question], PACKAGED_MODEL)[0], sought(question, PACKAGED_MODEL)
    answers, repeats = encode_queries(texts, PACKAGED_MODEL)
    assert np.linalg.norm(aimed) == pytest.approx(1, abs=1e-5)
    assert aimed @ answers - aimed @ repeats > plain @ answers - plain @ repeats


@pytest.mark.parametrize("text", ["clay drying time", "Clay that is fired wet bursts."])
def test_what_asks_nothing_is_embedded_as_any_text(text: str) -> None:
    assert not asks(text)
    assert np.array_equal(sought(text, PACKAGED_MODEL), encode_queries([text], PACKAGED_MODEL)[0])
