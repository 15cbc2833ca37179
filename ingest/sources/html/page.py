"""Bytes of a page → what it says: title, blocks, and how much of the body they hold."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from config.errors import ReadError
from ingest.document import Block
from ingest.sources.html.blocks import read_blocks
from ingest.sources.html.choose import choose_body
from ingest.sources.html.edges import trim_edges
from ingest.sources.html.frame import strip_frame
from ingest.sources.html.metadata import read_metadata
from ingest.sources.html.opening import opened
from ingest.sources.html.parse import parse
from ingest.sources.html.signposts import drop_signposts
from ingest.sources.html.visible import count_words, words_seen
from ingest.sources.html.walls import stub, wall


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """What one page says. ``coverage``: share of the body's words in the blocks; ``reader``: what chose the body."""

    title: str
    authors: tuple[str, ...]
    date: str
    language: str
    canonical: str
    blocks: tuple[Block, ...]
    coverage: float
    reader: str
    partial: str


def read_html(body: bytes, content_type: str, url: str) -> HtmlPage:
    """Return what a page says. Raises ReadError, saying why, for what cannot be read or is no content."""
    page = parse(body, content_type)
    found = page.find("body")
    stripped = copy.deepcopy(found if found is not None else page)
    strip_frame(stripped)
    chosen, reader = choose_body(page, stripped, len(body))
    drop_signposts(chosen)
    trim_edges(chosen)
    words = words_seen(chosen)
    blocks = read_blocks(chosen)
    text = "\n".join(block.text for block in blocks)
    declared = read_metadata(page, blocks, url)
    reason = wall(page, declared, blocks)
    if reason:
        raise ReadError(reason)
    if not blocks:
        raise ReadError("the page has no text")
    held = (words & count_words(text)).total()
    coverage = round(held / words.total(), 4) if words else 1.0
    partial = stub(page, declared, blocks)
    return HtmlPage(
        declared.title, declared.authors, declared.date, declared.language, declared.canonical,
        opened(blocks, page, declared.title), coverage, f"{reader}+blocks", partial,
    )  # fmt: skip
