"""Questions that ask two things."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.answer.ask import ask
from app.answer.parts import both_sides_of, parts_of
from index.search import Searcher


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is a kiln and how is it heated?", ("What is a kiln?", "How is it heated?")),
        ("Why does clay shrink, and by how much?", ("Why does clay shrink, and by how much?",)),
        ("What is a kiln and a glaze?", ("What is a kiln and a glaze?",)),
        ("How do salt and soda differ?", ("How do salt and soda differ?",)),
        ("Salt and what else?", ("Salt and what else?",)),
    ],
)
def test_two_things_are_told_from_one(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("pros and cons of a wood kiln", ("What are the pros of a wood kiln?", "What are the cons of a wood kiln?")),
        (
            "What are the advantages and disadvantages of raku?",
            ("What are the advantages of raku?", "What are the disadvantages of raku?"),
        ),
        ("What are the advantages of raku?", ()),
    ],
)
def test_strong_and_weak_points_are_two_questions(question: str, sides: tuple[str, ...]) -> None:
    assert both_sides_of(question) == sides


def test_the_half_that_is_covered_is_answered_and_the_other_named(demo: Searcher) -> None:
    half, other = "What does QLoRA keep in four bits?", "Which yeast makes the best sourdough bread in Norway?"
    asked = f"{half.rstrip('?')} and {other[0].lower()}{other[1:]}"
    answer = ask(asked, demo)
    assert (answer.question, answer.abstained) == (asked, False)
    assert answer.statements == ask(half, demo, most_words=75).statements
    assert answer.notice == f"The list does not cover this part: “{other}”"
    assert {n for statement in answer.statements for n in statement.citations} == {c.n for c in answer.citations}


def test_what_answers_both_is_said_once(demo: Searcher) -> None:
    answer = ask("What are the pros and cons of classifier-free guidance?", demo)
    texts = [statement.text for statement in answer.statements]
    assert not any(one in other for one, other in permutations(texts, 2))
    assert {n for statement in answer.statements for n in statement.citations} == {c.n for c in answer.citations}


def test_two_things_that_are_not_covered_are_refused(demo: Searcher) -> None:
    answer = ask("How is sourdough yeast fed and what is a Norwegian fjord?", demo)
    assert answer.abstained
    assert answer.question.startswith("How is sourdough")
