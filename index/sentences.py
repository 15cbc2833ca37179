"""A block's text → the spans of its sentences, verbatim."""

from __future__ import annotations

import re
from bisect import bisect_left

from ingest.document import Block

# A full stop after one of these ends no sentence, unless the text ends there.
_ABBREVIATIONS = frozenset(
    """
    e.g i.e cf vs etc al fig figs eq eqs sec secs ref refs no nos vol pp ch dr mr mrs ms prof st jr sr inc ltd
    co approx resp app tab alg thm def lem w.r.t a.k.a viz ed eds est dept univ jan feb mar apr jun jul aug sep
    sept oct nov dec u.s u.k i.i.d p.s
    """.split()
)
_NEVER_LAST = frozenset("e.g i.e cf vs fig figs eq eqs sec secs ref refs pp vol dr mr mrs ms prof viz w.r.t".split())
# Abbreviations that may also close a sentence: they do before a capital.
_MAYBE_LAST = frozenset("etc co inc ltd jr sr u.s u.k".split())
# Written text has one capital in some 30 characters; with fewer than this share it has none to speak of.
_CAPITALS = 0.002
# How far is looked around a full stop; a block may be a book without a break.
_NEAR = 64
_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*(?=\s|$)|[。！？]")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z.]*)$")
# Pandoc's rule keeps prices out: the closing sign follows no space and precedes no digit.
_FORMULA = re.compile(r"\$\$.+?\$\$|\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)", re.DOTALL)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence of running text; the spans cover all but the white space.

    No sentence ends inside a ``$formula$``, after an initial or a known abbreviation, or before a
    word in lower case where the text has capitals.
    """
    formulas = [match.span() for match in _FORMULA.finditer(text)]
    starts = [first for first, _ in formulas]
    # Text without capitals (what a machine heard, or a table's words) starts its sentences in lower case too.
    cased = sum(map(str.isupper, text)) > _CAPITALS * len(text)
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        before = bisect_left(starts, match.start())
        if before and match.start() < formulas[before - 1][1]:
            continue
        rest = text[end : end + _NEAR].lstrip()
        near = text[max(start, match.start() - _NEAR) : match.start()]
        if rest and match.group().startswith(".") and not _ends_here(near, rest):
            continue
        if rest and cased and rest[0].islower() and not match.group().startswith("。"):
            continue
        spans.append((start, end))
        start = end
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span)) is not None]


def _ends_here(before: str, rest: str) -> bool:
    match = _WORD_BEFORE.search(before)
    if match is None:
        # "3." at the start of an item is its number, not a sentence.
        return not re.fullmatch(r"\s*\d{1,3}", before)
    word = match.group(1).lower()
    if word in _NEVER_LAST:
        return False
    if len(word) == 1 and match.group(1).isupper():
        return False
    if word in _ABBREVIATIONS:
        return word in _MAYBE_LAST and rest[0].isupper()
    return True


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def units(block: Block) -> list[tuple[int, int]]:
    """Return the spans of a block that are never cut: sentences, items, rows, or the whole of it."""
    if block.type in ("paragraph", "quote", "caption", "reference"):
        return sentence_spans(block.text)
    if block.type in ("list", "table", "code"):
        spans, start = [], 0
        for line in block.text.split("\n"):
            trimmed = _trim(block.text, start, start + len(line))
            if trimmed is not None:
                spans.append((start, start + len(line)) if block.type == "code" else trimmed)
            start += len(line) + 1
        if block.type == "list":
            return [part for span in spans for part in _item_sentences(block.text, span)]
        return spans
    whole = _trim(block.text, 0, len(block.text))
    return [] if whole is None else [whole]


def _item_sentences(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    item = text[span[0] : span[1]]
    marker = re.match(r"(?:[-*•]|\d{1,4}[.)])\s+", item)
    shift = span[0] + (marker.end() if marker else 0)
    inner = sentence_spans(text[shift : span[1]])
    if not inner:
        return [span]
    found = [(start + shift, end + shift) for start, end in inner]
    found[0] = (span[0], found[0][1])
    return found
