"""How a page opens: its title is the first heading, and what stands above that is no part of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Block, Locator
from ingest.sources.html.headings import HEADINGS, heading_id, heading_text
from ingest.sources.html.metadata import TITLES, unnumbered
from ingest.sources.html.parse import Element

_MOST_ABOVE = 8
_MOST_WORDS_ABOVE = 40
_SENTENCE = re.compile(r"[.!?:;…\"”]$|(?:[^\s|]+\s+){12}")


def opened(blocks: tuple[Block, ...], page: Element, title: str) -> tuple[Block, ...]:
    """Return the blocks with the title as their first heading, where the page shows it at all.

    Manuals and templates set it in a box of its own, often without a heading's element, below the name of the project
    and a row of links, or outside of the body. ``page`` is the untouched page; ``title`` what it is called.
    """
    place = next((number for number, block in enumerate(blocks[:_MOST_ABOVE]) if _is(block.text, title)), None)
    if place is not None:
        own = blocks[place]
        if own.type == "paragraph":
            own = replace(own, type="heading", level=1)
        above = blocks[:place]
        return (*(() if _is_frame(above) else above), own, *blocks[place + 1 :])
    if not title or any(block.type == "heading" and _is(block.text, title) for block in blocks):
        return blocks
    shown = next(
        (element for element in page.iter("h1", "d-title", "div", "p", "span") if _shows(element, title)), None
    )
    if shown is None:
        return blocks
    name = heading_id(shown) if shown.tag in HEADINGS else shown.get("id")
    return (Block("heading", title, Locator("heading", title, name), level=1), *blocks)


def _is(text: str, title: str) -> bool:
    return bool(title) and title.casefold() in (text.casefold(), unnumbered(text).casefold())


def _shows(element: Element, title: str) -> bool:
    if element.tag not in ("h1", "d-title") and TITLES.isdisjoint((element.get("class") or "").split()):
        return False
    return _is(heading_text(element), title)


def _is_frame(above: Sequence[Block]) -> bool:
    """Whether there are but a few short lines: no sentence, no heading, nothing set apart."""
    words = sum(len(block.text.split()) for block in above)
    return words <= _MOST_WORDS_ABOVE and all(
        block.type in ("paragraph", "list") and not _SENTENCE.search(block.text) for block in above
    )
