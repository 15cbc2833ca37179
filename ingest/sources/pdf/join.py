"""Lines of a paragraph → its text: words that were parted at line ends are put together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"([^\W\d_]{2,})-$")
_NEXT = re.compile(r"^([^\W\d_]+)")
# First parts that nearly always keep their hyphen.
_KEEP = frozenset("self non state multi cross well high low semi pre post auto over real end one two three".split())


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word, hyphened ones whole, stands inside a line."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(word.casefold() for word in _WORD.findall(re.sub(r"\S+-$", "", text)))
    return found


def join_lines(lines: Sequence[str], known: Counter[str]) -> str:
    """Return the lines as one; a hyphen at a line's end goes where the document writes the word without it.

    "seg-" and "mentation" become one word; "state-of-the-" and "art" keep theirs. Where the document has
    neither form elsewhere, the hyphen goes unless it follows a part that usually keeps it.
    """
    text = ""
    for line in _split_at_marks(lines):
        parted, following = _PARTED.search(text), _NEXT.match(line)
        if parted and following and following.group(1)[0].islower():
            before = _last_compound(text)
            joined = (parted.group(1) + following.group(1)).casefold()
            hyphened = (before + following.group(1)).casefold()
            several = "-" in before[:-1]
            keeps = known[hyphened] or several or parted.group(1).casefold() in _KEEP
            text = text + line if keeps and not known[joined] else text[:-1] + line
        else:
            text += (" " if text else "") + line
    return " ".join(text.split())


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
