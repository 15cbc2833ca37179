"""What a model wrote against the passage that it cites: what disagrees is named."""

from __future__ import annotations

import re

from index.lexical import words

# A statement that shares fewer of its words with its passages than this says something else.
_SHARED = 0.5

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*%?")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]*[A-Z\d][\w-]*|(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_QUOTED = re.compile(r"[“\"]([^”\"]{8,})[”\"]")
_NEGATION = re.compile(r"\b(?:not|no|never|cannot|without|neither|nor)\b|n't\b", re.IGNORECASE)


def doubt(statement: str, passages: list[str]) -> str:
    """Return why the passages do not bear a statement out, or "" when they do as far as can be told.

    Checked: that quotes are verbatim, that numbers and names occur, that enough of its words do, and
    that it does not deny what the passage says (or say what it denies).
    """
    source = " ".join(passages)
    folded = _folded(source)
    for quote in _QUOTED.findall(statement):
        if _folded(quote) not in folded:
            return "a quote is not in the source"
    said = set(_NUMBER.findall(source))
    for number in _NUMBER.findall(statement):
        if number not in said:
            return f"the number {number} is not in the source"
    for name in _NAME.findall(statement):
        if name.casefold() not in folded:
            return f"the name {name} is not in the source"
    spoken = set(words(statement))
    if spoken and len(spoken & set(words(source))) / len(spoken) < _SHARED:
        return "the source says too little of this"
    if _NEGATION.search(statement) and not _NEGATION.search(source):
        return "the source does not deny this"
    return ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
