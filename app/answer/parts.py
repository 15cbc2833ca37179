"""A question that asks two things → the two."""

from __future__ import annotations

import re

from index.asking import ASKING_VERB, QUESTION_WORD

_ASKS = rf"(?:{QUESTION_WORD}|{ASKING_VERB})"
_TWO = re.compile(rf"^\W*(?P<first>{_ASKS}.+?)[,;.?]?\s+and\s+(?:also\s+)?(?P<second>{_ASKS}.+)$", re.IGNORECASE)
_FEWEST_WORDS = 3


def parts_of(question: str) -> tuple[str, ...]:
    """Return the two questions that one asks ("What is X and how is it made?"); the one where it asks one."""
    match = _TWO.match(question.strip())
    if match is None or min(len(part.split()) for part in match.groups()) < _FEWEST_WORDS:
        return (question,)
    first, second = match["first"].rstrip(" ?"), match["second"]
    return f"{first}?", second[0].upper() + second[1:]
