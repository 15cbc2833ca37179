"""A Markdown list → entries: the list that this project was made for, and the shapes of everybody else's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.errors import ReadingListError
from config.settings import DEFAULT_LIST
from ingest.reading_list import Entry, parse_reading_list, read_reading_list
from ingest.resource import resources_from

ORIGINAL = Path(__file__).parents[2] / "shared" / "reading_list.md"
A, B, C = "https://a.example/x", "https://b.example/y", "https://c.example/z"


def urls(text: str) -> list[str | None]:
    return [entry.url for entry in parse_reading_list(text)]


def titles(text: str) -> list[str]:
    return [entry.title for entry in parse_reading_list(text)]


def only(text: str) -> Entry:
    (entry,) = parse_reading_list(text)
    return entry


@pytest.fixture(scope="module")
def original() -> tuple[Entry, ...]:
    if not ORIGINAL.is_file():
        pytest.skip(f"the list that this was made for is not at {ORIGINAL}")
    return read_reading_list(ORIGINAL)


# --- the list that this was made for ----------------------------------------------------------------------------


def written(path: Path) -> list[str]:
    """Return a file's addresses by another reckoning: what looks like one, up to what cannot be in it."""
    return re.findall(r"https?://[^\s)>\]]+", path.read_text(encoding="utf-8"))


def test_every_link_of_the_original_is_an_entry_in_its_order(original: tuple[Entry, ...]) -> None:
    assert [entry.url for entry in original if entry.url] == written(ORIGINAL)


def test_the_originals_items_without_a_link_are_entries_too(original: tuple[Entry, ...]) -> None:
    assert [entry.title for entry in original if entry.url is None] == [
        "Read Chapter ?? From Deep Learning book by Christopher Bishop",
        "Read paper U-Net: Convolutional Networks for Biomedical Image Segmentation",
    ]


def test_each_entry_of_the_original_is_under_the_headings_above_its_line(original: tuple[Entry, ...]) -> None:
    lines = ORIGINAL.read_text(encoding="utf-8").split("\n")
    for entry in original:
        above = [line for line in lines[: entry.line] if line.startswith("#")]
        assert entry.section[-1] == above[-1].strip("# ")
        assert not entry.url or entry.url in lines[entry.line - 1]


def test_the_originals_titles_are_the_curators(original: tuple[Entry, ...]) -> None:
    found = {entry.url: entry for entry in original}
    part = "https://medium.com/@steinsfu/stable-diffusion-clearly-explained-ed008044e07e"
    assert found[part].title == "Diffusion Model Clearly Explained! — Part 2"
    controlled = found["https://medium.com/@steinsfu/stable-diffusion-controlnet-clearly-explained-f86092b62c89"]
    assert controlled.title == "ControlNets clearly explained!"
    assert not found["https://mhamilton.net/featup.html"].titled
    comment = found["https://medium.com/towards-data-science/transformers-explained-visually-part-1-overview-of-"
                    "functionality-95a6dd460452"].note  # fmt: skip
    assert "explained visually — Explains how an ecoder-decoder attention works" in comment


def test_the_default_list_has_all_links_and_headings_of_the_original_in_its_order(
    original: tuple[Entry, ...],
) -> None:
    ours = read_reading_list(DEFAULT_LIST)
    assert written(DEFAULT_LIST) == written(ORIGINAL)
    assert [(entry.url, entry.section) for entry in ours] == [(entry.url, entry.section) for entry in original]
    # Words of the curator's about a book, and a channel's name in the genitive, are no titles.
    changed = {"Read Chapter ?? From Deep Learning book by Christopher Bishop", "computerphile's"}
    assert {entry.title for entry in original if entry.titled} - {entry.title for entry in ours} == changed


def test_the_default_lists_notes_are_words_of_our_own(original: tuple[Entry, ...]) -> None:
    titles = sorted({part for entry in original for part in entry.title.split(" — ")}, key=len, reverse=True)

    def runs(entries: tuple[Entry, ...]) -> set[tuple[str, ...]]:
        """Return every six words in a row of the notes, but for the titles that they name."""
        found = set()
        for entry in entries:
            note = entry.note
            for title in titles:
                note = note.replace(title, f" title{titles.index(title)}of{id(entry)} ")
            words = re.findall(r"\w+", note.lower())
            found |= {tuple(words[at : at + 6]) for at in range(len(words) - 5)}
        return found

    assert len(runs(original)) > 300
    assert not runs(read_reading_list(DEFAULT_LIST)) & runs(original)


