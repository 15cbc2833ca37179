"""Places in a document's blocks: the spans that chunks and sentences are made of."""

from __future__ import annotations

from collections.abc import Sequence

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
