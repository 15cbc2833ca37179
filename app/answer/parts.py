"""A question that asks two things → the two."""

from __future__ import annotations

import re

_ASKS = (
    r"(?:what|which|how|why|when|where|who|whose|is|are|was|were|does|do|did|can|could|should|will|would|has|have)\b"
)
_TWO = re.compile(rf"^\W*(?P<first>{_ASKS}.+?)[,;.?]?\s+and\s+(?:also\s+)?(?P<second>{_ASKS}.+)$", re.IGNORECASE)
_FEWEST_WORDS = 3


def parts_of(question: str) -> tuple[str, ...]:
    """Return the two questions that one asks ("What is X and how is it made?"); the one where it asks one."""
    match = _TWO.match(question.strip())
    if match is None or min(len(part.split()) for part in match.groups()) < _FEWEST_WORDS:
        return (question,)
    first, second = match["first"].rstrip(" ?"), match["second"]
    return f"{first}?", second[0].upper() + second[1:]
