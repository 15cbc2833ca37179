"""Stretches of a document: neighbouring sentences, formulas, tables and code under one heading."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from app.answer.form import is_meta, is_open, is_stub, is_unfit, without_marker
from app.answer.leaning import contradicts, has_pronoun, points_back, restates
from index.lexical import words
from index.sentences import units
from index.spans import Span
from ingest.document import Block, BlockType, Document

WHOLE = ("code", "table", "formula")
# A stub ("The loss is:") is nothing without the items, formula, table or code below it; this many items at most.
_ITEMS = 7
# Sentences that a stretch reaches back, to where what it speaks of is named.
_BACK = 2
# What a notebook prints beside its cells.
_PROMPT = re.compile(r"(?:in|out) ?(?:\[ ?\d* ?\])? ?:", re.I)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, item, formula, table or block of code, and where it is."""

    span: Span
    type: BlockType
    text: str

    @property
    def words(self) -> int:
        """Its length, in words."""
        return len(self.text.split())


Stretch = tuple[Unit, ...]


def block_units(blocks: Sequence[Block], index: int) -> list[Unit]:
    """Return the units of one block in order."""
    block = blocks[index]
    if block.type in ("heading", "reference") or _PROMPT.fullmatch(block.text.strip()):
        return []
    held = [(0, len(block.text))] if block.type in WHOLE else units(block)
    return [Unit((index, start, end), block.type, block.text[start:end]) for start, end in held if start < end]


def unit_at(units_of_block: Sequence[Unit], span: Span) -> Unit | None:
    """Return the whole unit that a span begins in; a span may hold a piece of it."""
    return next((unit for unit in units_of_block if unit.span[1] <= span[1] < unit.span[2]), None)


def after(document: Document, unit: Unit) -> Iterator[Unit]:
    """Yield what follows a unit up to the next heading."""
    index, start, _ = unit.span
    yield from (other for other in block_units(document.blocks, index) if other.span[1] > start)
    for number in range(index + 1, len(document.blocks)):
        if document.blocks[number].type == "heading":
            return
        yield from block_units(document.blocks, number)


def before(document: Document, unit: Unit) -> Iterator[Unit]:
    """Yield what comes before a unit, the nearest first, up to its heading."""
    index, start, _ = unit.span
    yield from reversed([other for other in block_units(document.blocks, index) if other.span[1] < start])
    for number in range(index - 1, -1, -1):
        if document.blocks[number].type == "heading":
            return
        yield from reversed(block_units(document.blocks, number))


def start_of(document: Document, unit: Unit) -> Stretch:
    """Return a unit with the sentences before it that it leans on: () where these cannot be told.

    A formula, table or code block brings the stub that introduces it.
    """
    if unit.type in WHOLE:
        lead = next(before(document, unit), None)
        return (lead, unit) if lead is not None and leads_to(lead, unit) and not is_heading(lead) else (unit,)
    if not has_pronoun(without_marker(unit.text)):
        return _with_contrary(document, unit)
    found: list[Unit] = [unit]
    for other in before(document, unit):
        if other.type in WHOLE or is_unfit(other.text, other.type) or is_bullet(other) != is_bullet(unit):
            break
        found.insert(0, other)
        if not has_pronoun(without_marker(other.text)):
            return tuple(found)
        if len(found) > _BACK:
            break
    return ()


def _with_contrary(document: Document, unit: Unit) -> Stretch:
    """Return a sentence with the one before it that it is set against, or says again, where that can be read alone."""
    leaning = contradicts(unit.text) or restates(unit.text)
    other = next(before(document, unit), None) if leaning and not is_bullet(unit) else None
    if other is None or other.span[0] != unit.span[0]:
        return (unit,)
    alone = not is_unfit(other.text, other.type) and not is_stub(other.text) and not has_pronoun(other.text)
    return (other, unit) if alone and not is_meta(other.text) else (unit,)


def leads_to(unit: Unit, following: Unit) -> bool:
    """Whether a unit is only there for the one below it: "For example:", or "To see the history, use" and code."""
    if unit.type in WHOLE:
        return False
    return is_stub(unit.text) or (following.type in WHOLE and following.span[0] > unit.span[0] and is_open(unit.text))


def is_heading(unit: Unit) -> bool:
    """Whether a unit only names what stands below it."""
    return len(unit.text.split()) < 3 and not is_stub(unit.text)


def list_of(document: Document, item: Unit) -> Stretch:
    """Return what a list is read from: the stub that introduces it, else its first item."""
    first = item
    for other in before(document, item):
        if not is_bullet(other):
            return (other,) if is_stub(other.text) and not is_unfit(other.text, other.type) else (first,)
        first = other
    return (first,)


def is_bullet(unit: Unit) -> bool:
    """Whether a unit is an item: of a list, or of one that was read as a paragraph."""
    return unit.type == "list" or unit.text.lstrip().startswith(("•", "◦", "▪"))


def read_on(
    document: Document,
    begun: Stretch,
    most_units: int,
    most_words: int,
    topic: Container[str],
    formulas: bool = False,
    items: bool = False,
    code: bool = True,
) -> Stretch:
    """Return a stretch and what follows it, within bounds, as long as it stays on the matter.

    A stub brings what stands below it, or is dropped where that does not fit; ``formulas`` says
    whether a formula on its own line may follow (else reading stops at it), ``items`` whether the
    list goes on that the stretch begins in, ``code`` whether a stub brings code; the next paragraph is
    read only if it leans on this one or has a word of the ``topic`` (stems).
    """
    found = list(begun)
    used = sum(unit.words for unit in found)
    said = len(found)
    read = int(items and is_bullet(found[-1]))
    for unit in after(document, found[-1]):
        last = found[-1]
        stub = leads_to(last, unit)
        if used + unit.words > most_words:
            break
        if unit.type in WHOLE:
            if not (stub or (formulas and unit.type == "formula")) or (unit.type == "code" and not code):
                break
        elif is_bullet(unit):
            same_item = (
                unit.span[0] == last.span[0] and "\n" not in _between(document, last, unit) and unit.type == "list"
            )
            if not (stub or read or same_item) or read == _ITEMS:
                break
            read += not same_item
        elif said >= most_units or not _continues(unit, last, stub, topic):
            break
        found.append(unit)
        used += unit.words
        said += not is_bullet(unit) and unit.type != "formula"
    while len(found) > 1 and found[-1].type not in WHOLE and is_stub(found[-1].text):
        found.pop()
    return tuple(found)


def _continues(unit: Unit, last: Unit, stub: bool, topic: Container[str]) -> bool:
    if unit.type == "caption" or is_unfit(unit.text, unit.type) or is_meta(unit.text) or is_bullet(last):
        return False
    if unit.span[0] == last.span[0] or stub or last.type in WHOLE:
        return True
    return points_back(unit.text) or any(word in topic for word in words(unit.text))


def _between(document: Document, one: Unit, other: Unit) -> str:
    return document.blocks[one.span[0]].text[one.span[2] : other.span[1]]
