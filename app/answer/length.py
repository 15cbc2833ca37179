"""How long an answer should be, by what the question says of it."""

from __future__ import annotations

import re

_I = re.IGNORECASE


def wanted_length(text: str) -> float:
    """Return how many times the usual length an answer should have, by what the question says of it."""
    if re.search(
        r"\b(?:in (?:more |great |full )?(?:detail|depth)|at length|thorough(?:ly)?|comprehensive(?:ly)?|"
        r"long answer)\b",
        text,
        _I,
    ):
        return 2.0
    if re.search(
        r"\b(?:briefly|in (?:short|brief|one (?:sentence|line)|a (?:sentence|nutshell|few words))|tl;?dr|"
        r"short answer)\b",
        text,
        _I,
    ):
        return 0.4
    return 1.0
