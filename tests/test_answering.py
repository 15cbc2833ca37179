"""What answers a question is told from what only speaks of the same, whatever it is about."""

from __future__ import annotations

import pytest

from app.answer.answering import answering


@pytest.mark.parametrize(
    ("question", "answers", "speaks"),
    [
        (
            "What is a kiln?",
            "A kiln is an oven in which clay is hardened by heat.",
            "The kiln was a real game changer for us, and every potter should try one!",
        ),
        (
            "Why does glaze run off a pot?",
            "Glaze runs off because the wet clay below it can no longer take up its water.",
            "Some potters found glaze that had run off a pot, and they swept it up.",
        ),
        (
            "How many sailors does the ferry need?",
            "The ferry needs a crew of four sailors, and six in winter.",
            "Sailors have taken the ferry home at night for as long as anybody knows.",
        ),
        (
            "What are the drawbacks of raku?",
            "Raku pots leak, and they break more easily than stoneware.",
            "Raku is a way of firing that came from Japan.",
        ),
    ],
)
def test_what_answers_is_told_from_what_speaks_of_it(question: str, answers: str, speaks: str) -> None:
    likely, unlikely = answering(question, [f"Pots and boats. {text}" for text in (answers, speaks)])
    assert likely > unlikely


def test_each_text_is_read_alone() -> None:
    texts = ["A kiln is an oven.", "Clay shrinks by a tenth as it dries, and by another tenth in the fire."]
    together = answering("What is a kiln?", texts)
    assert together == pytest.approx([answering("What is a kiln?", [text])[0] for text in texts], abs=1e-4)
    assert answering("What is a kiln?", []) == []
