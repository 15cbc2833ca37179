"""How sure it is that a list covers a question, and how that is calibrated to a list."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app import calibrating
from app.calibrating import calibrate, calibrate_home, gather, other_fields, own_questions
from config.errors import UsageError
from config.settings import Settings
from index.confidence import FILE, SHIPPED, Calibration, Evidence, load_calibration, save_calibration
from index.search import Searcher

COVERED = [
    "What is classifier-free guidance?",
    "How does cross-attention differ from self-attention?",
    "What does the encoder of an autoencoder do?",
    "Why are the scores divided by the root of the key length?",
    "How is a picture cut into patches for a transformer?",
    "What do the skip connections of a U-Net carry over?",
    "Which two small matrices does LoRA train?",
    "How is noise removed step by step?",
]
NOT_COVERED = [
    "How many windings does a power transformer on the electricity grid have?",
    "How long is the attention span of a goldfish?",
    "What is the latent heat of vaporization of water?",
    "How do I clean an essential oil diffuser?",
    "Which guidance computer landed the Apollo astronauts on the moon?",
    "Who painted the ceiling of the Sistine Chapel?",
    "What are the rules for castling in chess?",
    "How does PostgreSQL choose between an index scan and a sequential scan?",
]


def _score(searcher: Searcher, question: str) -> float:
    found = searcher.search(question, 12, notes=False)
    return searcher.calibration.confidence(searcher.evidence(question, found))


def test_what_is_covered_scores_above_what_shares_its_words(demo: Searcher) -> None:
    covered = [_score(demo, question) for question in COVERED]
    others = [_score(demo, question) for question in NOT_COVERED]
    assert min(covered) > max(others)
    assert min(covered) >= 0.5 > max(others)


def test_a_word_in_another_sense_comes_less_near(demo: Searcher) -> None:
    meant = "What does a vision transformer do with an image?"
    other = "What does a grid transformer do with high voltage?"
    near, far = (demo.evidence(text, demo.search(text, 12, notes=False)) for text in (meant, other))
    assert near.told > far.told + 0.1


def test_nothing_found_is_not_covered(demo: Searcher) -> None:
    nothing = demo.evidence("   ", demo.search("   "))
    assert nothing == Evidence(0.0, 0.0, 1.0)
    assert demo.calibration.confidence(nothing) < 0.01


def _file(folder: Path, rows: list[tuple[str, list[str]]]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps({"q": text, "gold": gold}) for text, gold in rows), encoding="utf-8")
    return path


def test_ones_own_questions_set_where_to_refuse(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    gold = ["https://demo.concordance.example/diffusion/guidance/"]
    rows = [(text, gold) for text in COVERED] + [(text, []) for text in NOT_COVERED]
    made = calibrate_home(Settings(home=home), _file(tmp_path, rows))
    assert (made.covered, made.uncovered) == (len(COVERED), len(NOT_COVERED))
    assert made.auc == 1.0
    at_half = next(point for point in made.curve if point.threshold == 0.5)
    assert (at_half.refused, at_half.covered_refused) == (1.0, 0.0)
    for less, more in zip(made.curve, made.curve[1:], strict=False):
        assert less.refused <= more.refused
        assert less.covered_refused <= more.covered_refused
    searcher = Searcher(Settings(home=home))
    assert searcher.calibration == made.calibration
    assert "questions.jsonl" in searcher.calibration.source
    searcher.close()


def test_a_file_of_one_sort_is_refused_and_nothing_kept(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    with pytest.raises(UsageError, match="gold"):
        calibrate_home(Settings(home=home), _file(tmp_path, [(text, []) for text in NOT_COVERED[:2]]))
    assert not (home / FILE).exists()


def test_without_questions_the_list_asks_itself(demo: Searcher) -> None:
    questions = own_questions(demo)
    assert {covered for _, covered in questions} == {True, False}
    assert len({text for text, _ in questions}) == len(questions)
    made = calibrate(gather([*questions[:12], *questions[-12:]], demo), "itself", trusted=False)
    assert made.auc > 0.75
    # Questions made from a list are easier than a person's: they may move the bias a little, nothing else.
    assert made.calibration.weights == SHIPPED.weights
    assert abs(made.calibration.bias - SHIPPED.bias) <= 1.0


def test_a_field_that_the_list_covers_is_none_of_the_others(
    demo: Searcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "fields.txt"
    fields = {"kitchens": NOT_COVERED[2:4], "networks": COVERED[:3], "games": NOT_COVERED[6:7]}
    lines = [f"{name}: {'|'.join(questions)}" for name, questions in fields.items()]
    file.write_text("\n".join(["# A comment.", *lines]), encoding="utf-8")
    monkeypatch.setattr(calibrating, "_FIELDS", file)
    asked = other_fields(demo)
    assert [item.text for item in asked] == [*fields["kitchens"], *fields["games"]]
    assert not any(item.covered for item in asked)


def test_a_calibration_is_kept_as_it_was_made(tmp_path: Path) -> None:
    made = Calibration((3.5, 9.25, -1.5), -4.125, "a test")
    save_calibration(tmp_path, made)
    assert load_calibration(tmp_path) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"weights": [1, 2], "bias": 0, "source": ""}',
        '{"weights": [1, 2, NaN], "bias": 0, "source": ""}',
    ],
)
def test_a_file_that_is_no_calibration_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="concordance calibrate"):
        load_calibration(tmp_path)


def test_a_home_without_one_has_what_ships(tmp_path: Path) -> None:
    assert load_calibration(tmp_path) == SHIPPED
