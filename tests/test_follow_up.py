"""What a question in a conversation is understood as."""

from __future__ import annotations

import pytest

from app.answer.ask import ask
from app.answer.follow_up import understood
from app.answer.model import Answer, Statement
from index.search import Searcher


def _turn(question: str, said: str = "") -> Answer:
    return Answer(question, False, "extractive", (Statement(said, (1,)),), (), (), 1.0, 0.0)


VIT = _turn("What is the Vision Transformer?", "The Vision Transformer cuts an image into patches.")
UNET = _turn("What is a U-Net?", "A U-Net is a network that narrows and widens again.")
LSTM = _turn("How does an LSTM decide what to forget?", "The LSTM has a sigmoid layer called the forget gate.")
GUIDANCE = _turn(
    "How does classifier-free guidance improve samples?",
    "With classifier-free guidance, one network is trained on both.",
)
WHETHER = _turn("Does LoRA save memory?", "LoRA saves memory, since most weights are frozen.")
BANDWIDTH = _turn(
    "How much HBM bandwidth does a TPU v5e have?", "The HBM bandwidth of TPU v5e is 8.2e11 bytes a second."
)
PAIR = _turn("Compare LoRA and DoRA.", "DoRA decomposes the weights; LoRA adds low-rank matrices.")

CARRIED = [
    (VIT, "And how is that different from the Perceiver?", "how is Vision Transformer different from the Perceiver?"),
    (VIT, "How does it handle large images?", "How does Vision Transformer handle large images?"),
    (VIT, "Why is that?", "Why is Vision Transformer used?"),
    (VIT, "What are its limitations?", "What are Vision Transformer's limitations?"),
    (VIT, "And what about its memory use?", "what about Vision Transformer's memory use?"),
    (VIT, "What are the limitations?", "What are the limitations of Vision Transformer?"),
    (VIT, "Show me the code.", "Show me the code of Vision Transformer?"),
    (VIT, "How many parameters?", "How many parameters of Vision Transformer?"),
    (VIT, "Why?", "Why is Vision Transformer used?"),
    (WHETHER, "Why?", "Why does LoRA save memory?"),
    (VIT, "Who invented this method?", "Who invented Vision Transformer?"),
    (VIT, "What about the Perceiver?", "What is the Perceiver?"),
    (VIT, "How does BERT compare to it?", "How does BERT compare to Vision Transformer?"),
    (BANDWIDTH, "And v5p?", "How much HBM bandwidth does a TPU v5p have?"),
    (LSTM, "And the GRU?", "How does the GRU decide what to forget?"),
    (LSTM, "Why is it better than an RNN?", "Why is LSTM better than an RNN?"),
    (GUIDANCE, "What does it cost?", "What does classifier-free guidance cost?"),
    (GUIDANCE, "What is the formula?", "What is the formula of classifier-free guidance?"),
    (VIT, "How long did it take to train?", "How long did Vision Transformer take to train?"),
    (VIT, "What's the difference to a U-Net?", "How does Vision Transformer differ from a U-Net?"),
    (UNET, "What about attention in transformers?", "What is attention in transformers?"),
    (PAIR, "Which one needs more memory?", "which of LoRA or DoRA needs more memory?"),
    (PAIR, "How does the latter initialise its weights?", "How does DoRA initialise its weights?"),
    (PAIR, "How large is the first?", "How large is LoRA?"),
    (PAIR, "Can both be merged?", "Can LoRA and DoRA be merged?"),
]
NEW = [
    "What is a KV cache?",
    "How does the Perceiver handle its inputs?",
    "What does it mean for a neuron to be polysemantic?",
    "Is it possible to train a diffusion model without noise?",
    "What is the trick that lets us backpropagate?",
    "How long does it take to train GPT-3?",
    "Why do transformers need positional encodings?",
    "How do RNNs learn when their gradients vanish?",
    "Compare Imagen and Parti.",
    "What in this list explains attention?",
    "Tell me more about the roofline model.",
]


