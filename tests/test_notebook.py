"""Notebooks of both formats: cells in order with their ids, outputs short, what is no notebook refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.citation import citation_url
from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Block, Document
from ingest.reading_list import Entry
from ingest.resource import Resource
from ingest.sources.registry import SOURCES

GITHUB = "https://github.com/o/r/blob/main/a.ipynb"
COLAB = "https://colab.research.google.com/github/o/r/blob/main/a.ipynb"
NOTEBOOK = Resource(GITHUB, "notebook", "A", (Entry("A", COLAB, (), "", 1),))


def read(value: Any, resource: Resource = NOTEBOOK) -> Document:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return SOURCES["notebook"].read(Snapshot(resource.url, 200, "application/json", body, ""), resource)


def markdown(*source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": list(source), **more}


def code(source: str, *outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs), **more}


def result(**forms: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {name.replace("_", "/"): form for name, form in forms.items()}}


def shown(*cells: dict[str, Any], **more: Any) -> list[Block]:
    return list(read({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}).blocks)


def test_cells_are_read_in_order_and_opened_at_their_ids() -> None:
    document = read(
        {
            "nbformat": 4,
            "metadata": {},
            "cells": [
                markdown("##### Copyright 2024 Somebody\n"),
                markdown("# How to train\n", "\n", "It costs $50\\%$ of $x_1 * y_1 * z$.", metadata={"id": "aB3_x-"}),
                code("%matplotlib inline\nx = 1", id="c0ffee"),
            ],
        }
    )
    assert document.title == "How to train"
    assert [(block.type, block.text, block.locator.value) for block in document.blocks] == [
        ("heading", "Copyright 2024 Somebody", 0),
        ("heading", "How to train", 1),
        ("paragraph", "It costs $50\\%$ of $x_1 * y_1 * z$.", 1),
        ("code", "%matplotlib inline\nx = 1", 2),
    ]
    assert [citation_url(document, (number, 0, 5)) for number in (0, 2, 3)] == [
        COLAB, f"{COLAB}#scrollTo=aB3_x-", f"{COLAB}#scrollTo=c0ffee",
    ]  # fmt: skip


def test_formulas_of_markdown_stay_as_latex() -> None:
    blocks = shown(
        markdown("Loss:\n\n\\begin{align}\nL &= \\sum_i x_i^*\\\\\n  &= 3\n\\end{align}\n\nand `$HOME` is no $f*g$.")
    )
    assert [block.type for block in blocks] == ["paragraph", "formula", "paragraph"]
    assert "\\sum_i x_i^*\\\\" in blocks[1].text
    assert blocks[2].text == "and $HOME is no $f*g$."


TABLE = "<div><table><thead><tr><th></th><th>loss</th></tr></thead><tbody>" + "".join(
    f"<tr><td>{n}</td><td>0.{n}</td></tr>" for n in range(50)
)


@pytest.mark.parametrize(
    ("output", "kind", "text"),
    [
        ({"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}, "code", "a\nb"),
        ({"output_type": "stream", "name": "stdout", "text": " 10%\r 50%\r100%\r\ndone"}, "code", "100%\ndone"),
        ({"output_type": "stream", "name": "stderr", "text": "UserWarning: old"}, None, ""),
        ({"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m"}, "code", "red"),
        (result(text_plain="42"), "code", "42"),
        (result(text_plain="<Figure size 640x480 with 1 Axes>"), None, ""),
        (result(text_plain="[<matplotlib.lines.Line2D at 0x7f>]"), None, ""),
        (result(text_plain="<PIL.Image>", image_png="iVBORw0KGgo="), None, ""),
        ({"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {},
          "text/plain": "HBox(children=())"}}, None, ""),
        (result(text_latex="$$e^{i\\pi}$$", text_plain="exp"), "formula", "e^{i\\pi}"),
        (result(text_markdown="It is **so**.", text_plain="x"), "paragraph", "It is so."),
        ({"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["\x1b[0m" * 900]}, "code",
         "ValueError: no"),
        (3, None, ""),
    ],
)  # fmt: skip
def test_an_output_is_shown_when_it_is_text(output: Any, kind: str | None, text: str) -> None:
    blocks = shown(code("run()", output))
    assert [(block.type, block.text) for block in blocks[1:]] == ([(kind, text)] if kind else [])


def test_long_outputs_are_kept_short() -> None:
    long = shown(code("x", {"output_type": "stream", "text": "line of output\n" * 9000}, result(text_html=TABLE)))
    assert len(long[1].text.split("\n")) == 12
    assert long[2].type == "table" and len(long[2].text.split("\n")) == 12
    assert long[2].text.startswith("|  | loss |")


def test_raw_cells_attachments_and_magics() -> None:
    blocks = shown(
        {"cell_type": "raw", "metadata": {}, "source": "---\ntitle: For a program\n---\nSaid *as it is*.\n\nAnd on."},
        markdown(
            "![a](attachment:a.png)\n\n![The loss of both models](b.png)", attachments={"a.png": {"image/png": "AA"}}
        ),
        code("%%bash\npip install x"),
        code("x <- 1"),
        metadata={"kernelspec": {"name": "ir", "language": "R"}},
    )
    assert [(block.type, block.text, block.language) for block in blocks] == [
        ("paragraph", "Said *as it is*.", ""),
        ("paragraph", "And on.", ""),
        ("caption", "The loss of both models", ""),
        ("code", "%%bash\npip install x", "bash"),
        ("code", "x <- 1", "r"),
    ]


def test_format_3_is_read_too() -> None:
    document = read(
        {
            "nbformat": 3,
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "heading", "level": 1, "source": ["An old one"]},
                        {"cell_type": "code", "language": "python", "input": ["y = 2"], "outputs": [
                            {"output_type": "pyout", "text": ["2"]},
                            {"output_type": "display_data", "png": "iVBO", "text": ["<x>"]},
                            {"output_type": "pyerr", "ename": "KeyError", "evalue": "'k'"},
                        ]},
                    ]
                }
            ],
        }
    )  # fmt: skip
    assert [(block.type, block.text) for block in document.blocks] == [
        ("heading", "An old one"), ("code", "y = 2"), ("code", "2"), ("code", "KeyError: 'k'"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"<html><title>Sign in</title>", "may need a login"),
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1, 2]", "no cells"),
        (b'{"cells": 3}', "no cells"),
        (b'{"cells": [1, null, {"cell_type": "code", "source": 7}]}', "is empty"),
    ],
)
def test_what_is_no_notebook_says_why(body: bytes, word: str) -> None:
    with pytest.raises(ReadError, match=word):
        read(body)


def test_many_cells_are_read_in_part_and_it_is_said() -> None:
    document = read({"nbformat": 4, "cells": [markdown("Said.")] * 5001})
    assert len(document.blocks) == 5000
    assert document.partial == "only the first 5000 cells were read"


@pytest.mark.parametrize(
    ("url", "first"),
    [
        (GITHUB, "https://raw.githubusercontent.com/o/r/main/a.ipynb"),
        ("https://colab.research.google.com/drive/1abc", "https://drive.google.com/uc?export=download&id=1abc"),
        ("https://n.example/a.ipynb", "https://n.example/a.ipynb"),
    ],
)
def test_where_a_notebook_is(url: str, first: str) -> None:
    assert SOURCES["notebook"].addresses(Resource(url, "notebook", "A"))[0] == first
