"""Places in a document's blocks: the spans that chunks and sentences are made of."""

from __future__ import annotations

from collections.abc import Sequence

from index.sentences import units
from ingest.document import Block

Span = tuple[int, int, int]
"""(index of the block in its document, start and end of the characters in the block's text)."""


def sections(blocks: Sequence[Block]) -> list[tuple[tuple[str, ...], list[int]]]:
    """Return (heading path, indexes of the blocks below that heading that are answered from)."""
    path: list[tuple[int, str]] = []
    found: list[tuple[tuple[str, ...], list[int]]] = [((), [])]
    for index, block in enumerate(blocks):
        if block.type == "heading":
            path = [(level, text) for level, text in path if level < block.level] + [(block.level, block.text)]
            found.append((tuple(text for _, text in path), []))
        elif block.type != "reference":
            found[-1][1].append(index)
    return [section for section in found if section[1]]


def span_text(blocks: Sequence[Block], spans: Sequence[Span]) -> str:
    """Return the text of the spans; pieces of one block stay as far apart as they are in it."""
    parts: list[str] = []
    before: Span | None = None
    for span in spans:
        index, start, end = span
        text = blocks[index].text
        if before is not None and before[0] == index:
            parts.append(text[before[2] : end])
        else:
            parts.append(("\n\n" if parts else "") + text[start:end])
        before = span
    return "".join(parts)


def sentences(blocks: Sequence[Block], spans: Sequence[Span]) -> list[tuple[Span, int, int]]:
    """Return (span, start, end) of each sentence that spans hold; start and end are places in their span_text.

    Code, tables and formulas are one sentence as far as they are held.
    """
    found: list[tuple[Span, int, int]] = []
    length = shift = 0
    before = -1
    held: list[tuple[int, int]] = []
    for index, start, end in spans:
        if index != before:
            length += 2 if found or before >= 0 else 0
            shift = length - start
        block = blocks[index]
        whole = block.type in ("code", "table", "formula")
        if index != before and not whole:
            held = units(block)
        for a, b in [(start, end)] if whole else held:
            a, b = max(a, start), min(b, end)
            if a < b:
                found.append(((index, a, b), a + shift, b + shift))
        length = end + shift
        before = index
    return found
