"""Lines of a paragraph → its text: words that were parted at line ends are put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"([^\W\d_]{2,})[-\u2010]$")
_COMPOUND = re.compile(r"(?:[^\W\d_]{2,}|\d)[-\u2010]$")
_NEXT = re.compile(r"^([^\W\d_]+(?:-[^\W\d_]+)*)")
# First parts that nearly always keep their hyphen.
_KEEP = frozenset("self non state multi cross well high low semi pre post auto over real end one two three".split())
# A part of so many letters that the document also writes as a word of its own is no syllable.
_LEAST_WORD = 4


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word, hyphened ones whole, stands inside a line."""
    found: Counter[str] = Counter()
    for text in texts:
        for word in _WORD.findall(re.sub(r"\S+[-\u2010\x02]$", "", text)):
            folded = word.casefold()
            found[folded] += 1
            if "-" in folded:
                found.update(folded.split("-"))
    return found


def join_lines(lines: Sequence[str], known: Counter[str]) -> str:
    """Return the lines as one; a hyphen at a line's end goes where the document writes the word without it.

    "seg-" and "mentation" become one word; "state-of-the-" and "art" keep theirs. Where the document has
    neither form elsewhere, the hyphen goes unless both parts are words of the document ("fully-" and
    "connected"), or the first is one that usually keeps it.
    """
    text = ""
    for line in _split_at_marks(lines):
        parted, following = _PARTED.search(text), _NEXT.match(line)
        if parted and following and (following.group(1)[0].islower() or _in_capitals(text, line)):
            text = text + line if _keeps(text, parted.group(1), following.group(1), known) else text[:-1] + line
        elif _COMPOUND.search(text) and line[:1].isalpha():
            # A name of two parts, or a number before its unit: no word was parted there.
            text += line
        else:
            text += (" " if text and not re.search(r"[^\W\d_]/$", text) else "") + line
    return " ".join(text.split())


def _keeps(text: str, first: str, following: str, known: Counter[str]) -> bool:
    before = _last_compound(text)
    second = following.split("-")[0]
    joined, hyphened = (first + second).casefold(), (before + second).casefold()
    if known[joined] or known[hyphened]:
        return known[hyphened] > known[joined]
    if "-" in before[:-1] or first.casefold() in _KEEP:
        return True
    return (
        len(first) >= _LEAST_WORD
        and len(second) >= _LEAST_WORD
        and known[first.casefold()] > 0
        and known[second.casefold()] > 0
    )


def _in_capitals(text: str, line: str) -> bool:
    return text.isupper() and line.isupper()


def _split_at_marks(lines: Sequence[str]) -> list[str]:
    """Return the lines parted where the text layer itself says that a word was parted (U+0002)."""
    found: list[str] = []
    for line in lines:
        pieces = re.split("\x02\\s*", line)
        found.extend(piece + "-" for piece in pieces[:-1])
        if pieces[-1]:
            found.append(pieces[-1])
    return found


def _last_compound(text: str) -> str:
    match = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*-$", text)
    return match.group() if match else ""
