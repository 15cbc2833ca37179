"""The names in a question, and whether a passage tells of them."""

from __future__ import annotations

import pytest

from index.lexical import words
from index.names import named, names_asked
from index.query import Query
from index.search import Searcher


def _names(text: str, *implied: str) -> list[str]:
    return [text[name.start : name.end] for name in names_asked(Query(text, text, {}, (), implied), lambda _: True)]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many layers has GPT-4?", ["GPT-4"]),
        ("What does the Perceiver do with bytes?", ["Perceiver"]),
        ("How is matrix B initialised in LoRA?", ["B", "LoRA"]),
        ("Why is the sky blue?", []),
        ("which flops does an h100 reach", ["h100"]),
        ("How Do Skip Connections Help The Decoder?", []),
        ("What is new in v2.1?", ["v2.1"]),
        ("How many heads has LLaMA 3?", ["LLaMA 3"]),
        ("Is 3 enough?", ["3"]),
    ],
)
def test_what_is_written_like_a_name_is_one(question: str, names: list[str]) -> None:
    assert _names(question) == names


def test_a_word_that_nobody_knows_is_a_name() -> None:
    asked = Query("what is qibbolax good for", "", {})
    assert [asked.typed[n.start : n.end] for n in names_asked(asked, lambda _: False)] == ["qibbolax"]
    assert names_asked(asked, lambda _: True) == []


@pytest.mark.parametrize(
    ("question", "proper"),
    [
        ("How much of a 2 MB page does Linux move?", ["Linux"]),
        ("How many layers has GPT-4?", ["GPT-4"]),
        ("By what factor does 4x outweigh 512x512?", []),
    ],
)
def test_numbers_units_and_odd_words_are_no_proper_names(question: str, proper: list[str]) -> None:
    names = names_asked(Query(question, question, {}), lambda stem: stem != "outweigh")
    assert [question[name.start : name.end] for name in names if name.proper] == proper


def test_a_passage_tells_of_a_name_that_it_writes_in_any_form() -> None:
    (unet,) = names_asked(Query("Why is a U-Net deep?", "", {}), lambda _: True)
    (cfg,) = names_asked(Query("Why CFG?", "", {}, (), ("classifier-free guidance",)), lambda _: True)
    (gpt,) = names_asked(Query("How large is GPT-5?", "", {}), lambda _: True)
    for name, text, told in (
        (unet, "the UNet of Stable Diffusion", 1.0),
        (unet, "a u net", 1.0),
        (unet, "a ResNet", 0.0),
        (gpt, "GPT-5 is larger than GPT-4", 1.0),
        (gpt, "GPT 5s", 0.0),
        (gpt, "of 5 models GPT-4 is the largest", 0.0),
        (cfg, "classifier-free guidance", 1.0),
        (cfg, "the CFG scale", 1.0),
        (cfg, "classifier guidance", 0.0),
    ):
        assert named(name, text, set(words(text)), lambda _: 0.0) == told, text


def test_a_resource_that_is_about_a_name_tells_of_it_where_it_is_not_written() -> None:
    (name,) = names_asked(Query("How is LoRA merged?", "", {}), lambda _: True)
    seldom, often = (named(name, "", set(), lambda _, share=share: share) for share in (0.02, 0.6))  # type: ignore[misc]
    assert seldom < 0.1
    assert often == 1.0


def test_a_coined_word_is_spelt_as_the_list_spells_it(demo: Searcher) -> None:
    assert demo.understood("what is a unet or a lora").typed == "what is a U-Net or a LoRA"
    assert demo.understood("Are UNets deep networks?").typed == "Are U-Nets deep networks?"
    assert demo.understood("What does Attention, the word, mean?").typed == "What does Attention, the word, mean?"


def test_a_name_of_nothing_but_small_words_is_looked_for_in_vain(demo: Searcher) -> None:
    question = "How many people live in the U.S.?"
    (name,) = names_asked(demo.understood(question), lambda _: True)
    assert (name.joined, question[name.start : name.end]) == ("", "U.S")
    assert demo.search(question).hits


def test_a_sibling_of_what_is_asked_about_is_no_evidence(demo: Searcher) -> None:
    covered, sibling = (
        demo.evidence(question, demo.search(question, 12, notes=False))
        for question in ("What does QLoRA keep in four bits?", "What does XLoRA keep in four bits?")
    )
    assert covered.told > sibling.told + 0.1
