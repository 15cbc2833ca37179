"""A question that asks two things → the two."""

from __future__ import annotations

import re

from app.answer.kind import SIDE_NOUN
from index.asking import ASKING_VERB, QUESTION_WORD

_ASKS = rf"(?:{QUESTION_WORD}|{ASKING_VERB})"
_TWO = re.compile(rf"^\W*(?P<first>{_ASKS}.+?)[,;.?]?\s+and\s+(?:also\s+)?(?P<second>{_ASKS}.+)$", re.IGNORECASE)
_FEWEST_WORDS = 3
_BOTH = re.compile(
    rf"\b({SIDE_NOUN}) (?:and|or|&|/|versus|vs\.?) ({SIDE_NOUN}) (of|to|in) (.+?)[?.! ]*$", re.IGNORECASE
)


def parts_of(question: str) -> tuple[str, ...]:
    """Return the two questions that one asks ("What is X and how is it made?"); the one where it asks one."""
    match = _TWO.match(question.strip())
    if match is None or min(len(part.split()) for part in match.groups()) < _FEWEST_WORDS:
        return (question,)
    first, second = match["first"].rstrip(" ?"), match["second"]
    return f"{first}?", second[0].upper() + second[1:]


def both_sides_of(question: str) -> tuple[str, ...]:
    """Return the questions for either side of "pros and cons of X"; none of another question."""
    match = _BOTH.search(question)
    if match is None:
        return ()
    one, other, of, thing = match.groups()
    return tuple(f"What are the {noun} {of} {thing}?" for noun in (one, other))