# --- what a link is called --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "title", "titled"),
    [
        (f"- [Attention is all you need]({A})", "Attention is all you need", True),
        (f"- [**Bold** and `code`]({A})", "Bold and code", True),
        (f"- *The paper* [here]({A})", "The paper — here", True),
        (f"- Attention is all you need [[pdf]]({A})", "Attention is all you need — [pdf]", True),
        (f"- Attention is all you need: {A}", "Attention is all you need", False),
        (f"- {A}-is-a-title", "x is a title (a.example)", False),
        ("- https://a.example/watch?v=1", "a.example/watch?v=1", False),
        ("- <https://a.example>", "a.example", False),
        (f"- [{A}]({A})", "x (a.example)", False),
        (f"- The problem of [mixing things up]({A}) in images", "mixing things up", False),
        (f"- [lowercase library]({A})", "lowercase library", True),
        (f"- [Here is a talk by the authors]({A})", "Here is a talk by the authors", False),
        (f"- Reads slowly. It goes on for many words, more than a title would ever have, and says in the end that "
         f"one should read all of it at this place: {A}", "x (a.example)", False),
    ],
)  # fmt: skip
def test_a_title_is_the_curators_or_marked_as_made_up(item: str, title: str, titled: bool) -> None:
    entry = only(item)
    assert (entry.title, entry.titled) == (title, titled)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (f"- [Perceiver]({A}) ([pdf]({B}), [code]({C}))", ["Perceiver", "Perceiver — pdf", "Perceiver — code"]),
        (f"- Perceiver: [paper]({A}) | [code]({B})", ["Perceiver — paper", "Perceiver — code"]),
        (f"- [One]({A}) [pdf]({B}), [Two]({C}) [pdf]({A})", ["One", "One — pdf", "Two", "Two — pdf"]),
        (f"- One: {A} Two: {B}", ["One", "Two"]),
        (f"- [One]({A}) by [Ann Author]({B}). A sentence goes between. Get the [code]({C})",
         ["One", "Ann Author", "One — code"]),
        (f"- Sebastian Raschka\n  - [blog]({A})", ["Sebastian Raschka — blog"]),
    ],
)  # fmt: skip
def test_links_that_say_nothing_by_themselves_are_named_by_what_is_before(item: str, expected: list[str]) -> None:
    assert titles(item) == expected


def test_a_resource_takes_the_first_title_that_the_curator_gave() -> None:
    (resource,) = resources_from(parse_reading_list(f"- {A}\n- [The title]({A}?utm_source=x)\n- [Another]({A})"))
    assert resource.title == "The title"
    assert resource.named
    assert len(resource.entries) == 3


# --- items, notes, sections -------------------------------------------------------------------------------------


def test_lists_nest_four_deep_and_what_has_no_link_is_said_of_what_is_below() -> None:
    text = f"""
- People
  - Ann
    - Talks
      - [One]({A})
      - [Two]({B}): short
        - a remark
- [Three]({C})
"""
    one, two, three = parse_reading_list(text)
    assert (one.note, two.note, three.note) == (
        "People — Ann — Talks", "Two: short — a remark — People — Ann — Talks", "",
    )  # fmt: skip


def test_items_without_a_link_count_once_with_what_is_below_them() -> None:
    entry = only("- Read the chapter on latent variables\n  - the second half\n  - with care")
    assert (entry.title, entry.url, entry.note) == (
        "Read the chapter on latent variables", None, "the second half — with care",
    )  # fmt: skip


def test_a_paragraph_speaks_of_the_list_below_it_and_of_no_other() -> None:
    first, second = parse_reading_list(f"Not looked at yet:\n\n1. [One]({A})\n\n# Next\n- [Two]({B})")
    assert (first.note, second.note) == ("Not looked at yet:", "")


def test_a_list_without_headings_has_no_sections() -> None:
    assert only(f"{A}").section == ()


def test_headings_hold_links_emoji_and_both_forms() -> None:
    text = f"🧠 Minds\n===\n## [Linked]({A}) :rocket:\n- [One]({B})\n### Deeper ###\n- [Two]({C})\n# Other\n- {A}"
    assert [(entry.section, entry.title) for entry in parse_reading_list(text)] == [
        (("🧠 Minds", "Linked :rocket:"), "Linked"),
        (("🧠 Minds", "Linked :rocket:"), "One"),
        (("🧠 Minds", "Linked :rocket:", "Deeper"), "Two"),
        (("Other",), "x (a.example)"),
    ]


def test_lines_are_those_of_the_file_below_front_matter_and_with_any_line_ends() -> None:
    matter = "---\ntitle: A list\nlink: https://not.an.item\n---\n"
    text = f"{matter}# Top\n\n- [One]({A})\n\n| a | b |\n|---|---|\n| [Two]({B}) | c |\n"
    assert [(entry.line, entry.title) for entry in parse_reading_list(text)] == [(7, "One"), (11, "Two")]
    assert [entry.line for entry in parse_reading_list(text.replace("\n", "\r\n"))] == [7, 11]
    assert urls(f"+++\nlink = 'https://not.an.item'\n+++\n- {A}") == [A]


