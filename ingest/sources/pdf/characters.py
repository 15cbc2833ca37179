"""A page of a PDF → its characters with their places, in pieces that stand together on one line."""

from __future__ import annotations

import ctypes
import math
import re
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

MOST_CHARACTERS = 40_000
# A wider gap than this many ems parts two columns, or two cells of a table, never two words.
_GAP_EMS = 1.5
# TeX's font of large signs names them by letters, and hangs them from the line above: sign, ems from there to the line.
_LARGE_FONT = re.compile(r"CMEX|MathExt|txex|pxex", re.IGNORECASE)
_LARGE_SIGNS = {
    "P": ("∑", 0.75), "X": ("∑", 0.95), "Q": ("∏", 0.75), "Y": ("∏", 0.95), "R": ("∫", 0.8), "Z": ("∫", 1.3),
}  # fmt: skip
_MONO = re.compile(r"Mono|Courier|Consol|Typewriter|CMTT|SFTT|LMTT|TeXGyreCursor|zi4|Menlo|Inconsolata", re.IGNORECASE)
# TeX's font of signs, likewise: two bars, one, and the stroke through what follows.
_SIGN_FONT = re.compile(r"CMSY|CMBSY|MathSy", re.IGNORECASE)
_SIGNS = {"k": "‖", "j": "|", "6": "\u0338"}
# Knuth's encodings of mathematical letters and signs (OML, OMS), for what PDFium knows no name of: their codes from 0.
_LETTER_FONT = re.compile(r"CMMI|CMBMI|MathMI", re.IGNORECASE)
_LETTERS = "ΓΔΘΛΞΠΣΥΦΨΩαβγδϵζηθικλμνξπρστυϕχ"
_SIGN_CODES = "−·×∗÷⋄±∓⊕⊖⊗⊘⊙○∘∙≍≡⊆⊇≤≥⪯⪰∼≈⊂⊃≪≫≺≻"
_ILLEGIBLE = re.compile("[\x00\ufffd\ue000-\uf8ff]")
_BOLD = re.compile(r"Bold|Black|Heavy|Medi|CMBX|CMSSBX|SFBX|-Bd|\.B$|Semibold|Demi", re.IGNORECASE)


class Character(NamedTuple):
    """One character; its place in points from the left and from the bottom of the page."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


class Face(NamedTuple):
    """How type looks: bold, and of fixed width as code is."""

    bold: bool = False
    mono: bool = False


class Piece(NamedTuple):
    """Characters that follow one another on a line, whether they begin in bold, and are of fixed width at both ends."""

    characters: list[Character]
    bold: bool
    mono: bool


class Raw(NamedTuple):
    """What a page holds: its pieces, what stands turned in its margin, how many characters have no meaning.

    ``width`` and ``height`` are in points, the way most of it is read; ``cut``: there were more characters
    than are read of one page.
    """

    width: float
    height: float
    pieces: list[Piece]
    turned: str
    characters: int
    illegible: int
    cut: bool


def read_characters(page: pypdfium2.PdfPage) -> Raw:
    """Return a page's characters, turned upright where most of them are not."""
    width, height = page.get_size() if page.get_rotation() % 180 == 0 else page.get_size()[::-1]
    text_page = page.get_textpage()
    try:
        reader = _Reader(text_page.raw, width, height)
        count = text_page.count_chars()
        for index in range(min(count, MOST_CHARACTERS)):
            reader.read(index)
        reader.close()
    finally:
        text_page.close()
    sizes = {quarter: sum(len(piece.characters) for piece in pieces) for quarter, pieces in reader.pieces.items()}
    upright = max(sizes, key=lambda quarter: sizes[quarter], default=0)
    turned = "".join(
        character.text
        for quarter, pieces in reader.pieces.items()
        for piece in pieces
        for character in piece.characters
        if quarter != upright
    )
    if upright % 2:
        width, height = height, width
    pieces = reader.pieces.get(upright, [])
    illegible = sum(_ILLEGIBLE.match(c.text) is not None for piece in pieces for c in piece.characters)
    return Raw(width, height, pieces, turned, sizes.get(upright, 0), illegible, count > MOST_CHARACTERS)


