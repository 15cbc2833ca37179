"""What is looked for and what is found: slips, abbreviations, compounds; passages; what each part contributed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.present import parts_json, search_json
from index.glossary import mine
from index.interaction import READ
from index.lexical import LexicalIndex, words, write_lexical
from index.passage import passages
from index.query import Query, understand_query
from index.search import Searcher
from index.vocabulary import Vocabulary, write_vocabulary

TEXTS = (
    "Classifier-free guidance steers a diffusion model. Classifier-free guidance needs no classifier.",
    "A systolic array multiplies matrices; the array is the heart of the machine.",
    "Classifier-free guidance mixes two scores. With classifier-free guidance the scale matters.",
    "The U-Net has skip connections. Low-rank adaptation (LoRA) trains few weights; see the cookbook.",
    "ReLUs clip what is negative. Their disadvantages are few.",
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("words")
    write_vocabulary(folder, TEXTS)
    return Vocabulary(folder)


def understood(question: str, vocabulary: Vocabulary) -> Query:
    held = {term for text in TEXTS for term in words(text)}
    return understand_query(question, held.__contains__, vocabulary)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("systolc aray", "systolic array"),
        ("guidnace", "guidance"),
        ("wich matrix", "which matrix"),
        ("waht is it", "what is it"),
    ],
)
def test_slips_are_put_right(asked: Vocabulary, typed: str, meant: str) -> None:
    assert understood(typed, asked).typed == meant


@pytest.mark.parametrize("word", ["scaling", "Arrax", "fox", "mongolia", "codebook"])
def test_words_that_are_words_and_names_stay(asked: Vocabulary, word: str) -> None:
    assert understood(f"what of {word}", asked).typed == f"what of {word}"


def test_an_abbreviation_is_spelt_out_by_its_definition_or_its_initials(asked: Vocabulary) -> None:
    assert {"low", "rank", "adapt"} <= understood("What is LoRA?", asked).terms.keys()
    assert "guidanc" in understood("What does CFG do?", asked).terms
    assert "lora" in understood("low-rank adaptation", asked).terms
    assert "adapt" in understood("What do LoRAs do?", asked).terms
    assert understood("What does a matrix do?", asked).notes == ()


def test_what_the_list_writes_is_no_slip(asked: Vocabulary) -> None:
    query = understood("what do ReLUs clip", asked)
    assert (query.typed, query.notes) == ("what do ReLUs clip", ())


def test_weak_points_are_looked_for_by_what_the_list_calls_them(asked: Vocabulary) -> None:
    assert understood("drawbacks of an array", asked).terms == {"drawback": 1.0, "array": 1.0, "disadvantag": 0.5}
    assert understood("merits of an array", asked).terms == {"merit": 1.0, "array": 1.0}


def test_compounds_meet_however_they_are_written(asked: Vocabulary) -> None:
    for typed in ("u net", "unet", "U-Net"):
        assert "unet" in understood(typed, asked).terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("regularised behaviour", "regularized behavior"),
        ("the reparametrization trick", "the reparameterisation trick"),
        ("analysing grey centres", "analyzing gray centers"),
        ("dialogues", "dialog"),
    ],
)
def test_spellings_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_plurals_of_abbreviations_have_the_stem_of_one() -> None:
    assert words("TPUs and GPUs") == words("TPU and GPU")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("variational autoencoders (VAEs) and a variational autoencoder (VAE)", {"vae": ("variational autoencoders",)}),
        ("the model (in this case) is (NOT) what it was", {}),
        ("PEFT (parameter-efficient fine-tuning) is cheap", {"peft": ("parameter-efficient fine-tuning",)}),
    ],
)
def test_what_documents_spell_out_is_mined(text: str, found: dict[str, tuple[str, ...]]) -> None:
    assert mine([text]) == found


def test_a_share_is_small_where_most_words_of_a_question_are_nowhere(tmp_path: Path) -> None:
    write_lexical(tmp_path, "some", [words(text) for text in TEXTS])
    index = LexicalIndex(tmp_path, "some")
    whole = index.shares(dict.fromkeys(words("systolic array"), 1.0))
    partly = index.shares(dict.fromkeys(words("array of unheard zebras quietly juggling"), 1.0))
    assert whole.argmax() == partly.argmax() == 1
    assert partly.max() < whole.max() / 2 <= 0.5


def test_parts_add_up_to_the_score(demo: Searcher) -> None:
    found = demo.search("What is a skip connection?", 20)
    for hit in found.hits:
        assert sum(part["contributes"] for part in parts_json(hit).values()) == pytest.approx(hit.score, abs=1e-3)
    shown = search_json(found, demo, 3, explain=True)
    told = {"told", "answers"}
    assert all(set(row["parts"]) == {"dense", "sentence", "lexical", "resource", "title", *told} for row in shown)
    assert not any(told & hit.parts.keys() for hit in found.hits[READ:])


def test_a_passage_is_of_its_source_word_for_word_and_shown_once(demo: Searcher) -> None:
    shown = passages(demo.search("How does a U-Net use skip connections?", 20).hits, 10)
    assert len({passage.text for passage in shown}) == len(shown)
    for passage in shown:
        for hit, start, end in passage.chunks:
            assert hit.chunk.text[start:end] in passage.text
        assert passage.hit.chunk.is_note or passage.sentences
