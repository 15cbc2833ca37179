"""Generations: checked when written and when opened, switched to in one step, the one before standing by."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from config.errors import DamagedIndexError, NoIndexError
from index.generation import FORMAT, check, new_folder, open_store, prune, publish, serving

FACTS: dict[str, Any] = {
    "model": "m", "fingerprint": "f", "dimension": 3, "resources": 2, "documents": 1, "chunks": 4,
    "reading_list": "list.md", "demo": False,
}  # fmt: skip


def written(generations: Path, said: str) -> Path:
    """Publish a generation whose store says one thing."""
    folder = new_folder(generations)
    with sqlite3.connect(folder / "store.sqlite") as database:
        database.execute("CREATE TABLE said (it TEXT)")
        database.execute("INSERT INTO said VALUES (?)", (said,))
    database.close()
    (folder / "lexical").mkdir()
    (folder / "lexical" / "words.bin").write_bytes(said.encode() * 100)
    return publish(folder, FACTS)


def said(folder: Path) -> str:
    database = open_store(folder)
    try:
        return str(database.execute("SELECT it FROM said").fetchone()[0])
    finally:
        database.close()


def test_the_one_that_was_published_last_serves_with_what_it_says_of_itself(tmp_path: Path) -> None:
    written(tmp_path, "first")
    second = written(tmp_path, "second")
    folder, manifest, words = serving(tmp_path)
    assert (folder, said(folder), words) == (second, "second", [])
    assert (manifest.name, manifest.format, manifest.model, manifest.chunks) == (second.name, FORMAT, "m", 4)
    assert set(manifest.files) == {"store.sqlite", "lexical/words.bin"}
    assert manifest.files["lexical/words.bin"][0] == 600


def test_without_any_the_word_is_to_build(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="concordance build"):
        serving(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda folder: (folder / "store.sqlite").write_bytes(b"short"), r"store\.sqlite is not what was written"),
        (lambda folder: (folder / "lexical" / "words.bin").unlink(), r"lexical/words\.bin is missing"),
        (lambda folder: shutil.rmtree(folder / "lexical"), r"lexical/words\.bin is missing"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "its manifest cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "its manifest cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text(f'{{"format": {FORMAT}}}'), "manifest cannot be read"),
        (lambda folder: (folder / "manifest.json").unlink(), "its manifest cannot be read"),
        (lambda folder: shutil.rmtree(folder), "its manifest cannot be read"),
        (lambda folder: _reformat(folder), f"has format 1, and this version of Concordance reads {FORMAT}"),
    ],
)
def test_a_damaged_one_is_refused_by_name_and_the_one_before_it_serves(tmp_path: Path, damage: Any, word: str) -> None:
    first = written(tmp_path, "first")
    second = written(tmp_path, "second")
    damage(second)
    folder, _, words = serving(tmp_path)
    assert said(folder) == "first"
    assert second.name in words[0]
    assert "concordance build" in words[0]
    assert "serves instead" in words[1]
    with pytest.raises(DamagedIndexError, match=word):
        check(second)
    damage(first)
    with pytest.raises(DamagedIndexError, match="concordance build"):
        serving(tmp_path)


def _reformat(folder: Path) -> None:
    raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    # As an older version wrote it: other fields, too.
    raw.pop("dimension")
    (folder / "manifest.json").write_text(json.dumps({**raw, "format": 1, "other": 1}), encoding="utf-8")


def test_one_flipped_byte_of_the_same_length_is_seen(tmp_path: Path) -> None:
    folder = written(tmp_path, "first")
    file = folder / "lexical" / "words.bin"
    data = bytearray(file.read_bytes())
    data[250] ^= 1
    file.write_bytes(data)
    with pytest.raises(DamagedIndexError, match=r"words\.bin is not what was written"):
        check(folder)


def test_what_was_found_whole_is_not_read_again_and_what_changed_is(tmp_path: Path) -> None:
    folder = written(tmp_path, "first")
    check(folder)
    checked = json.loads((tmp_path / "checked.json").read_text(encoding="utf-8"))
    assert f"{folder.name}/store.sqlite" in checked
    (tmp_path / "checked.json").write_text("not JSON", encoding="utf-8")
    assert check(folder).name == folder.name


def test_a_reader_keeps_the_old_one_while_new_ones_come(tmp_path: Path) -> None:
    reader = open_store(written(tmp_path, "first"))
    for name in ("second", "third"):
        written(tmp_path, name)
    assert reader.execute("SELECT it FROM said").fetchone() == ("first",)
    assert said(serving(tmp_path)[0]) == "third"
    reader.close()


def test_nothing_is_switched_when_what_was_written_does_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written(tmp_path, "first")

    def spoilt(path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        (path.parent / "store.sqlite").write_bytes(b"a disk that lies")

    monkeypatch.setattr("index.generation._write_synced", spoilt)
    with pytest.raises(DamagedIndexError, match=r"store\.sqlite"):
        written(tmp_path, "second")
    assert serving(tmp_path)[0] == first


def test_what_a_dead_build_left_is_neither_served_nor_kept(tmp_path: Path) -> None:
    first = written(tmp_path, "first")
    half = new_folder(tmp_path)
    (half / "store.sqlite").write_bytes(b"half")
    assert serving(tmp_path)[0] == first
    prune(tmp_path, 2)
    assert not half.exists()


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    folders = [written(tmp_path, name) for name in ("first", "second", "third")]
    prune(tmp_path, 2)
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert said(serving(tmp_path)[0]) == "third"


def test_a_pointer_to_nothing_and_no_pointer_are_survived(tmp_path: Path) -> None:
    first = written(tmp_path, "first")
    (tmp_path / "current").unlink()
    assert serving(tmp_path)[0] == first
    (tmp_path / "current").write_text("29990101T000000-nowhere", encoding="utf-8")
    assert serving(tmp_path)[0] == first