def test_a_lost_number_of_an_item_is_not_part_of_its_words() -> None:
    assert only(f"3. [One]({A})\n\t4. Says more.").note == "One — Says more."


# --- shapes of awesome lists ------------------------------------------------------------------------------------


def test_a_table_gives_an_entry_a_link_with_the_rest_of_its_row_as_note() -> None:
    text = f"""
| Paper | Code | Year |
| :-- | :-: | --: |
| [Attention]({A}) | [code]({B}) | 2017 |
| No link here | | 2018 |
| Perceiver \\| IO | [pdf]({C}) | 2021 |
"""
    assert [(entry.title, entry.url, entry.note) for entry in parse_reading_list(text)] == [
        ("Attention", A, "Code: code; Year: 2017"),
        ("Attention — code", B, "Paper: Attention; Year: 2017"),
        ("Perceiver | IO — pdf", C, "Paper: Perceiver | IO; Year: 2021"),
    ]


def test_badges_are_not_resources_and_pictures_that_lead_to_one_are() -> None:
    text = f"""
# List [![Awesome](https://awesome.example/badge.svg)](https://awesome.example)
[![Build](https://ci.example/x.svg?branch=main)](https://ci.example) <a href="https://s.example"><img src="https://img.shields.io/x"></a>

- [![A lecture on attention](https://img.example/v.jpg)]({A})
- <a href="{B}"><img src="thumb.png" alt="Another lecture"></a>
- ![no link](https://img.example/w.png) [One]({C})
"""
    assert [(entry.title, entry.url) for entry in parse_reading_list(text)] == [
        ("A lecture on attention", A), ("Another lecture", B), ("One", C),
    ]  # fmt: skip


def test_a_table_of_contents_and_ways_to_the_top_are_not_items() -> None:
    text = f"""
{{{{TOC}}}}

## Contents
- [Papers](#papers)
  - [Old ones](#old-ones)
- [Books](#books) - for the *evening*
- Others
  - [Code](#code)

[Back to top](#contents)

## Papers
- [One]({A})

<p align="right">(<a href="#top">back to top</a>)</p>

**[⬆ back to top](#contents)**

- [Two]({B})
"""
    assert [(entry.title, entry.note) for entry in parse_reading_list(text)] == [("One", ""), ("Two", "")]


def test_references_footnotes_and_autolinks() -> None:
    text = f"""
- [One][1], [two] and <{C}>
- Said elsewhere[^n]
- Bare www.d.example/path, and (https://e.example/a_(b)).

[1]: {A} "its title"
[Two]: <{B}>
[unused]: https://unused.example
[^n]: See https://f.example/.
"""
    assert urls(text) == [
        A, B, C, None, "https://www.d.example/path", "https://e.example/a_(b)", "https://f.example/",
    ]  # fmt: skip


def test_html_headings_anchors_and_folds_are_read() -> None:
    text = f"""
<h1 align="center">A list</h1>
<div align="center"><a href="{A}">First</a> &middot; <a href='{B}'>here</a></div>

<details>
<summary><b>Papers</b> (2)</summary>

- [One]({A})
- See <a href="{C}">the <i>third</i></a> and <A HREF={B}>more</A>

</details>

- [Outside]({B})
<!-- [commented out](https://no.example) -->
"""
    assert [(entry.section, entry.title, entry.url) for entry in parse_reading_list(text)] == [
        (("A list",), "First", A),
        (("A list",), "First — here", B),
        (("A list", "Papers (2)"), "One", A),
        (("A list", "Papers (2)"), "the third", C),
        (("A list", "Papers (2)"), "the third — more", B),
        (("A list",), "Outside", B),
    ]


def test_tasks_quotes_strikes_and_breaks_leave_the_words() -> None:
    text = f"- [ ] [One]({A}) soon\n- [x] ~~[Two]({B})~~\n\n> quoted: [Three]({C})\n\n* [Four]({A})\\\n  a remark"
    assert [(entry.title, entry.note) for entry in parse_reading_list(text)] == [
        ("One", "One soon"), ("Two", ""), ("Three", "quoted: Three"), ("Four", "Four a remark"),
    ]  # fmt: skip


