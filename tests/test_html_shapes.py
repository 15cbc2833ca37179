"""Articles inside the templates that sites share: all of the body is read, nothing of the frame, the title told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.bodies import Marked, fixture_pages, score
from ingest.sources.html import read_html

_SHAPES = list(fixture_pages(Path(__file__).parent / "fixtures" / "shapes"))
_TITLE = "How a tide table is made"
# These declare another title, as a repository's front page and an exported notebook do.
_OTHERWISE = {
    "github-readme": "harbour/tides: Tables of the tide from a year of readings",
    "nbconvert": "Notebook",
}


@pytest.mark.parametrize("page", _SHAPES, ids=lambda page: page.name)
def test_body_is_read_whole_and_frame_left_out(page: Marked) -> None:
    read = read_html(page.html, page.content_type, page.url)
    result = score(page, "\n".join(block.text for block in read.blocks))
    assert result.recall >= 0.99, f"lost: {result.lost}"
    assert result.precision >= 0.99, f"foreign: {result.foreign}"
    assert read.coverage >= 0.99
    assert not read.partial
    assert read.title == _OTHERWISE.get(page.name, _TITLE)


@pytest.mark.parametrize("page", [page for page in _SHAPES if b"constituents" in page.html], ids=lambda page: page.name)
def test_structure_survives_every_template(page: Marked) -> None:
    blocks = read_html(page.html, page.content_type, page.url).blocks
    headings = {block.text: block for block in blocks if block.type == "heading"}
    assert [headings[text].level for text in ("What a constituent is", "What is left over")] == [2, 3]
    assert headings["Fitting the waves to the notes"].locator.element_id == "fitting"
    code = next(block for block in blocks if block.type == "code" and "def design" in block.text)
    assert code.language == "python"
    assert "\n    angle = numpy.outer(hours, numpy.radians(speeds))\n" in code.text
    quote = next(block for block in blocks if block.type == "quote")
    assert quote.text.startswith("The harbour remembers")
    table = next(block for block in blocks if block.type == "table" and "Narrow fjord" in block.text)
    assert "| Narrow fjord | 85 centimetres | 14 centimetres |" in table.text
    captions = [block.text for block in blocks if block.type == "caption"]
    assert "Curve of the remainder over one stormy week in autumn" in captions
    assert any(text.startswith("The remainder during a storm") for text in captions)
    nested = next(block for block in blocks if block.type == "list" and "spring tide" in block.text)
    assert "\n  - When both crests meet" in nested.text
    numbered = next(block for block in blocks if block.type == "list" and "Add up all waves" in block.text)
    assert "\n2. Find where the sum stops rising" in numbered.text
    assert any(block.text.startswith("The moon's path tilts slowly") for block in blocks)