class _Reader:
    """Takes the characters of a text page one by one; ``pieces`` by the quarter turns that they are set at."""

    def __init__(self, text_page: ctypes.c_void_p, width: float, height: float) -> None:
        self.pieces: dict[int, list[Piece]] = {}
        self._page, self._width, self._height = text_page, width, height
        self._box, self._x, self._y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        self._current: list[Character] = []
        self._spaced = False
        self._quarter, self._face, self._last = 0, Face(), 0

    def read(self, index: int) -> None:
        code = pdfium.FPDFText_GetUnicode(self._page, index)
        if code in (10, 13):
            self.close()
            return
        text = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        # Codes below that of the space are glyphs without a name, though Python counts some as white space.
        if code in (9, 32) or (code > 127 and text.isspace()):
            self._spaced = True
            return
        if not self._current:
            self._quarter = round(pdfium.FPDFText_GetCharAngle(self._page, index) / (math.pi / 2)) % 4
        character = self._placed(text, index)
        if self._current and _apart(self._current[-1], character):
            self.close()
        if not self._current:
            self._face = _face(*_font(self._page, index))
        elif self._spaced:
            end = self._current[-1]
            self._current.append(Character(" ", end.right, character.left, end.baseline, end.size))
        self._spaced, self._last = False, index
        self._current.append(character)

    def close(self) -> None:
        """End the piece."""
        if self._current:
            mono = self._face.mono and _face(*_font(self._page, self._last)).mono
            self.pieces.setdefault(self._quarter, []).append(Piece(self._current, self._face.bold, mono))
        self._current, self._spaced = [], False

    def _placed(self, text: str, index: int) -> Character:
        box, x, y, quarter = self._box, self._x, self._y, self._quarter
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        size = pdfium.FPDFText_GetFontSize(self._page, index)
        if size <= 2:
            # Some producers set everything at size 1 and scale it: the box tells then.
            size = max(size, abs(box.right - box.left) if quarter % 2 else abs(box.top - box.bottom))
        baseline = y.value
        if text in _LARGE_SIGNS and _LARGE_FONT.search(_font(self._page, index)[0]):
            text, ems = _LARGE_SIGNS[text]
            baseline -= ems * size
        elif text in _SIGNS and _SIGN_FONT.search(_font(self._page, index)[0]):
            text = _SIGNS[text]
        elif text < " ":
            font = _font(self._page, index)[0]
            table = _LETTERS if _LETTER_FONT.search(font) else _SIGN_CODES if _SIGN_FONT.search(font) else ""
            text = table[ord(text)] if table else text
        # As it stands on the page after so many quarter turns, as PDFium counts them.
        if quarter == 1:
            return Character(text, self._height - box.top, self._height - box.bottom, x.value, size)
        if quarter == 2:
            return Character(text, self._width - box.right, self._width - box.left, self._height - baseline, size)
        if quarter == 3:
            return Character(text, box.bottom, box.top, self._width - x.value, size)
        return Character(text, box.left, box.right, baseline, size)


def _apart(last: Character, character: Character) -> bool:
    em = max(last.size, character.size)
    gap = character.left - last.right
    return gap > _GAP_EMS * em or gap < -3 * em or abs(character.baseline - last.baseline) > 0.75 * em


def _font(text_page: ctypes.c_void_p, index: int) -> tuple[str, int]:
    """Return the name of a character's font, and its flags (PDF 32000-1, table 123)."""
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text_page, index, buffer, 128, ctypes.byref(flags))
    return buffer.raw[: max(0, min(int(length), 128) - 1)].decode("utf-8", "ignore"), flags.value


def _face(name: str, flags: int) -> Face:
    return Face(bool(_BOLD.search(name)) or bool(flags & 0x40000), bool(_MONO.search(name)) or bool(flags & 1))
