"""The words that a reader of a body sees, counted without regard to how blocks are made: what coverage measures by."""

from __future__ import annotations

import re
from collections import Counter

from ingest.sources.html.frame import names
from ingest.sources.html.parse import Element

_WORD = re.compile(r"\w{2,}")
# Words of formulas differ between source and sight; marks of notes and citations are signs, not words.
_NOT_COUNTED = frozenset("math svg mjx-container d-math sup script style d-cite dt-cite rp rt".split())
_FORMULA = re.compile(r"katex|MathJax|(?:^|\s)math(?:\s|$)")
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code em font i ins kbd label mark q s samp small span strong sub u var".split()
)
_LINE_NUMBERS = frozenset("linenos lineno linenumber linenumbers gutter linenodiv".split())


def words_seen(body: Element) -> Counter[str]:
    """Return the words below an element, with counts, case folded; formulas left out."""
    parts: list[str] = []
    _gather(body, parts)
    return count_words("".join(parts))


def count_words(text: str) -> Counter[str]:
    """Return the words of at least two letters or digits, with counts, case folded."""
    return Counter(_WORD.findall(text.casefold()))


def _gather(element: Element, parts: list[str]) -> None:
    apart = element.tag not in _INLINE
    parts.append(" " if apart else "")
    parts.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NOT_COUNTED:
            classes = child.get("class")
            if not classes or not (_FORMULA.search(classes) or names(child) & _LINE_NUMBERS):
                _gather(child, parts)
        parts.append(child.tail or "")
    parts.append(" " if apart else "")