@pytest.mark.parametrize(("before", "question", "meant"), CARRIED)
def test_a_question_that_leans_on_the_one_before_takes_its_subject(before: Answer, question: str, meant: str) -> None:
    assert understood(question, [before]).query.rstrip("?. ").lower() == meant.rstrip("?. ").lower()


@pytest.mark.parametrize("question", NEW)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    assert understood(question, [VIT]).query == question
    assert understood(question, []).query == question


def test_without_a_conversation_nothing_is_carried() -> None:
    assert understood("How does it work?", []).query == "How does it work?"


@pytest.mark.parametrize(
    "question",
    ["In simpler words?", "Can you summarise that?", "Say that again, please", "Explain it in plain English"],
)
def test_asking_for_it_otherwise_asks_the_question_before(question: str) -> None:
    meant = understood(question, [VIT])
    assert (meant.query, meant.more) == (VIT.question, False)


@pytest.mark.parametrize("question", ["Tell me more.", "more", "Go on", "Can you elaborate?", "Tell me more about it"])
def test_asking_for_more_goes_on_with_the_question_before(question: str) -> None:
    meant = understood(question, [VIT])
    assert meant.more
    assert meant.query == VIT.question


def test_the_subject_is_carried_over_several_turns_until_a_new_one() -> None:
    turns = [VIT, _turn("How does it handle large images?", "It cuts them into patches.")]
    assert "Vision Transformer" in understood("And what are its limitations?", turns).query
    turns.append(_turn("What is a KV cache?", "A KV cache keeps the keys and values."))
    assert "KV cache" in understood("How large is it?", turns).query


def test_a_follow_up_is_answered_from_what_it_means(demo: Searcher) -> None:
    first = ask("What is classifier-free guidance?", demo)
    second = ask("How is it different from classifier guidance?", demo, history=[first])
    assert not second.abstained
    assert second.question == "How is it different from classifier guidance?"
    assert "classifier-free guidance" in second.understood.lower()
    assert any("/guidance/" in citation.resource for citation in second.citations)


def test_a_passage_keeps_its_number_in_the_conversation_and_no_other_takes_it(demo: Searcher) -> None:
    first = ask("What is classifier-free guidance?", demo)
    again = ask("What is classifier-free guidance?", demo, history=[first])
    assert [(c.n, c.quote) for c in again.citations] == [(c.n, c.quote) for c in first.citations]
    other = ask("What is posterior collapse?", demo, history=[first])
    assert not {c.n for c in other.citations} & {c.n for c in first.citations}


def test_more_says_what_was_not_said(demo: Searcher) -> None:
    first = ask("What is posterior collapse?", demo)
    more = ask("Tell me more.", demo, history=[first])
    assert more.statements
    assert not {s.text for s in more.statements} & {s.text for s in first.statements}


def test_when_nothing_more_is_to_be_said_it_says_so(demo: Searcher) -> None:
    turns = [ask("What is posterior collapse?", demo)]
    while turns[-1].statements and len(turns) < 9:
        turns.append(ask("Tell me more.", demo, history=turns))
    said = [statement.text for turn in turns for statement in turn.statements]
    assert len(said) == len(set(said))
    assert not turns[-1].abstained
    assert "nothing more" in turns[-1].notice
    assert "posterior collapse" in turns[-1].notice.lower()


def test_a_formula_that_is_asked_for_is_shown_though_an_answer_held_it(demo: Searcher) -> None:
    first = ask("What is classifier-free guidance?", demo)
    shown = ask("What is its formula?", demo, history=[first])
    assert "formula" in [statement.block for statement in shown.statements]


@pytest.mark.parametrize("text", ["thanks!", "Thank you very much.", "ok, great", "Hello"])
def test_thanks_are_no_question(text: str, demo: Searcher) -> None:
    answer = ask(text, demo, history=[VIT])
    assert answer.abstained
    assert "asks nothing" in answer.refusal
    assert answer.nearest == ()


def test_that_it_cannot_be_put_otherwise_is_said(demo: Searcher) -> None:
    first = ask("What is LoRA?", demo)
    again = ask("Can you explain that more simply?", demo, history=[first])
    assert "cannot be put otherwise" in again.notice
    assert first.notice == ""
