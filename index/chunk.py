"""Documents → chunks: neighbouring blocks under one heading that fit the embedding model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, TextNode
from pydantic import PrivateAttr

from index.sentences import units
from index.spans import Span, sections, span_text
from ingest.document import Block, Document

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → their word pieces, without the special ones."""

# A header longer than this takes more from the chunk than it tells about it.
HEADER_TOKENS = 56
# [CLS] and [SEP].
SPECIAL_TOKENS = 2


@dataclass(frozen=True, slots=True)
class _Unit:
    span: Span
    tokens: int
    closes_block: bool


class BlockNodeParser(NodeParser):
    """Cut documents (carried as ``metadata["document"]``) into TextNodes of at most ``max_tokens``.

    A node's text is what is matched and shown; its ``metadata`` has "header" (title and headings),
    "resource", "headings" (list of str) and "spans" (list of Span). No node reaches over a heading;
    none ends inside a sentence, a code block, a table or a formula, unless one alone is too long.
    """

    max_tokens: int = 256
    _count: CountTokens = PrivateAttr()

    def __init__(self, count: CountTokens, max_tokens: int) -> None:
        """Cut by ``count``, which must be the embedding model's own."""
        super().__init__(include_prev_next_rel=False)
        self.max_tokens = max_tokens
        self._count = count

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        return [chunk for node in nodes for chunk in self._chunks(node.metadata["document"])]

    def _chunks(self, document: Document) -> list[BaseNode]:
        chunks: list[BaseNode] = []
        for headings, indexes in sections(document.blocks):
            header = self._header(document.title, headings)
            room = self.max_tokens - SPECIAL_TOKENS - self._count([header])[0]
            facts = {"header": header, "resource": document.resource, "headings": list(headings)}
            chunks.extend(
                TextNode(
                    text=span_text(document.blocks, spans),
                    metadata={**facts, "spans": spans},
                    excluded_embed_metadata_keys=["resource", "headings", "spans"],
                    metadata_template="{value}",
                    text_template="{metadata_str}\n{content}",
                )
                for spans in _packed(self._units(document.blocks, indexes, room), room)
            )
        return chunks

    def _header(self, title: str, headings: Sequence[str]) -> str:
        parts = [title, *(heading for heading in headings if heading != title)]
        counts = self._count(parts)
        # The title and the nearest heading say most: what is between them goes first.
        while len(parts) > 2 and sum(counts) + len(parts) > HEADER_TOKENS:
            del parts[1], counts[1]
        words = " › ".join(parts).split()
        while len(words) > 1 and self._count([" ".join(words)])[0] > HEADER_TOKENS:
            words = words[: max(1, len(words) * 3 // 4)]
        header = " ".join(words)
        # One unbroken string that is still too long says nothing.
        return header if self._count([header])[0] <= HEADER_TOKENS else ""

    def _units(self, blocks: Sequence[Block], indexes: Sequence[int], room: int) -> list[_Unit]:
        found: list[_Unit] = []
        for index in indexes:
            block = blocks[index]
            spans = units(block)
            if not spans:
                continue
            if block.type in ("code", "table", "formula"):
                whole = (spans[0][0], spans[-1][1])
                if self._count([block.text[slice(*whole)]])[0] <= room:
                    spans = [whole]
            counts = self._count([block.text[start:end] for start, end in spans])
            for number, ((start, end), tokens) in enumerate(zip(spans, counts, strict=True)):
                last = number == len(spans) - 1
                if tokens <= room:
                    found.append(_Unit((index, start, end), tokens, last))
                else:
                    found.extend(self._cut(index, block.text, start, end, room))
        return found

    def _cut(self, index: int, text: str, start: int, end: int, room: int) -> list[_Unit]:
        """Halve what is too long at white space (or anywhere, where there is none) until it fits."""
        tokens = self._count([text[start:end]])[0]
        if tokens <= room or end - start <= 1:
            return [_Unit((index, start, end), min(tokens, room), True)]
        middle = (start + end) // 2
        at = max(text.rfind(" ", start + 1, middle), text.rfind("\n", start + 1, middle))
        cut = at if at > start else middle
        return self._cut(index, text, start, cut, room) + self._cut(index, text, cut, end, room)


def _packed(found: Sequence[_Unit], room: int) -> list[list[Span]]:
    """Fill chunks evenly: a section of one and a half chunks becomes two of three quarters."""
    total = sum(unit.tokens for unit in found)
    if not total:
        return []
    target = total / -(-total // room)
    packed: list[list[Span]] = []
    current: list[Span] = []
    filled = 0
    for unit in found:
        if current and (filled + unit.tokens > room or filled >= target):
            packed.append(current)
            current, filled = [], 0
        current.append(unit.span)
        filled += unit.tokens
        # The end of a block is a better place to part than the middle of the next one.
        if unit.closes_block and filled >= 0.85 * target and len(packed) + 1 < -(-total // room):
            packed.append(current)
            current, filled = [], 0
    if current:
        packed.append(current)
    return packed
