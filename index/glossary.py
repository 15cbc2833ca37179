"""Abbreviations that the documents themselves spell out: "classifier-free guidance (CFG)" → CFG ↔ its long form.

Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical text":
the long form is the shortest run of words before the parenthesis that holds the short form's letters in
order, the first of them at the start of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from index.lexical import STOP, words

Glossary = Mapping[str, tuple[str, ...]]
"""Short form in lower case → its long forms, the commonest first."""

_PARENTHESISED = re.compile(r"\(([^()\s]{2,10})\)")
_INVERTED = re.compile(r"\b([A-Z][A-Za-z0-9-]{1,9})\s+\((?:short for |stands for )?([a-zA-Z][^()]{5,80})\)")
_WORDS_BEFORE = re.compile(r"[\w'’-]+(?:\s+[\w'’-]+)*\s*$")
# A plural's s is no letter of the long form: "variational autoencoders (VAEs)".
_PLURAL = re.compile(r"(?<=[A-Z])s$")
# Of one short form; what is met once among many other meanings says little.
_MOST_MEANINGS = 3


def mine(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the abbreviations that the texts define."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for short, long in definitions(text):
            found[short.lower()][" ".join(long.lower().split())] += 1
    glossary: dict[str, tuple[str, ...]] = {}
    for short, longs in sorted(found.items()):
        # "Variational auto-encoders" is no other meaning than "variational autoencoder".
        meanings: dict[str, str] = {}
        for long, _ in longs.most_common():
            meanings.setdefault("".join(words(long.replace("-", ""))), long)
        glossary[short] = tuple(meanings.values())[:_MOST_MEANINGS]
    return glossary


def definitions(text: str) -> Iterable[tuple[str, str]]:
    """Yield (short form, long form) of each abbreviation that a text defines."""
    for match in _PARENTHESISED.finditer(text):
        short = _PLURAL.sub("", match.group(1))
        before = _WORDS_BEFORE.search(text[max(0, match.start() - 120) : match.start()])
        if before is not None and _is_short_form(short):
            long = _long_form(short, before.group().rstrip())
            if long is not None:
                yield short, long
    for match in _INVERTED.finditer(text):
        short = _PLURAL.sub("", match.group(1))
        if _is_short_form(short) and _long_form(short, match.group(2)) == match.group(2):
            yield short, match.group(2)


def _is_short_form(short: str) -> bool:
    capitals = sum(map(str.isupper, short))
    return short.lower() not in STOP and capitals >= 2 and short[0].isalnum() and short.replace("-", "").isalnum()


def _long_form(short: str, before: str) -> str | None:
    """Return the shortest end of ``before`` that spells the short form, or None."""
    most = min(len(short) + 5, 2 * len(short))
    words = list(re.finditer(r"\S+", before))[-most:]
    if not words:
        return None
    text = before[words[0].start() :]
    letters = [letter for letter in short.lower() if letter.isalnum()]
    at = len(text)
    for number in range(len(letters) - 1, -1, -1):
        at = text.lower().rfind(letters[number], 0, at)
        while number == 0 and at > 0 and text[at - 1].isalnum():
            at = text.lower().rfind(letters[number], 0, at)
        if at < 0:
            return None
    long = text[at:]
    parts = re.split(r"[\s-]+", long)
    # One word is its own abbreviation seldom; two letters within one word are a coincidence.
    if len(parts) < 2 or len(long) <= len(short) or short.lower() in (part.lower() for part in parts):
        return None
    return long
