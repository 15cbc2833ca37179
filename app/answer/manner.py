"""How a person wants something explained, which is no part of what they ask."""

from __future__ import annotations

import re

from index.asking import ASKING_VERB, QUESTION_WORD

_I = re.IGNORECASE
_CHILD = (
    r"(?:beginners?|dummies|newbies?|novices?|kids?|child(?:ren)?|lay(?:man|person|people)|(?:five|5)[- ]year[- ]olds?)"
)
_SIMPLY = (
    r"(?:(?:very |really )?simply|in (?:very |really )?(?:simple|plain|easy|everyday|layman['’]?s) "
    r"(?:terms|words|language|english)|"
    rf"(?:for|to) (?:an? |the )?(?:absolute |complete |total )?{_CHILD}|"
    r"(?:like|as if) i(?:['’]?m| am| was| were) (?:a )?(?:five|5|[a-z-]+)(?: years? old)?|eli5)"
)
_MANNER = re.compile(rf",?\s+(?:explained |put |said )?{_SIMPLY}(?=[\s.!?]*$)|^\W*eli5\b\W*", _I)
# "UNet explained" is a title, and asks what it is; so does "UNet meaning".
_EXPLAINED = re.compile(
    r"^\W*((?:\w[\w+./-]*\s+){0,5}\w[\w+./-]*),? (?:explained|explanation|definition|meaning)[\s.!?]*$", _I
)
_LEAD = re.compile(
    r"^\W*(?:an? )?(?:noob|newbie|beginner(?:['’]?s)?|stupid|dumb|silly|quick|simple|basic|naive|short) question\W+", _I
)
_ASKS = re.compile(rf"\W*(?:{QUESTION_WORD}|{ASKING_VERB})", _I)


def without_manner(question: str) -> str:
    """Return a question without "explained simply", "noob question:" and their like, where something is left of it."""
    plain = _MANNER.sub("", _LEAD.sub("", question))
    title = _EXPLAINED.match(plain)
    if title and not _ASKS.match(plain):
        plain = f"What is {title[1]}?"
    return plain if re.search(r"\w", plain) else question
