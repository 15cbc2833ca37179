"""A passage → a link that opens the original at it.

Text fragments follow the WICG specification "URL Fragment Text Directives": ``#:~:text=`` with
percent-encoded words, ``,`` ``&`` and ``-`` encoded too, because they are its own syntax.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urlsplit, urlunsplit

from index.spans import Span
from ingest.document import Block, Document, Locator

# Words of a text directive: enough to be unique in nearly every page, few enough for later edits to spare.
_START_WORDS = 5
_END_WORDS = 4
# A quote up to this many words is named whole.
_WHOLE_WORDS = 9

_NOT_TEXT = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
_MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,4}[.)])\s+")
_SPACE = re.compile(r"\s+")


def citation_url(document: Document, span: Span) -> str:
    """Return the address that opens the original of a document at a span of one of its blocks."""
    block = document.blocks[span[0]]
    locator = block.locator
    base = urldefrag(document.url).url
    if document.media == "pdf":
        return f"{base}#page={locator.value}" if locator.kind == "page" else base
    if document.media == "video":
        return _at_second(base, locator)
    if document.media == "notebook":
        return f"{base}#scrollTo={quote(locator.element_id)}" if locator.element_id else base
    directive = _directive(document, block, span)
    anchor = quote(locator.element_id, safe="!$&'()*+,;=:@/?-._~") if locator.element_id else ""
    if not directive:
        return f"{base}#{anchor}" if anchor else base
    return f"{base}#{anchor}:~:text={directive}"


def _at_second(base: str, locator: Locator) -> str:
    if locator.kind != "time" or not isinstance(locator.value, int | float):
        return base
    parts = urlsplit(base)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("t", "start")]
    return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{int(locator.value)}s")])))


def _directive(document: Document, block: Block, span: Span) -> str:
    """Return the encoded ``start`` or ``start,end`` of the span's words; "" where it has no text of its own."""
    runs = _runs(block, block.text[span[1] : span[2]])
    if not runs:
        return ""
    page = _page_text(document)
    first = max(runs, key=len) if len(runs[0]) < _START_WORDS else runs[0]
    if len(runs) == 1 and len(first) <= _WHOLE_WORDS:
        return _encode(first)
    start = _unique(first, _START_WORDS, page)
    last = runs[-1]
    end = last[-_END_WORDS:]
    if len(end) < 2 or (last is first and len(start) + len(end) > len(first)) or runs.index(first) > len(runs) - 1:
        return _encode(start)
    return f"{_encode(start)},{_encode(end)}"


def _runs(block: Block, text: str) -> list[list[str]]:
    """Return the runs of words that stand in the page as they stand here, between what does not."""
    if block.type == "formula":
        return []
    if block.type == "table":
        cells = [cell for row in text.split("\n") for cell in row.strip().strip("|").split("|")]
        named = [cell.split() for cell in cells if re.search(r"\w", cell)]
        return [max(named, key=len)] if named else []
    if block.type == "code":
        lines = [line.split() for line in text.split("\n") if re.search(r"\w", line)]
        return [max(lines, key=len)] if lines else []
    pieces = _NOT_TEXT.split(_MARKER.sub("", text)) if "$" in text else [_MARKER.sub("", text)]
    return [run for piece in pieces if (run := _trimmed(piece.split()))]


def _trimmed(words: list[str]) -> list[str]:
    """Drop what touches a formula or is mere punctuation: there the page may read otherwise."""
    start, end = 0, len(words)
    while start < end and not re.search(r"\w", words[start]):
        start += 1
    while end > start and not re.search(r"\w", words[end - 1]):
        end -= 1
    return words[start:end]


def _unique(words: Sequence[str], least: int, page: str) -> list[str]:
    """Return the first words of a run, as many as make them unique in the page (or all there are)."""
    for count in range(min(least, len(words)), len(words) + 1):
        if page.count(_folded(" ".join(words[:count]))) <= 1:
            return list(words[:count])
    return list(words)


@lru_cache(maxsize=64)
def _page_text(document: Document) -> str:
    return _folded("\n".join(block.text for block in document.blocks))


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _encode(words: Sequence[str]) -> str:
    # Trailing punctuation is not part of a word; leaving it out survives typographic edits.
    return quote(" ".join(words).strip(".,;:!?"), safe="").replace("-", "%2D")
