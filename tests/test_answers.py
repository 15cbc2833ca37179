"""Questions to the demo: the answer is verbatim, cited, and withheld where the list is silent."""

from __future__ import annotations

import pytest

from app.answer.ask import ask
from app.answer.model import Answer
from index.concepts import find_concept
from index.search import Filters, Searcher

_BASE = "https://demo.concordance.example"

COVERED = [
    ("What is classifier-free guidance?", f"{_BASE}/diffusion/guidance/"),
    (
        "Why are attention scores divided by the square root of the key length?",
        f"{_BASE}/attention/scaled-dot-product/",
    ),
    ("How many patches does a vision transformer cut a 224 pixel image into?", f"{_BASE}/vision-transformers/vit/"),
    ("What does a skip connection copy?", f"{_BASE}/convolution/u-net/"),
    ("What is posterior collapse?", f"{_BASE}/autoencoders/vae/"),
    ("What is the commitment loss?", f"{_BASE}/autoencoders/vq-vae/"),
    ("How is matrix B initialised in LoRA?", f"{_BASE}/diffusion/lora/"),
    ("What is the residual stream?", "https://www.youtube.com/watch?v=concordDEMO"),
]
NOT_COVERED = [
    "What is the capital of Mongolia?",
    "How do I bake sourdough bread?",
    "Who won the football world cup in 1998?",
    "What is the boiling point of ethanol?",
    "How does a car's gearbox work?",
]


@pytest.fixture(scope="module")
def answers(demo: Searcher) -> dict[str, Answer]:
    """Return the answers to the questions that are covered."""
    return {question: ask(question, demo) for question, _ in COVERED}


@pytest.mark.parametrize(("question", "resource"), COVERED)
def test_a_covered_question_is_answered_from_the_right_resource(
    answers: dict[str, Answer], question: str, resource: str
) -> None:
    answer = answers[question]
    assert not answer.abstained
    assert answer.mode == "extractive"
    assert answer.citations[0].resource == resource
    assert sum(len(statement.text.split()) for statement in answer.statements) <= 150


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("Who invented the U-Net?", "Ronneberger"),
        ("drawbacks of classifier-free guidance", "less varied"),
        ("What is a VAE?", "A variational autoencoder (VAE) is a latent variable model"),
    ],
)
def test_what_is_told_in_other_words_is_found(demo: Searcher, question: str, fact: str) -> None:
    assert fact in ask(question, demo).statements[0].text


@pytest.mark.parametrize(("question", "resource"), COVERED)
def test_each_statement_is_verbatim_and_cited(
    answers: dict[str, Answer], demo: Searcher, question: str, resource: str
) -> None:
    answer = answers[question]
    by_number = {citation.n: citation for citation in answer.citations}
    assert answer.statements
    for statement in answer.statements:
        assert statement.citations
        for number in statement.citations:
            row = demo.store.resource(by_number[number].resource)
            assert row is not None
            text = "\n".join(block.text for block in demo.document(row.number).blocks)
            assert statement.text in text
            assert by_number[number].quote in text
    cited = {number for statement in answer.statements for number in statement.citations}
    assert cited == set(by_number)


@pytest.mark.parametrize("question", NOT_COVERED)
def test_what_the_list_does_not_cover_is_said(demo: Searcher, question: str) -> None:
    answer = ask(question, demo)
    assert answer.abstained
    assert not answer.statements
    assert answer.nearest


def test_filters_limit_what_is_answered_from(demo: Searcher) -> None:
    found = demo.search("attention", 20, Filters(sections=("Diffusion",)))
    assert found.hits
    assert all("Diffusion" in hit.resource.section for hit in found.hits)
    videos = demo.search("attention", 20, Filters(kinds=("video",)))
    assert {hit.resource.kind for hit in videos.hits} == {"video"}
    assert not demo.search("attention", 20, Filters(kinds=("paper",))).hits


def test_a_concept_is_found_where_it_is_explained_first(demo: Searcher) -> None:
    covered = find_concept("cross-attention", demo)
    assert covered[0].resource.url == f"{_BASE}/attention/cross-attention/"
    assert covered[0].depth == "explains"
    assert [item.resource.url for item in covered if item.depth == "mentions" or item.depth == "discusses"]


def test_an_unread_resource_is_found_by_its_title(demo: Searcher) -> None:
    covered = find_concept("consistency models", demo)
    assert covered[0].resource.url == f"{_BASE}/diffusion/consistency/"
    assert not covered[0].resource.read


def test_a_question_that_names_its_source_is_answered_from_it(demo: Searcher) -> None:
    answer = ask("In the low-rank adaptation article, how is matrix B initialised?", demo)
    assert {citation.resource for citation in answer.citations} == {f"{_BASE}/diffusion/lora/"}


def test_a_source_that_is_silent_lets_the_others_speak(demo: Searcher) -> None:
    answer = ask("According to the low-rank adaptation page, what is posterior collapse?", demo)
    assert answer.citations[0].resource == f"{_BASE}/autoencoders/vae/"


def test_somebody_is_told_by_the_sentence_that_goes_on(demo: Searcher) -> None:
    answer = ask("Who introduced the U-Net?", demo)
    assert not answer.abstained
    assert "proposed in 2015 by Ronneberger" in answer.statements[0].text


def test_a_comparison_says_something_of_each_side(demo: Searcher) -> None:
    answer = ask("Compare the U-Net and the vision transformer.", demo)
    assert {f"{_BASE}/convolution/u-net/", f"{_BASE}/vision-transformers/vit/"} <= {
        citation.resource for citation in answer.citations
    }


@pytest.mark.parametrize(("question", "resource"), COVERED)
def test_an_answer_opens_with_what_stands_alone(demo: Searcher, question: str, resource: str) -> None:
    opening = ask(question, demo).statements[0].text
    assert not opening.startswith(("It ", "This ", "These ", "They ", "Above", "Below", "However", "As we", "In this "))
    assert opening[0].isupper() or not opening[0].isalpha()
    assert opening.rstrip().endswith((".", "!", ":", ";", ")", "]")) or "\n" in opening


def test_an_abstention_shows_the_score_that_it_went_by(demo: Searcher) -> None:
    answer = ask("What is the capital of Mongolia?", demo)
    assert answer.confidence < demo.settings.abstain_below
    assert f"score is {answer.confidence:.2f}" in answer.as_json()["notice"]


def test_two_things_that_no_passage_tells_of_together_are_compared(demo: Searcher) -> None:
    answer = ask("How is classifier-free guidance different from LoRA?", demo)
    assert not answer.abstained
    cited = {citation.resource for citation in answer.citations}
    assert len(cited) == 2, cited


def test_a_comparison_with_what_nothing_tells_of_is_refused(demo: Searcher) -> None:
    assert ask("How is classifier-free guidance different from sourdough baking?", demo).abstained
