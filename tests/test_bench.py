"""Published collections: their layouts, read as they come, and the measures over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.beir import read_judgements, read_texts
from bench.chunking import measures
from config.errors import UsageError


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "lines",
    ["query-id\tcorpus-id\tscore\nq 1\ta/b\t2\n", "q 1\ta/b\t2\n", "q 1\t0\ta/b\t2\n"],
    ids=["header", "no header", "trec"],
)
@pytest.mark.parametrize("name", ["test", "dev"])
def test_judgements_come_in_several_forms(tmp_path: Path, name: str, lines: str) -> None:
    write(tmp_path, f"qrels/{name}.tsv", lines)
    assert read_judgements(tmp_path) == {"q 1": {"a/b": 2.0}}


def test_a_bad_judgement_names_its_line(tmp_path: Path) -> None:
    write(tmp_path, "qrels/test.tsv", "q\td\t1\nq\td\n")
    with pytest.raises(UsageError, match="line 2"):
        read_judgements(tmp_path)


def test_texts_may_lack_titles_and_repeat_ids(tmp_path: Path) -> None:
    write(tmp_path, "corpus.jsonl", '{"_id": "ä/1?", "text": "One."}\n{"_id": "ä/1?", "title": null, "text": "Two."}\n')
    assert read_texts(tmp_path) == [("ä/1?", "", ("One.",))]


def test_recall_precision_and_overlap_count_characters_once() -> None:
    found = {"a": [(0, 50), (25, 100)]}
    assert measures(found, {"a": [(50, 100), (200, 250)]}) == pytest.approx((0.5, 0.5, 50 / 150))
    assert measures({}, {"a": [(0, 10)]}) == (0.0, 0.0, 0.0)
