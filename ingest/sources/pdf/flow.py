"""Groups as they are cut → as they are read: sentences go on over floats and pages, and over nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.sources.pdf.formulas import are_formulas
from ingest.sources.pdf.groups import Group, Layout, cut, ends_sentence, is_narrow
from ingest.sources.pdf.lines import Line

_WORDS = re.compile(r"[^\W\d_]{3,}")
_TABLE = re.compile(r"^tab(?:le|\.)\s", re.IGNORECASE)


def groups_of(lines: Sequence[Line], layout: Layout) -> Iterator[Group]:
    """Yield the groups in reading order; a paragraph that a float or a page's end interrupts comes before the float."""
    waiting: list[Group] = []
    unfinished: Group | None = None
    for group in _with_heads(cut(lines, layout)):
        if unfinished is None:
            if group.kind in ("text", "item", "reference") and not _finished(group):
                unfinished = group
            else:
                yield group
        elif _is_running(unfinished, group):
            unfinished = Group(unfinished.kind, (*unfinished.lines, *group.lines))
        elif _is_within(unfinished, group):
            # The sentence goes on after the formula: what is read in this order is read as it was written.
            yield unfinished
            yield from waiting
            yield group
            unfinished, waiting = None, []
        elif group.kind in ("caption", "table", "note", "code") or _is_label(unfinished, group):
            waiting.append(group)
        elif group.kind == "text" and unfinished.kind in ("text", "item") and _goes_on(unfinished, group):
            unfinished = Group(unfinished.kind, (*unfinished.lines, *group.lines))
            if _finished(unfinished):
                yield unfinished
                yield from waiting
                unfinished, waiting = None, []
        else:
            yield unfinished
            yield from waiting
            unfinished, waiting = None, []
            if group.kind in ("text", "item", "reference") and not _finished(group):
                unfinished = group
            else:
                yield group
    if unfinished is not None:
        yield unfinished
    yield from waiting


def _with_heads(groups: Iterator[Group]) -> Iterator[Group]:
    """Yield the groups; a short line between the caption of a table and its rows is the first of them."""
    caption: Group | None = None
    head: Group | None = None
    for group in groups:
        if head is not None:
            if group.kind == "table" and 0 < head.lines[0].baseline - group.lines[0].baseline < 3 * head.lines[0].size:
                group = Group("table", (*head.lines, *group.lines))
            else:
                yield head
            head = None
        elif caption is not None and group.kind == "text" and _is_short(group):
            head = group
        caption = group if group.kind == "caption" and _TABLE.match(group.lines[0].text) else None
        if head is None:
            yield group
    if head is not None:
        yield head


def _is_running(unfinished: Group, group: Group) -> bool:
    """Whether lines full of formulas are lines of the text all the same: the rest of its last, or as wide as it is."""
    last, first = unfinished.lines[-1], group.lines[0]
    if group.kind != "table" or unfinished.kind != "text" or (last.page, last.column) != (first.page, first.column):
        return False
    if abs(last.baseline - first.baseline) < 0.6 * last.size:
        return len(group.lines) == 1 and first.left > last.left
    main = max(group.lines, key=lambda line: len(line.text))
    above = unfinished.lines[-3:]
    wide = main.left < min(line.left for line in above) + last.size and main.right > max(
        line.right for line in above
    ) - (2 * last.size)
    near = 0 < last.baseline - main.baseline < 2.5 * last.size
    return near and wide and len(group.lines) < 4 and len(_WORDS.findall(main.text)) > 1 and len(main.cells) < 3


def _is_within(unfinished: Group, group: Group) -> bool:
    """Whether a displayed formula stands right below the text that it interrupts."""
    last, first = unfinished.lines[-1], group.lines[0]
    same = last.page == first.page and last.column == first.column
    return (
        group.kind == "table"
        and unfinished.kind in ("text", "item")
        and same
        and abs(last.baseline - first.baseline) < 5 * last.size
        and are_formulas(group.lines)
    )


def _is_label(unfinished: Group, group: Group) -> bool:
    """Whether a few words at the top of the next page or column are a picture's, and not how the sentence goes on."""
    last, first = unfinished.lines[-1], group.lines[0]
    moved = last.page != first.page or last.column != first.column
    return group.kind == "text" and moved and _is_short(group) and is_narrow(last, first)


def _is_short(group: Group) -> bool:
    return len(group.lines) == 1 and len(group.lines[0].text.split()) < 9 and not _finished(group)


def _finished(group: Group) -> bool:
    return ends_sentence(group.lines[-1].text)


def _goes_on(group: Group, other: Group) -> bool:
    """Whether a paragraph goes on in another: the same type, and no beginning of a sentence, or a word parted."""
    last, first = group.lines[-1], other.lines[0]
    if abs(last.size - first.size) > 0.06 * last.size:
        return False
    text = first.text.lstrip("“\"'(")
    begins = text[:1].isupper() and not re.search(r"[-\x02,]$|[^\W\d_]$", last.text)
    moved = last.page != first.page or last.column != first.column
    near = last.page + 1 >= first.page
    return near and not begins and (text[:1].islower() or not text[:1].isalpha() or moved)
