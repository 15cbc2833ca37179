"""Questions for what to read, and what is no part of a question."""

from __future__ import annotations

import pytest

from app.answer.ask import ask
from app.answer.manner import without_manner
from app.answer.recommend import concept_asked
from index.search import Searcher


@pytest.mark.parametrize(
    ("question", "concept", "kinds"),
    [
        ("Which article explains LoRA?", "LoRA", ()),
        ("Which video covers attention visually?", "attention visually", ("video",)),
        ("What papers of the list are about glazes?", "glazes", ("paper",)),
        ("Where can I find code for a kiln with a timer?", "a kiln with a timer", ()),
        ("Where is cross-attention explained?", "cross-attention", ()),
        ("Where can I read more about glazes?", "glazes", ()),
        ("What should a beginner watch to understand attention?", "attention", ("video",)),
        ("Which resource should I read first about diffusion models?", "diffusion models", ()),
        ("Which papers on diffusion should I read first?", "diffusion", ("paper",)),
        ("What videos about attention to watch?", "attention", ("video",)),
        ("List the resources about vision transformers", "vision transformers", ()),
        ("Is there a notebook on Perceiver IO?", "Perceiver IO", ("notebook",)),
        ("What is the best tutorial for learning rates?", "learning rates", ()),
    ],
)
def test_what_to_read_is_asked_in_many_ways(question: str, concept: str, kinds: tuple[str, ...]) -> None:
    assert concept_asked(question) == (concept, kinds)


@pytest.mark.parametrize(
    "question",
    [
        "Which paper introduced LoRA?",
        "Where is the log file kept?",
        "Where can I find the configuration file?",
        "What is a notebook?",
        "Which optimizer should I use for diffusion?",
        "How many papers are cited?",
    ],
)
def test_what_the_sources_say_is_no_question_for_what_to_read(question: str) -> None:
    assert concept_asked(question) is None


def test_what_to_read_is_named_and_shown_by_its_own_sentence(demo: Searcher) -> None:
    answer = ask("Which article explains skip connections?", demo)
    assert not answer.abstained
    assert "u-net" in answer.citations[0].resource
    assert answer.notice.startswith("Explained in “")
    assert answer.citations[0].title in answer.notice
    assert len({citation.resource for citation in answer.citations}) == len(answer.statements)


def test_that_there_is_none_of_the_kind_is_said(demo: Searcher) -> None:
    answer = ask("Is there a book about skip connections?", demo)
    assert answer.notice.startswith("No book that was read covers this; these do. ")
    assert ask("Is there a book about sourdough?", demo).abstained


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("What's a kiln, explained simply?", "What's a kiln?"),
        ("Kiln firing explained", "What is Kiln firing?"),
        ("explain glazes like I'm five", "explain glazes"),
        ("ELI5: glazes", "glazes"),
        ("What is a glaze in simple terms?", "What is a glaze?"),
        ("What is a glaze for dummies", "What is a glaze"),
        ("Why is this simply ignored?", "Why is this simply ignored?"),
        ("Which effect is explained?", "Which effect is explained?"),
        ("simply", "simply"),
        ("Noob question: what is a kiln?", "what is a kiln?"),
        ("What is a simple question mark?", "What is a simple question mark?"),
    ],
)
def test_how_simply_it_is_to_be_said_is_no_part_of_a_question(question: str, plain: str) -> None:
    assert without_manner(question) == plain
