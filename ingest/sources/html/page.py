"""Bytes of a page → what it says: title, blocks, and how much of the body they hold."""

from __future__ import annotations

import copy
import re
from collections import Counter
from dataclasses import dataclass

from config.errors import ReadError
from ingest.document import Block
from ingest.sources.html.blocks import read_blocks
from ingest.sources.html.choose import choose_body
from ingest.sources.html.frame import strip_frame
from ingest.sources.html.metadata import read_metadata
from ingest.sources.html.parse import Element, parse
from ingest.sources.html.walls import stub, wall

_WORD = re.compile(r"\w{2,}")


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
    words = _words(_visible(chosen))
    blocks = read_blocks(chosen)
    text = "\n".join(block.text for block in blocks)
    declared = read_metadata(page, blocks, url)
    reason = wall(page, declared.title, text)
    if reason:
        raise ReadError(reason)
    if not blocks:
        raise ReadError("the page has no text")
    held = sum((words & _words(text)).values())
    coverage = round(held / sum(words.values()), 4) if words else 1.0
    return HtmlPage(
        declared.title, declared.authors, declared.date, declared.language, declared.canonical, blocks, coverage,
        f"{reader}+blocks", stub(text),
    )  # fmt: skip


def _visible(element: Element) -> str:
    """Return the text below an element without formulas, whose words differ between source and sight."""
    parts: list[str] = []
    for piece in element.iter():
        if not isinstance(piece.tag, str):
            continue
        classes = piece.get("class") or ""
        within = any(
            above.tag in ("math", "svg", "mjx-container", "d-math", "sup") or "katex" in (above.get("class") or "")
            for above in (piece, *piece.iterancestors())
        )
        if not within and piece.tag not in ("script", "style", "d-cite") and "MathJax" not in classes:
            parts.append(piece.text or "")
            parts.append(" " if piece.tag in ("p", "div", "li", "td", "th", "br", "pre") else "")
        if piece is not element and not any(
            above.tag in ("math", "svg", "mjx-container", "d-math") or "katex" in (above.get("class") or "")
            for above in piece.iterancestors()
        ):
            parts.append(piece.tail or "")
    return "".join(parts)


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))
