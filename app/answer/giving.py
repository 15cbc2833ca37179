"""What a sentence gives of what a question asks for: a reason, a manner, a contrast, a count."""

from __future__ import annotations

import re

from app.answer.defining import singular

_I = re.IGNORECASE
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|therefore|thus|reason|otherwise|as a result|ensur(?:es?|ing)|"
    r"prevent(?:s|ing)?|"
    r"avoid(?:s|ing)?|allow(?:s|ing)?|enabl(?:es?|ing)|lead(?:s|ing)? to|cause[sd]?|makes? it|help(?:s|ing)?|to make|"
    r"unable|cannot|without|if we (?:did|do)|goal|purpose|motivat\w+|this (?:is why|means|makes|way))\b",
    _I,
)
_MANNER = re.compile(
    r"\b(?:by (?:\w+ly )?\w+ing|using|first|then|next|finally|step|works?|consists? of|through|via|"
    r"we (?:\w+ly )?(?:\w+)|given|takes?|"
    r"comput(?:es?|ed|ing)|appl(?:y|ies|ied)|instead|each|in which|where)\b",
    _I,
)
_CONTRAST = re.compile(
    r"\b(?:whereas|while|unlike|in contrast|instead|compared (?:to|with)|differ\w*|rather than|however|except\w*|but|"
    r"on the other hand|"
    r"same|similar\w*|more \w+ than|less \w+ than|\w+er than|both|outperform\w*|variant|replaces?)\b",
    _I,
)
_COUNT = (
    r"(?:\d[\w.,]*|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|hundreds?|thousands?|millions?|"
    r"billions?)"
)


def reason_score(text: str) -> float:
    """Return 1 where a sentence gives a reason, a purpose or an effect."""
    return float(bool(_REASON.search(text)))


def manner_score(text: str) -> float:
    """Return 1 where a sentence says how something is done."""
    return float(bool(_MANNER.search(text)))


def contrast_score(text: str) -> float:
    """Return 1 where a sentence sets one thing against another."""
    return float(bool(_CONTRAST.search(text)))


def count_score(text: str, counted: str) -> float:
    """Return 1 where a number stands before what is counted, less for a number anywhere."""
    number = _COUNT
    if counted and re.search(rf"\b{number}[ -](?:[\w-]+ ){{0,2}}{re.escape(singular(counted))}", text, _I):
        return 1.0
    if not counted and re.search(rf"\b{number}\b", text, _I):
        return 0.8
    return 0.4 if re.search(r"\d", text) else 0.0
