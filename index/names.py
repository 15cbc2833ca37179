"""The names in a question, and whether a passage tells of what they name.

Names of one kind are near one another in any context ("GPT-4", "GPT-3"), so that nearness by meaning cannot
tell them apart: what tells of a name writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.lexical import words
from index.query import Query, model_words

_WRITTEN = re.compile(r"[^\W_]+(?:[-‐‑.][^\W_]+)*")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
# A resource of which this share of the chunks holds a name is about it in those that do not, too.
_ABOUT = 0.3


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its place in the question as typed, and how a text on it writes it.

    ``written`` finds it with or without its hyphens; ``joined`` is the stem of it in one word; ``forms`` are
    the stems of its long and short forms. ``proper`` says that it is written as a name, not a word that nobody knows
    or a number.
    """

    start: int
    end: int
    written: re.Pattern[str]
    joined: str
    forms: tuple[frozenset[str], ...]
    proper: bool


def names_asked(asked: Query, known: Callable[[str], bool]) -> list[Name]:
    """Return the names of a question; ``known`` says whether any chunk holds a stem.

    A name has a capital inside the sentence, a capital or digit inside the word, or is a word that neither the
    list nor the model knows. A number after it is part of it ("LLaMA 3").
    """
    spans: list[tuple[int, int]] = []
    matches = list(_WRITTEN.finditer(asked.typed))
    capitals = sum(match.group()[0].isupper() for match in matches)
    titled = capitals > max(2, len(matches) // 2)
    for match in matches:
        written = match.group()
        stems = words(written)
        if not stems:
            continue
        if spans and _NUMBER.fullmatch(written) and asked.typed[spans[-1][1] : match.start()] == " ":
            spans[-1] = (spans[-1][0], match.end())
            continue
        inner = any(sign.isupper() or sign.isdigit() for sign in written[1:]) and not written.isupper()
        first = not re.search(r"\w", asked.typed[: match.start()])
        capital = (written[0].isupper() and not first and not titled) or (written.isupper() and not titled)
        unknown = len(stems) == 1 and not known(stems[0]) and stems[0] not in model_words() and written.isalpha()
        if inner or written[0].isdigit() or capital or unknown:
            spans.append(match.span())
    implied = tuple(frozenset(words(phrase)) for phrase in asked.implied)
    return [_name(asked.typed, start, end, implied) for start, end in spans]


def _name(typed: str, start: int, end: int, implied: tuple[frozenset[str], ...]) -> Name:
    parts = _PARTS.findall(typed[start:end])
    plural = "s?" if parts[-1].isalpha() else ""
    between = r"[-‐‑.\s]?"
    written = re.compile(rf"(?<![^\W_]){between.join(map(re.escape, parts)).removesuffix('s')}{plural}(?![^\W_])", re.I)
    # "MB" of "2 MB" is a unit.
    proper = parts[0].isalpha() and not typed[start:end].islower() and not re.search(r"\d\s?$", typed[:start])
    return Name(start, end, written, "".join(words("".join(parts))), tuple(form for form in implied if form), proper)


def named(name: Name, text: str, said: set[str], share: Callable[[str], float]) -> float:
    """Return how surely (0 to 1) a passage, of the stems ``said``, is on a name.

    ``share`` says what part of the chunks of the passage's resource holds a stem.
    """
    if name.written.search(text) or name.joined in said or any(form <= said for form in name.forms):
        return 1.0
    others = (min(map(share, form - said)) for form in name.forms)
    return min(1.0, max((share(name.joined), *others)) / _ABOUT)
