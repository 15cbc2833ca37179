"""What answers a question is told from what only speaks of the same, whatever it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.answering import read
from index.reader import SENTENCES, log_odds, shipped
from index.recent import Recent
from index.search import Searcher


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
    likely, unlikely = log_odds(question, [f"Pots and boats. {text}" for text in (answers, speaks)], shipped(SENTENCES))
    assert likely > unlikely


def test_each_text_is_read_alone() -> None:
    texts = ["A kiln is an oven.", "Clay shrinks by a tenth as it dries, and by another tenth in the fire."]
    reader = shipped(SENTENCES)
    together = log_odds("What is a kiln?", texts, reader)
    alone = [log_odds("What is a kiln?", [text], replace(reader, known=Recent(0)))[0] for text in texts]
    assert together == pytest.approx(alone, abs=1e-4)
    assert log_odds("What is a kiln?", texts[::-1], reader) == together[::-1]
    assert log_odds("What is a kiln?", [], reader) == []


def test_of_equal_hits_that_which_answers_comes_first(demo: Searcher) -> None:
    hit = demo.search("What is a skip connection?", 1).hits[0]
    hits = [
        replace(hit, chunk=replace(hit.chunk, header="Pots", headings=(), text=text, number=number))
        for number, text in enumerate(
            (
                "We had a kiln in the yard. Every potter liked it, and the children sat by it in winter.",
                "A kiln is an oven in which clay is hardened by heat. Its walls are of brick.",
            )
        )
    ]
    answers, mentions = read("What is a kiln?", hits)
    assert (answers.chunk.number, mentions.chunk.number) == (1, 0)
    assert 0 < mentions.parts["answers"] < answers.parts["answers"] < 1
    assert answers.score > mentions.score
    assert read("What is a kiln?", []) == []


def test_only_for_a_question_is_anything_read(demo: Searcher) -> None:
    assert "answers" in demo.search("How does a skip connection help?", 1).hits[0].parts
    claimed = demo.search("Skip connections help.", 3).hits
    assert not any("answers" in hit.parts for hit in claimed)
    assert [hit.score for hit in claimed] == sorted((hit.score for hit in claimed), reverse=True)
