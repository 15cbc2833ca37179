"""Lines in reading order → groups that are one thing each: heading, paragraph, caption, table, footnote, reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ingest.sources.pdf.lines import Line

GroupKind = Literal["heading", "text", "item", "caption", "table", "note", "reference", "code"]

_NUMBERED = re.compile(r"^(?:([1-9]\d?(?:\.\d{1,2}){0,3})\.?|([A-Z](?:\.\d{1,2}){0,2})\.?|[IVX]{1,5}\.)\s+[^\W\d_]")
_NAMED = re.compile(
    r"^(?:abstract|introduction|related works?|background|conclusions?|discussion|acknowled?ge?ments?|references|"
    r"bibliography|appendix|appendices|supplementary materials?|experiments|results|methods?|limitations|contents)"
    r"\b\.?:?$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"^(?:\d+\.?\s+|[A-Z]\.?\s+|[IVX]+\.\s+)?(?:references(?: and notes)?|bibliography|literature cited)\.?$",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"^(?:figure|fig\.|table|tab\.|algorithm|listing|scheme)\s+(?:[A-Z]\.?)?\d+(?:\.\d+)*\s*(?:[:.|—–-]|$)",
    re.IGNORECASE,
)
_ALGORITHM = re.compile(r"^(?:algorithm|procedure)\s+\d+\b", re.IGNORECASE)
_NUMBERED_CODE = re.compile(r"^\d{1,3}:\s+\S")
_REFERENCE_START = re.compile(r"^\[[\w+.,\s-]{1,24}\]|^\d{1,3}\.\s+\D")
_SENTENCE_END = re.compile(r"[.!?:][\"”’)\]]*(?:\^?\d{1,2})?$")
_BULLET = re.compile(r"^(?:[•●◦▪■‣∙⁃–—]|\((?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\d{1,2}[.)])\s+\S")
_NOTE_MARK = re.compile(r"^(?:[∗*†‡§¶]+|\d{1,2})\s?[^\W\d_]")
_WORDS = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are one thing; ``level`` is a heading's in the outline, from 1, or 0 where none names it."""

    kind: GroupKind
    lines: tuple[Line, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """What is common to a document: its type size, the distance of its lines, its outline.

    ``body_size`` and ``leading`` (0 where there are no two lines) are in points; ``outline`` maps
    folded titles to their level, from 1.
    """

    body_size: float
    leading: float
    outline: Mapping[str, int]


def folded(text: str) -> str:
    """Return a heading without its number, its case and all that is no letter or digit."""
    without = re.sub(r"^(?:\d{1,2}(?:\.\d{1,2})*|[A-Z](?:\.\d{1,2})*|[IVX]{1,5})[.:)]?\s+", "", text.strip())
    return re.sub(r"\W+|_", "", without).casefold()


def is_references(text: str) -> bool:
    """Whether a heading begins the references."""
    return bool(_REFERENCES.match(text.strip()))


def ends_sentence(text: str) -> bool:
    """Whether a line ends where a sentence does."""
    return bool(_SENTENCE_END.search(text))


def is_narrow(before: Line, line: Line) -> bool:
    """Whether a line is too short for one in which a sentence goes on: it neither fills its column nor ends there."""
    return line.right - line.left < 0.4 * (before.right - before.left) and not ends_sentence(line.text)


def cut(lines: Sequence[Line], layout: Layout) -> Iterator[Group]:
    """Yield the groups as they stand, a paragraph that a float interrupts in parts."""
    current: list[Line] = []
    kind: GroupKind = "text"
    references = False
    # What stands between the title and the first heading are names and addresses, whatever they look like.
    front = any(line.page == 1 and _NAMED.match(line.text) for line in lines)
    start, end = _references(lines, layout)
    notes = _notes([*lines[:start], *lines[end:]], layout.body_size)
    skip = 0
    for number, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        heading = None if id(line) in notes else _heading(lines[number : number + 4], layout)
        if heading is not None:
            if current:
                yield Group(kind, tuple(current))
            current = []
            yield heading
            skip = len(heading.lines) - 1
            references = is_references(" ".join(one.text for one in heading.lines))
            kind, front = "text", False
            continue
        new = "text" if front else _kind(line, current, kind, layout, references, id(line) in notes)
        if current and (new != kind or _parts(current, line, kind, layout.leading)):
            yield Group(kind, tuple(current))
            current = []
        if not current:
            kind = new
        current.append(line)
    if current:
        yield Group(kind, tuple(current))


def _kind(
    line: Line, current: Sequence[Line], before: GroupKind, layout: Layout, references: bool, note: bool
) -> GroupKind:
    beside = bool(current) and _directly_below(current[-1], line) and _same_type(current[-1], line)
    going_on = beside and before in ("text", "item") and not ends_sentence(current[-1].text)
    if not going_on and (_CAPTION.match(line.text) or (line.bold and _ALGORITHM.match(line.text))):
        return "caption"
    if _NUMBERED_CODE.match(line.text) and not references and not going_on:
        return "code"
    if beside and before == "caption":
        return "caption"
    if note:
        return "note"
    if references:
        apart = bool(current) and current[-1].baseline - line.baseline > 1.8 * line.size
        marked = _NOTE_MARK.match(line.text) and not _REFERENCE_START.match(line.text)
        below = marked and apart and _REFERENCE_START.match(current[0].text)
        return "note" if below or (beside and before == "note") else "reference"
    if line.mono and len(line.text) > 3 and not going_on:
        return "code"
    # The first line of a paragraph may stand further in than its second.
    inwards = min(one.left for one in current[-3:]) - line.left if going_on else 0.0
    plain = going_on and (len(line.cells) < 3 or current[-1].text.endswith(("-", "\x02")))
    aligned = going_on and -line.size < inwards < (3 if plain and len(current) == 1 else 1) * line.size
    if aligned and (_WORDS.search(line.text) or ends_sentence(line.text)):
        return before
    if _BULLET.match(line.text) and not going_on and len(line.cells) < 3:
        return "item"
    if _is_tabular(line, layout.body_size):
        return "table"
    if beside and before == "item" and line.left > current[0].left + 0.5 * line.size:
        return "item"
    return "text"


def _is_tabular(line: Line, body_size: float) -> bool:
    """Whether a line is one of a table, of a formula or of a picture's labels rather than of running text."""
    words = _WORDS.findall(line.text)
    letters = sum(map(len, words))
    solid = len(line.text.replace(" ", ""))
    if len(line.cells) > 2:
        return True
    if len(line.cells) == 2 and not (re.fullmatch(r"\(\w{1,5}\)", line.cells[1]) or len(line.cells[0]) < 6):
        return True
    label = not line.bold and len(words) < 3 and len(line.text) < 25 and not ends_sentence(line.text)
    return label or (letters < 0.45 * solid and len(words) < 4)


def _parts(current: Sequence[Line], line: Line, kind: GroupKind, leading: float) -> bool:
    """Whether a line begins another group than the lines before it."""
    before = current[-1]
    height = 1.2 * max(before.size, line.size)
    if kind == "reference":
        hanging = line.left < before.left - 0.5 * line.size and ends_sentence(before.text)
        fresh = line.column == before.column and before.baseline - line.baseline > 1.35 * height
        return bool(_REFERENCE_START.match(line.text)) or hanging or (fresh and ends_sentence(before.text))
    if _CAPTION.match(line.text) and not (_directly_below(before, line) and not ends_sentence(before.text)):
        return True
    if kind in ("table", "code"):
        elsewhere = line.page != before.page or line.column != before.column
        return elsewhere or abs(before.baseline - line.baseline) > 3 * height
    if kind == "note" and _NOTE_MARK.match(line.text):
        return True
    if kind == "item" and _BULLET.match(line.text):
        return True
    if not _same_type(before, line):
        return True
    if line.page != before.page or line.column != before.column or line.baseline > before.baseline + height:
        # Over a column or a page the paragraph goes on, unless it had ended.
        return ends_sentence(before.text) or kind == "caption" or is_narrow(before, line)
    down = before.baseline - line.baseline
    if down > 1.45 * height or (leading and down > 1.35 * leading and ends_sentence(before.text)):
        return True
    if line.bold and not before.bold and ends_sentence(before.text):
        return True
    left = min(one.left for one in current[-6:])
    indented = left + 0.7 * line.size < line.left < left + 5 * line.size
    return indented and ends_sentence(before.text) and kind == "text"


def _same_type(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.15 * max(one.size, other.size)


def _directly_below(before: Line, line: Line) -> bool:
    same = before.page == line.page and before.column == line.column
    return same and 0 < before.baseline - line.baseline < 1.75 * max(before.size, line.size)


def _references(lines: Sequence[Line], layout: Layout) -> tuple[int, int]:
    """Return from which line to which the references go."""
    heads = (n for n, line in enumerate(lines) if is_references(line.text) and _heading(lines[n : n + 1], layout))
    start = next(heads, len(lines))
    ends = (n for n in range(start + 1, len(lines)) if _heading(lines[n : n + 4], layout))
    return start, next(ends, len(lines))


def _notes(lines: Sequence[Line], body_size: float) -> set[int]:
    """Return which lines are footnotes: small type at the foot of a column, from a mark on."""
    found: set[int] = set()
    columns: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    for some in columns.values():
        foot: list[Line] = []
        for line in reversed(some):
            if line.size > 0.93 * body_size or _CAPTION.match(line.text):
                break
            foot.append(line)
        foot.reverse()
        above = some[len(some) - len(foot) - 1] if foot and len(foot) < len(some) else None
        marked = (n for n, one in enumerate(foot) if _NOTE_MARK.match(one.text) and not _is_tabular(one, body_size))
        start = next(marked, None)
        if start is None and above is not None and above.baseline - foot[0].baseline > 1.6 * above.size:
            # A note without a mark stands apart from the text, as where a paper says where it appeared.
            start = 0 if not any(_is_tabular(one, body_size) for one in foot) else None
        if start is not None and len(foot) < len(some):
            found.update(id(line) for line in foot[start:])
    return found


def _heading(lines: Sequence[Line], layout: Layout) -> Group | None:
    """Return the heading that lines begin with: one that the outline names, or that its type and its form show."""
    if layout.outline:
        for count in range(min(3, len(lines)), 0, -1):
            some = lines[:count]
            if not all(_same_type(one, next_) and _directly_below(one, next_) for one, next_ in pairwise(some)):
                continue
            level = layout.outline.get(folded(" ".join(line.text for line in some)))
            if level and (count > 1 or _may_be_heading(lines[0])):
                return Group("heading", tuple(some), level)
    if not _looks_like_heading(lines[0], layout.body_size):
        return None
    head = [lines[0]]
    for line in lines[1:]:
        more = _directly_below(head[-1], line) and abs(line.size - head[-1].size) < 0.3 and line.bold == head[-1].bold
        stands_out = line.size >= 1.08 * layout.body_size or (line.bold and line.left > lines[0].left + 2)
        another = _NUMBERED.match(line.text) or _NAMED.match(line.text) or len(line.text.split()) > 12
        if not more or not stands_out or another:
            break
        head.append(line)
    return Group("heading", tuple(head))


def _may_be_heading(line: Line) -> bool:
    return len(line.text.split()) <= 16 and bool(_WORDS.search(line.text)) and not line.text.endswith((",", ";"))


def _looks_like_heading(line: Line, body_size: float) -> bool:
    words = line.text.split()
    if len(re.findall(r"\d\.\d+|\[\d+\]", re.sub(r"^\S+", "", line.text))) > 1:
        return False
    if len(words) > 14 or not _WORDS.search(line.text) or line.text.endswith((",", ";", "-", "\x02")):
        return False
    bare = re.sub(r"^(?:\d+\.?|[A-Z]\.?|[IVX]+\.)\s+", "", line.text)
    named = bool(_NAMED.match(bare))
    numbered = bool(_NUMBERED.match(line.text))
    larger = line.size >= 1.08 * body_size
    if named and (larger or line.bold or line.text.isupper() or bare != line.text):
        return True
    letters = [c for c in line.text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) > 0.8 * len(letters)
    if (numbered or named) and capitals and len(words) > 1 and len(letters) > 3:
        return True
    if numbered and (larger or line.bold) and not ends_sentence(line.text.rstrip(".")):
        return True
    return larger and line.bold and line.size >= 1.15 * body_size and not ends_sentence(line.text)
