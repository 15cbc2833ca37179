"""Works without a link: what is looked for, what is certain, what is only proposed, and what a person answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ReadingListError
from config.settings import DEFAULT_LIST
from ingest.links import add_links, links_file, read_links
from ingest.titles import Match, Work, best_match, sought

GEARS = Work(
    "https://arxiv.org/abs/2101.00002", "Gear-Nets: Étude of Slow Gears", ("Ada Quill", "Bo Rust"), "2021", "arXiv"
)
TWIN = Work("https://doi.org/10.1/x", "Gear Nets: Etude of Slow Gears", ("Cy Stone",), "1999", "Crossref")
SAME = Work("https://doi.org/10.1/y", "Gear Nets: Etude of slow gears", ("A. Quill", "B. Rust"), "2022", "Crossref")
FIRST = Work("https://doi.org/10.1/1", "On the Wear of Gears, Part 1", ("Ada Quill",), "1999", "Crossref")


@pytest.mark.parametrize(
    ("words", "works", "certain"),
    [
        ("Read paper Gear-Nets: Etude of Slow Gears", [GEARS], True),
        ("the original paper: GEAR NETS — étude of slow gears.", [GEARS], True),
        ("Read paper Gear-Nets: Etude of Slow Gear", [GEARS], True),
        ("Read paper Gear-Nets: Etude of Slow Gears", [GEARS, SAME], True),
        ("Read paper Gear-Nets: Etude of Slow Gears", [GEARS, TWIN], False),
        ("Read paper Gear-Nets: Etude of Slow Gears by Quill et al.", [GEARS, TWIN], True),
        ("Read paper Gear-Nets: Etude of Slow Gears by Stranger et al.", [GEARS], False),
        ("Gear-Nets: Etude of Slow Gears (Quill and Rust, 2021)", [GEARS], True),
        ("Gear-Nets: Etude of Slow Gears", [GEARS], False),
        ("Read paper “Gear-Nets: Etude of Slow Gears” by Rust", [GEARS], True),
        ("Read paper Gear-Nets: Etude of Fast Wheels", [GEARS], False),
        ("Read paper Gear-Nets", [Work("u", "Gear-Nets", (), "", "arXiv")], False),
        ("Read paper On the Wear of Gears, Part 2", [FIRST], False),
        ("Read paper On the Wear of Gears, Part 1", [FIRST], True),
    ],
)
def test_only_the_same_title_by_the_same_people_is_certain(words: str, works: list[Work], certain: bool) -> None:
    match = best_match(sought(words), works)
    assert match is not None and match.certain == certain
    assert not certain or match.work in (GEARS, SAME, FIRST)


def test_a_name_in_a_title_is_not_taken_for_its_authors() -> None:
    work = Work("u", "Learning by Doing in Small Workshops", ("Ada Quill",), "", "arXiv")
    match = best_match(sought("Read paper Learning by Doing in Small Workshops"), [work])
    assert match is not None and match.certain


def test_what_a_person_wrote_is_never_changed_and_what_is_new_is_added(tmp_path: Path) -> None:
    file = tmp_path / "list.links.toml"
    sure, maybe = Match(GEARS, 1.0, True), Match(TWIN, 0.8, False)
    assert add_links(file, [("One", sure), ('Say "two"\\', maybe)]) == ""
    assert read_links(file) == {"One": GEARS.url, 'Say "two"\\': True}
    mine = file.read_text(encoding="utf-8").replace(f'link = "{GEARS.url}"', "link = false  # mine")
    file.write_text(mine, encoding="utf-8")
    assert add_links(file, [("One", sure)]) == ""
    assert file.read_text(encoding="utf-8") == mine
    assert read_links(file)["One"] is False


def test_what_a_catalogue_says_cannot_break_out_of_its_comment(tmp_path: Path) -> None:
    file = tmp_path / "list.links.toml"
    evil = Work(
        'https://doi.org/10.1/"\n[x]', 'A\nlink = "https://evil.example/"', ("B\u2028link = 1",), "", "Crossref"
    )
    add_links(file, [("Title\n[other]", Match(evil, 0.8, False))])
    assert read_links(file) == {"Title\n[other]": True}


@pytest.mark.parametrize(("text", "word"), [("[a\n", "correct it"), ('["A"]\nlink = "file:///x"', "not a web address")])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "list.links.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ReadingListError, match=word):
        read_links(file)


def test_the_file_is_beside_the_list_but_never_in_the_package(tmp_path: Path) -> None:
    assert links_file(Path("/somewhere/mine.md"), tmp_path) == Path("/somewhere/mine.links.toml")
    assert links_file(DEFAULT_LIST, tmp_path) == tmp_path / "reading_list.links.toml"
