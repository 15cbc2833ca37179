"""Pieces of a page → rows of text: scripts put to what they belong to, accents onto their letters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sources.pdf.characters import Character, Piece

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"}
# PDFium marks a hyphen at a line's end with one of these, or with U+0002, which join.py resolves.
_SOFT_HYPHENS = frozenset("\ufffe\u00ad")
_JUNK = re.compile("[\x00\u200b\ufeff\ufffd\ue000-\uf8ff]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# TeX sets an accent as a character of its own, above the letter.
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "ˇ": "\u030c", "˙": "\u0307", "˚": "\u030a", "¸": "\u0327", "˝": "\u030b",
}  # fmt: skip
_STRUCK = re.compile("\u0338\\s*([=∈∼≡<>⊂])")
_SCRIPT = 0.85
_FOOTNOTE_MARK = re.compile(r"^[\d,\s∗*†‡§¶]+$")
_MARKED_WORD = re.compile(r"[^\W\d_]{3,}[.,;:)\]”’\"']*$")
# Rows further back than this are not gone on with.
_NEAR_ROWS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text, or one cell of a line of a table; its box in points; ``size`` in points."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    mono: bool

    @property
    def top(self) -> float:
        """Return about how high its letters reach."""
        return self.baseline + 0.75 * self.size

    @property
    def bottom(self) -> float:
        """Return about how low its letters reach."""
        return self.baseline - 0.25 * self.size


class _Open:
    def __init__(self, piece: Piece) -> None:
        self.characters = list(piece.characters)
        self.bold = piece.bold
        self.mono = piece.mono
        self.joined = False
        self.measure()

    def measure(self) -> None:
        solid = [c for c in self.characters if c.text != " "]
        sizes = Counter([c.size for c in solid])
        size = max(sizes, key=lambda size: (sizes[size], size))
        self.size = round(size, 1)
        self.baseline = Counter([c.baseline for c in solid if abs(c.size - size) < 0.2]).most_common(1)[0][0]
        self.left = min(c.left for c in solid)
        self.right = max(c.right for c in solid)

    def takes(self, other: _Open) -> bool:
        """Whether another piece stands on this line: beside it, or as a script of something in it."""
        em = max(self.size, other.size)
        if other.left > self.right + 1.5 * em or other.right < self.left - 1.5 * em:
            return False
        rise = other.baseline - self.baseline
        small, large = sorted((self.size, other.size))
        if small <= _SCRIPT * large:
            beside = other.left < self.right + 0.8 * em and other.right > self.left - 0.8 * em
            # Seen from the larger of the two, the smaller one is raised or lowered.
            rise = rise if other.size < self.size else -rise
            return beside and -0.45 * large < rise < 0.65 * large
        return abs(rise) < 0.2 * large

    def take(self, other: _Open) -> None:
        if other.left < self.left:
            self.bold = other.bold
        space = [] if self.right + 0.15 * self.size > other.left else [Character(" ", self.right, other.left, 0.0, 1.0)]
        self.characters = [*self.characters, *space, *other.characters]
        self.mono = self.mono and other.mono
        self.joined = True
        self.measure()


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """Return the rows in the order in which they begin in the file."""
    opened: list[_Open] = []
    for piece in pieces:
        new = _Open(piece)
        row = next((row for row in reversed(opened[-_NEAR_ROWS:]) if row.takes(new)), None)
        if row is not None:
            row.take(new)
        else:
            opened.append(new)
    rows = (Row(_text(row), row.left, row.right, row.baseline, row.size, row.bold, row.mono) for row in opened)
    return [row for row in rows if row.text]


def _text(row: _Open) -> str:
    characters = row.characters
    if row.joined:
        characters = _in_order(characters)
    characters = _accented(characters, row.size)
    parts: list[str] = []
    script: list[str] = []
    raised = False
    last: Character | None = None
    for character in characters:
        small = character.size <= _SCRIPT * row.size and character.text != " "
        shift = character.baseline - row.baseline
        if small and abs(shift) > 0.08 * row.size:
            if script and raised != (shift > 0):
                parts.append(_script("".join(parts), "".join(script), raised))
                script.clear()
            if not script and parts and parts[-1].isspace() and last and character.left - last.right < 0.12 * row.size:
                # PDFium parts words where the baseline jumps, too.
                parts.pop()
            raised, last = shift > 0, character
            script.append(_plain(character.text))
            continue
        if script and character.text != " ":
            parts.append(_script("".join(parts[-24:]), "".join(script).strip(), raised))
            spaced = script[-1].isspace()
            script.clear()
            if spaced:
                parts.append(" ")
        (script if script else parts).append(_plain(character.text))
        last = last if character.text == " " else character
    if script:
        parts.append(_script("".join(parts[-24:]), "".join(script).strip(), raised))
    struck = _STRUCK.sub("\\1\u0338", _JUNK.sub("", "".join(parts)))
    text = unicodedata.normalize("NFC", struck)
    # TeX's own name is set with a raised letter that is no power.
    return _SPACES.sub(" ", text).strip(" ").replace("L^ATEX", "LATEX")


def _plain(text: str) -> str:
    return "\x02" if text in _SOFT_HYPHENS else _LIGATURES.get(text, text)


def _script(before: str, script: str, raised: bool) -> str:
    """Return a script as it can be read on one line: a mark of a footnote goes, a power or an index shows itself."""
    word = _MARKED_WORD.search(before)
    if raised and _FOOTNOTE_MARK.match(script) and word:
        return ""
    if word or not before or before[-1].isspace() or not script:
        return script
    sign = "^" if raised else "_"
    return f"{sign}{script}" if len(script) == 1 else f"{sign}{{{script}}}"


def _in_order(characters: Sequence[Character]) -> list[Character]:
    """Return characters from left to right, with the spaces that the gaps between them show."""
    solid = sorted((c for c in characters if c.text != " "), key=lambda c: c.left)
    found: list[Character] = []
    spaces = sorted(c.left for c in characters if c.text == " ")
    at = 0
    for character in solid:
        spaced = False
        while at < len(spaces) and spaces[at] <= character.left + 0.01:
            spaced = True
            at += 1
        if found and (spaced or character.left - found[-1].right > 0.25 * character.size):
            found.append(Character(" ", found[-1].right, character.left, character.baseline, character.size))
        found.append(character)
    return found


def _accented(characters: Sequence[Character], size: float) -> list[Character]:
    """Return characters with accents that stand alone put onto the letters that they stand over."""
    if not any(c.text in _ACCENTS for c in characters):
        return list(characters)
    found = list(characters)
    for accent in [c for c in characters if c.text in _ACCENTS]:
        center = (accent.left + accent.right) / 2
        under = [
            (abs((c.left + c.right) / 2 - center), n)
            for n, c in enumerate(found)
            if c.text.isalpha() and c.text not in _ACCENTS and c.left - 0.1 * size <= center <= c.right + 0.1 * size
        ]
        if not under:
            continue
        _, number = min(under)
        base = found[number]
        # TeX's letters without a dot are there to carry an accent.
        letter = {"ı": "i", "ȷ": "j"}.get(base.text, base.text)
        composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent.text])
        found[number] = base._replace(text=composed)
        place = next(n for n, c in enumerate(found) if c is accent)
        del found[place]
        _close(found, place, size)
    return found


def _close(characters: list[Character], place: int, size: float) -> None:
    """Take out the spaces that an accent had around it, where its neighbours stand together."""
    start = place
    while start > 0 and characters[start - 1].text.isspace():
        start -= 1
    end = place
    while end < len(characters) and characters[end].text.isspace():
        end += 1
    if 0 < start < end < len(characters):
        gap = characters[end].left - characters[start - 1].right
        if gap < 0.15 * size:
            del characters[start:end]
