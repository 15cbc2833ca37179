"""A passage → a link that opens the original at it.

Text fragments follow the WICG specification "URL Fragment Text Directives": ``#:~:text=`` with
percent-encoded words, ``,`` ``&`` and ``-`` encoded too, because they are its own syntax.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urlsplit, urlunsplit

from app.table_rows import cells
from index.spans import Span
from ingest.document import Block, Document, Locator

# Words that a text directive starts and ends with. Few: what stands between them may hold what the text of a
# document leaves out (footnote marks, formulas as the browser sets them, the borders of blocks).
_START_WORDS = 4
_END_WORDS = 3
# A quote up to this many words is named whole.
_WHOLE_WORDS = 6
# Words before or after a quote that tell it from the same words elsewhere.
_BESIDE_WORDS = 3

_NOT_TEXT = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
_MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,4}[.)])\s+")
_SPACE = re.compile(r"\s+")
_LEFT, _RIGHT = re.compile(r"^\W+"), re.compile(r"\W+$")
_EDGES = re.compile(r"^\W+|\W+$")


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
    directive = _directive(document, span)
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


def _directive(document: Document, span: Span) -> str:
    """Return the encoded ``[prefix-,]start[,end][,-suffix]`` of a span's words; "" where no words lead there."""
    number, begins, ends = span
    block = document.blocks[number]
    runs = _runs(block, block.text[begins:ends])
    if not runs:
        return _beside(document, number)
    page = _page_text(document)
    # A run of one or two words before a formula is too little to be found by.
    first = next((run for run in runs if len(run) >= _START_WORDS), max(runs, key=len))
    last = runs[-1]
    whole = last is first and len(first) <= _WHOLE_WORDS
    start = first if whole else _unique(first, _START_WORDS, page)
    end = last[-_END_WORDS:]
    alone = whole or (last is first and len(start) + len(end) > len(first)) or not _after(first, last, runs)
    if _occurrences(start, page) <= 1:
        return _encode(start) if alone else f"{_encode(start)},{_encode(end)}"
    return _distinct(document, span, start, [] if alone else end)


def _distinct(document: Document, span: Span, start: Sequence[str], end: Sequence[str]) -> str:
    """Return a directive for words that the page has more than once: what stands beside them here tells which."""
    number, begins, _ = span
    block = document.blocks[number]
    text = block.text
    at = -1 if block.type in ("code", "table") else text.find(" ".join(start), begins)
    tail = f",{_encode(end)}" if end else ""
    if at >= 0 and (before := _beside_words(document, number, text[:at], -1)):
        # Where two parts meet, the signs between them count.
        return f"{_encode(before, _LEFT)}-,{_encode(start, _RIGHT)}{tail}"
    if at >= 0 and not end and (after := _beside_words(document, number, text[at + len(" ".join(start)) :], 1)):
        return f"{_encode(start, _LEFT)},-{_encode(after, _RIGHT)}"
    return _encode(start) + tail


def _beside_words(document: Document, number: int, text: str, step: int) -> list[str]:
    """Return the words that end (step -1) or begin (1) a text, or the block next to it if it holds none.

    None where a formula stands between: there the browser shows something else.
    """
    if not re.search(r"\w", text):
        if not 0 <= number + step < len(document.blocks):
            return []
        block = document.blocks[number + step]
        text = "" if block.type in ("formula", "table", "caption") else block.text
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    pieces = _NOT_TEXT.split(_MARKER.sub("", lines[-1 if step < 0 else 0]))
    words = pieces[-1 if step < 0 else 0].split()
    return words[-_BESIDE_WORDS:] if step < 0 else words[:_BESIDE_WORDS]


def _after(first: list[str], last: list[str], runs: list[list[str]]) -> bool:
    """Whether an end taken from the last run comes after a start taken from the first, and says enough."""
    return last is first or (len(last) > 1 and any(run is last for run in runs[runs.index(first) + 1 :]))


def _beside(document: Document, number: int) -> str:
    """Return the encoded words that a formula or a picture follows, or else those that follow it."""
    for step, near in ((-1, slice(-_START_WORDS, None)), (1, slice(_START_WORDS))):
        at = number + step
        while 0 <= at < len(document.blocks) and document.blocks[at].type != "heading":
            runs = _runs(document.blocks[at], document.blocks[at].text)
            if runs:
                run = runs[-1 if step < 0 else 0]
                return _encode(run[near]) if len(run) > 1 else ""
            at += step
    return ""


def _runs(block: Block, text: str) -> list[list[str]]:
    """Return the runs of words that stand in the page as they stand here, between what does not."""
    if block.type == "formula":
        return []
    if block.type == "table":
        shown = [cell for row in text.split("\n") for cell in cells(row)]
        return _longest([piece for cell in shown for piece in _NOT_TEXT.split(cell)])
    if block.type == "code":
        # Several spaces in a row are several in the page, too, and not to be told from one here.
        return _longest([piece for line in text.split("\n") for piece in re.split(r"\s{2,}", line)])
    return [run for piece in _NOT_TEXT.split(_MARKER.sub("", text)) if (run := _trimmed(piece.split()))]


def _longest(pieces: Sequence[str]) -> list[list[str]]:
    runs = [run for piece in pieces if (run := _trimmed(piece.split()))]
    return [max(runs, key=lambda run: len(" ".join(run)))] if runs else []


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
        if _occurrences(words[:count], page) <= 1:
            return list(words[:count])
    return list(words)


def _occurrences(words: Sequence[str], page: str) -> int:
    return page.count(_folded(" ".join(words)))


@lru_cache(maxsize=64)
def _page_text(document: Document) -> str:
    return _folded("\n".join(block.text for block in document.blocks))


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def _encode(words: Sequence[str], edges: re.Pattern[str] = _EDGES) -> str:
    # What is no word at either end may be set otherwise; a match ends at the border of a word in any case.
    return quote(edges.sub("", " ".join(words)), safe="").replace("-", "%2D")
