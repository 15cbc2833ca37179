"""The words by which a question is known."""

from __future__ import annotations

import re

QUESTION_WORDS = ("how", "what", "which", "why", "when", "where", "who", "whom", "whose")
QUESTION_WORD = rf"(?:{'|'.join(QUESTION_WORDS)})\b"
"""The pattern of a word that asks."""
ASKING_VERB = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|must|may|has|have)\b"
"""The pattern of a verb with which a question begins that is answered by yes or no."""

BENEFIT_NOUNS = ("advantage", "benefit", "upside", "merit", "pros")
LIMIT_NOUNS = ("disadvantage", "limitation", "drawback", "downside", "weakness", "shortcoming", "cons")
"""By these the strong or weak points of a thing are asked for; a text calls them by another one, or by none.
("Strength" is often a measure.)"""

_ASKS = re.compile(rf"\?\s*$|\b{QUESTION_WORD}|^\W*{ASKING_VERB}", re.IGNORECASE)


def asks(text: str) -> bool:
    """Whether a text is a question: by its mark, a question word, or the verb that it begins with."""
    return bool(_ASKS.search(text))
