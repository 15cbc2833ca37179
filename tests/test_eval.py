"""A person's own questions: read with care, gold addresses as a person means them, and what a run measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.evaluating import evaluate, unknown_gold
from app.measures import summary
from app.question_file import read_questions
from config.errors import UsageError
from index.search import Searcher

UNET = "demo.concordance.example/convolution/u-net"


def questions(folder: Path, text: str) -> Path:
    file = folder / "questions.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"q": "", "gold": []}', '"q" must'),
        ('{"q": "a", "gold": "b"}', '"gold" must'),
        ('{"q": "a", "gold": ["b"], "must": "("}', "not a regular expression"),
        ('{"q": "a", "gold": [], "must": "b"}', "no right passage"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(UsageError, match="line 2") as raised:
        read_questions(questions(tmp_path, f'{{"q": "fine", "gold": []}}\n{line}\n'))
    assert word in str(raised.value)


@pytest.mark.parametrize("gold", [f"https://{UNET}/", f"http://{UNET}", f"https://{UNET}/index.html#skip-connections"])
def test_gold_is_matched_as_a_person_means_it(tmp_path: Path, demo: Searcher, gold: str) -> None:
    asked = read_questions(questions(tmp_path, f'{{"q": "What is a skip connection?", "gold": ["{gold}"]}}'))
    assert not unknown_gold(asked, demo)
    measured = summary(evaluate(asked, demo), 0.5)
    assert measured["resource"]["recall@1"] == 1.0
    assert measured["citations"]["wrong"] == []


def test_what_is_missed_is_listed_with_what_came_instead(tmp_path: Path, demo: Searcher) -> None:
    text = '{"q": "What is a skip connection?", "gold": ["https://nowhere.example/"], "must": "skip"}'
    asked = read_questions(questions(tmp_path, text))
    assert "nowhere.example" in unknown_gold(asked, demo)[0]
    (miss,) = summary(evaluate(asked, demo), 0.5)["misses"]
    assert miss["line"] == 1
    assert UNET in miss["came"][0]["resource"]
