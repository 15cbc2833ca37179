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
# A resource of which this share of the chunks holds a name is about it in those that do not, too.
_ABOUT = 0.3


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its place in the question as typed, and the sets of stems one of which a text on it holds."""

    start: int
    end: int
    forms: tuple[frozenset[str], ...]


def names_asked(asked: Query, known: Callable[[str], bool]) -> list[Name]:
    """Return the names of a question; ``known`` says whether any chunk holds a stem.

    A name has a capital inside the sentence, a capital or digit inside the word, or is a word that neither the
    list nor the model knows.
    """
    found: list[Name] = []
    matches = list(_WRITTEN.finditer(asked.typed))
    capitals = sum(match.group()[0].isupper() for match in matches)
    titled = capitals > max(2, len(matches) // 2)
    implied = tuple(frozenset(words(phrase)) for phrase in asked.implied)
    for match in matches:
        written = match.group()
        stems = words(written)
        if not stems:
            continue
        inner = any(sign.isupper() or sign.isdigit() for sign in written[1:]) and not written.isupper()
        first = not re.search(r"\w", asked.typed[: match.start()])
        capital = (written[0].isupper() and not first and not titled) or (written.isupper() and not titled)
        unknown = len(stems) == 1 and not known(stems[0]) and stems[0] not in model_words() and written.isalpha()
        if inner or written[0].isdigit() or capital or unknown:
            joined = frozenset(words(re.sub(r"[-‐‑.]", "", written)))
            parts = frozenset(stems) - joined or joined
            found.append(Name(*match.span(), (parts, joined, *implied)))
    return found


def named(name: Name, said: set[str], share: Callable[[str], float]) -> float:
    """Return how surely (0 to 1) a passage of the stems ``said`` is on a name; ``share`` is that of its resource.

    ``share`` says what part of the resource's chunks holds a stem.
    """
    forms = [form for form in name.forms if form]
    if any(form <= said for form in forms):
        return 1.0
    return min(1.0, max((min(map(share, form - said)) for form in forms), default=1.0) / _ABOUT)
