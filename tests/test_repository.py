"""READMEs as GitHub shows them: Markdown with HTML in it, reStructuredText, plain text."""

from __future__ import annotations

import pytest

from app.citation import citation_url
from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources.registry import SOURCES

REPOSITORY = Resource("https://github.com/o/r", "repository", "R")
RAW = "https://raw.githubusercontent.com/o/r/HEAD/"


def read(text: str, name: str = "README.md") -> Document:
    snapshot = Snapshot(RAW + name, 200, "text/plain; charset=utf-8", text.encode(), "")
    return SOURCES["repository"].read(snapshot, REPOSITORY)


def shown(text: str, name: str = "README.md") -> list[tuple[str, str]]:
    return [(block.type, block.text) for block in read(text, name).blocks]


README = """\
<h1 align="center"><img src="logo.png"> The Reader</h1>
<p align="center">
  <a href="https://ci.example"><img src="https://img.shields.io/badge/build-passing-green" alt="State of the build"></a>
</p>

[![Tests of the main branch](https://github.com/o/r/workflows/tests/badge.svg)](https://github.com/o/r/actions)

It **reads** [pages](docs/pages.md), see `read()` and <kbd>Ctrl</kbd>.<br>Twice.

> [!NOTE]
> Mind the gap.

## What's new? :tada: (2024)

- [x] one
- [ ] two, with $a_1 * b_1$
  1. inner
- three

### Usage

1. Install:
   ```sh
   pip install r
   ```
2. Run.

```python
price = "$5"  # and $6
```

```math
E = mc^2
```

| a | b |
|---|---|
| `x|y` | 2 |

<details>
<summary>More about it</summary>

Folded *text*.

</details>

![The loss of both models over time](loss.png)

## Usage

<!-- nobody sees this --> Again. <script>alert(1)</script>
"""


def test_a_readme_is_read_as_it_is_shown() -> None:
    assert shown(README) == [
        ("heading", "The Reader"),
        ("paragraph", "It reads pages, see read() and Ctrl. Twice."),
        ("quote", "Mind the gap."),
        ("heading", "What's new? :tada: (2024)"),
        ("list", "- one\n- two, with $a_1 * b_1$\n  1. inner\n- three"),
        ("heading", "Usage"),
        ("paragraph", "Install:"),
        ("code", "pip install r"),
        ("paragraph", "Run."),
        ("code", 'price = "$5"  # and $6'),
        ("formula", "E = mc^2"),
        ("table", "| a | b |\n| --- | --- |\n| `x | y` |"),
        ("paragraph", "More about it"),
        ("paragraph", "Folded text."),
        ("caption", "The loss of both models over time"),
        ("heading", "Usage"),
        ("paragraph", "Again."),
    ]


def test_citations_open_the_heading_by_githubs_id() -> None:
    document = read(README)
    ids = [block.locator.element_id for block in document.blocks if block.type == "heading"]
    assert ids == ["the-reader", "whats-new-tada-2024", "usage", "usage-1"]
    again = next(n for n, block in enumerate(document.blocks) if block.text.startswith("Again"))
    assert citation_url(document, (again, 0, 6)).startswith("https://github.com/o/r#usage-1:~:text=Again")
    assert document.title == "o/r: The Reader"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("It reads.\n\n## Installation\n\nBy pip.", "The list's words"),
        ("## The Reader\n\nIt reads.\n\n## Installation\n\nBy pip.", "o/r: The Reader"),
        ("It reads.\n\n## Installation\n\n# The Reader", "o/r: The Reader"),
    ],
)
def test_heading_that_parts_a_readme_is_not_its_title(text: str, title: str) -> None:
    resource = Resource("https://github.com/o/r", "repository", "The list's words")
    snapshot = Snapshot("https://raw.githubusercontent.com/o/r/HEAD/README.md", 200, "text/plain", text.encode(), "")
    assert SOURCES["repository"].read(snapshot, resource).title == title


@pytest.mark.parametrize(
    ("heading", "identifier"),
    [
        ("Hello, World!", "hello-world"),
        ("C++ & Rust_2", "c--rust_2"),
        ("日本語 guide", "日本語-guide"),
        ("`code()` here", "code-here"),
        ("[Link](https://x.example) text", "link-text"),
        ("A  b — c", "a-b--c"),
    ],
)
def test_ids_are_those_that_github_makes(heading: str, identifier: str) -> None:
    assert read(f"# {heading}\n\nText.").blocks[0].locator.element_id == identifier


RST = """\
==========
The Reader
==========

.. image:: https://img.shields.io/pypi/v/r.svg

It *reads* pages with ``read()`` and :func:`~r.read`, :math:`a_1 < a_2`.

Install guide
-------------

.. code-block:: python

   import r

* one
* two

.. include:: secret.txt

.. raw:: html

   <b>not this</b>
"""


def test_restructured_text_is_read_as_it_is_shown() -> None:
    assert shown(RST, "README.rst") == [
        ("heading", "The Reader"),
        ("paragraph", "It reads pages with read() and r.read, $a_1 < a_2$."),
        ("heading", "Install guide"),
        ("code", "import r"),
        ("list", "- one\n- two"),
    ]
    assert read(RST, "README.rst").blocks[2].locator.element_id == "install-guide"


@pytest.mark.parametrize("name", ["README.txt", "README"])
def test_plain_text_is_read_as_paragraphs(name: str) -> None:
    assert shown("THE READER\n\nIt reads *pages*\nof any kind.\n\n----\n\n    indented\n", name) == [
        ("paragraph", "THE READER"), ("paragraph", "It reads *pages* of any kind."), ("paragraph", "indented"),
    ]  # fmt: skip


def test_front_matter_is_no_text_but_may_name_the_page() -> None:
    page = Resource("https://p.example/a.md", "article", "A")
    body = b"---\ntitle: 'Reading pages'\ntags: [a, b]\n---\n\nIt reads.\n"
    document = SOURCES["article"].read(Snapshot(page.url, 200, "text/markdown", body, ""), page)
    assert document.title == "Reading pages"
    assert [block.text for block in document.blocks] == ["It reads."]


@pytest.mark.parametrize("text", ["", "<!-- nothing -->\n", "[![b](https://x.example/badge.svg)](https://x.example)\n"])
def test_an_empty_readme_says_so(text: str) -> None:
    with pytest.raises(ReadError, match="empty"):
        read(text)


@pytest.mark.parametrize(
    "text", ["`" * 50_000, "> " * 5_000 + "x", "[" * 20_000, "$" * 20_001, "<b>" * 20_000, "* " * 3000]
)
def test_hostile_markdown_ends(text: str) -> None:
    try:
        read(f"Read me.\n\n{text}\n")
    except ReadError as error:
        assert "README" in str(error)