def test_what_is_not_of_the_web_is_an_item_without_address() -> None:
    text = (
        "- [Guide](docs/guide.md)\n- [Write](mailto:a@b.example) to us\n- <c@d.example>\n- [Run](javascript:alert(1))"
    )
    assert urls(text) == [None] * 4
    assert urls("- `https://in.code.example`\n\n```\nhttps://in.a.block.example\n```\n") == [None]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example:99999/x",
        "https:/a.example/x",
        "https:///a.example/x",
        "https//a.example/x",
        "htps://a.example/x",
        "www.a.example/x",
    ],
)
def test_an_address_that_is_malformed_is_said_to_be(address: str) -> None:
    for item in (f"[Shown]({address})", f'<a href="{address}">Shown</a>'):
        for text in (
            f"- {item}",
            f"Words about {item}.",
            f"- {item} beside [B]({B})",
            f"| a | b |\n|-|-|\n| {item} | c |",
        ):
            entry = parse_reading_list(f"# One\n\n{text}\n")[0]
            assert (entry.title, entry.url) == ("Shown", None)
            assert f"its address is malformed: {address}" in entry.unlinked
            assert f"line {entry.line} of the list" in entry.unlinked


def test_a_bare_address_that_is_malformed_is_an_entry() -> None:
    bare = only("- https://a.example:99999/x")
    assert (bare.title, bare.url, bare.titled) == ("https://a.example:99999/x", None, False)
    assert "malformed" in bare.unlinked
    assert "malformed" not in only("- an address begins with https://").unlinked


def test_a_list_in_another_language_and_script() -> None:
    items = f"- [注意力就是你所需要的一切]({A})：经典论文\n- 教程：https://例え.example/パス\n"
    text = f"# 注意力机制\n{items}# Größe\n- [Größe]({B})"
    found = parse_reading_list(text)
    assert [entry.section for entry in found] == [("注意力机制",), ("注意力机制",), ("Größe",)]
    assert [entry.title for entry in found] == ["注意力就是你所需要的一切", "教程", "Größe"]


def test_the_same_link_twice_is_two_entries_and_one_resource() -> None:
    entries = parse_reading_list(f"# One\n- [First]({A})\n# Two\n- [Second]({A}#part): said again")
    (resource,) = resources_from(entries)
    assert [entry.section for entry in resource.entries] == [("One",), ("Two",)]
    assert (resource.title, resource.note) == ("First", "Second: said again")


# --- size and hostility -----------------------------------------------------------------------------------------


def test_ten_thousand_items_are_ten_thousand_entries() -> None:
    parts = [f"## Part {n}\n" + "".join(f"- [T {m}]({A}/{n}/{m}): why\n" for m in range(100)) for n in range(100)]
    found = parse_reading_list("".join(parts))
    assert len({entry.url for entry in found}) == 10_000
    assert found[-1].section == ("Part 99",)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000 + A,
        "- " + "*_" * 20_000 + A,
        f"- {'- ' * 3} " + "-" * 200_000 + f" [here]({A})",
        "<a href='" * 5000 + A,
        "<details>" * 2000 + f"\n\n- {A}\n",
        "\\" * 100_000 + A,
        "| a " * 2000 + "|\n" + "|-" * 2000 + "|\n" + f"| {A} " * 2000 + "|\n",
        "\0 " + A,
        "- [x](https://[::1/broken) http://a.example:99999/ [y](http://) " + A,
    ],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    entries = parse_reading_list(f"{text}\n\n# After\n\n- [One]({B})\n")
    assert entries[-1].url == B
    assert all(len(entry.note) < 3000 and len(entry.title) < 3000 for entry in entries)


@pytest.mark.parametrize("text", ["- " * 3000 + f"[deep]({A})", ">" * 3000 + f" {A}", "1. " * 200 + "x"])
def test_nesting_that_no_person_writes_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ReadingListError, match="line 3 "):
        parse_reading_list(f"- [One]({B})\n\n{text}\n\n- [Two]({C})\n")


def test_a_paragraph_of_thousands_of_links_says_of_each_what_is_near() -> None:
    found = parse_reading_list(" ".join(f"word{n} [T{n}]({A}/{n})" for n in range(3000)))
    assert len(found) == 3000
    assert "word1500 T1500" in found[1500].note
    assert sum(len(entry.note) for entry in found) < 3000 * 2500


# --- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_that_it_is_in(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "list.md"
    file.write_bytes(
        f"# Überblick\r\n- [Größe und Maß]({A}): schön für Anfänger, wäre aber länger zu hören\r\n".encode(encoding)
    )
    (entry,) = read_reading_list(file)
    assert (entry.section, entry.title) == (("Überblick",), "Größe und Maß")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "cannot be read"),
        (b"", "has no items"),
        (b"# Only a heading\n\nand words\n", "has no items"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
    ],
)
def test_what_is_no_list_is_refused_with_its_name(tmp_path: Path, content: bytes | None, word: str) -> None:
    file = tmp_path / "list.md"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ReadingListError, match=word) as raised:
        read_reading_list(file)
    assert str(file) in str(raised.value)
