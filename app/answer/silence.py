"""Whether what was found for an answer tells of what is asked, or the sources are silent on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.answer.amount import CALLED, stands_by, tells_amount
from app.answer.candidates import Candidate, window
from app.answer.defining import names_in, singular
from app.answer.facts import names as proper_names
from app.answer.giving import person_score
from app.answer.leaning import has_pronoun
from app.answer.question import NAME_WORDS, Question
from app.answer.tables import has_number
from index.lexical import words
from index.search import Searcher

# A passage that is less surely on a name has its own number, not the name's.
_NAMED = 0.5
# A sentence with a word that comes so near what is counted counts it by another name ("steps", "iterations").
_NEAR = 0.5
# A row that comes less near to what is asked of a thing tells something else of it.
_LOOKED_UP = 0.55
# From this score on, a sentence has the form of a definition.
_DEFINES = 0.6
_WRITTEN = re.compile(r"\bauthors?\b|\b(?:wrote|written|authored)\b", re.IGNORECASE)
_BY = re.compile(rf"{_WRITTEN.pattern}|\bby\b|\bet al\b|\bversions?\b.*\bwas\b", re.IGNORECASE)
_ONE_NAME = r"[A-ZÀ-Þ][a-zß-ÿ]+(?:[-’'][A-ZÀ-Þ]?[a-zß-ÿ]+)?"
_NAME = rf"{_ONE_NAME} (?:[A-Z]\. )*(?:van |von |de |la |der |den )*{_ONE_NAME}"
# "The authors" are not named, and "VQ-VAE" is no one's name.
_AUTHOR = re.compile(
    rf"\b(?:by|[Aa]uthors?|wrote|was|is)\W+(?:(?:are|is|of|the|were)\W+)?{_NAME}"
    rf"|{_NAME}(?:,? and {_NAME})?,? (?:\w+ )?(?:wrote|published|authored|introduced|proposed)\b|\bet al\b"
)
# "What is the depth of a tree?" may be asked for what it is, that of a thing with a name only for how much.
_WHAT_IT_IS = re.compile(
    r"\W*what(?:['’]s| is| are) (?:the |an? )?(?!.*\b(?:average|best|default|exact|max\w*|min\w*|number|optimal|"
    r"recommended|total|typical|usual|value|year|date|version)\b)",
    re.IGNORECASE,
)
# "LOF score" and "U-Net" are called so for what they are, "Claude" and "4.6" are not.
_OF_ITS_NAME = re.compile(r"(?<=\s)[A-Z][a-z]+|\d")
# Who began something is asked, and told.
_ORIGINATED = re.compile(
    r"\b(?:invented|c[ao]me up with|introduced|proposed|developed|discovered|created|designed|devised|pioneered|"
    r"coined|founded|(?:first )?published|had the idea)\b",
    re.IGNORECASE,
)
_MADE = re.compile(rf"{_ORIGINATED.pattern}|{_WRITTEN.pattern}", re.IGNORECASE)
_ORIGIN_TOLD = re.compile(
    rf"{_ORIGINATED.pattern}|\b(?:by|due to) (?-i:[A-Z][a-z])|\b(?:engineered|work (?:of|by)|inventors?|creators?)\b",
    re.IGNORECASE,
)
# … and may be told by one of these, where somebody is named.
_ORIGIN_NEAR = re.compile(r"\b(?:idea|described|papers?)\b", re.IGNORECASE)

Forms = Callable[[str], Sequence[str]]
"""A name → the ways to write it."""


def naming(asked: Question, rows: Sequence[Candidate], forms: Forms) -> list[Candidate]:
    """Return the candidates that may define what is asked for: those that name it, or whose passage has its words.

    Of a question for somebody, those that name anybody; for strong or weak points, those that do not merely define.
    All are returned where nothing of this is asked for, or the definition of a description: it is seldom there word
    for word.
    """
    if asked.side:
        telling = [row for row in rows if row.parts.get("side") or row.parts.get("defines", 0.0) < _DEFINES]
        return telling or list(rows)
    if asked.kind == "who":
        return [row for row in rows if _somebody(asked, _text(row))]
    if asked.kind != "definition" or len(asked.subject.split()) > NAME_WORDS:
        return list(rows)
    names = forms(asked.subject)
    subject = set(words(asked.subject))
    several = len(asked.subject.split()) > 1
    return [
        row
        for row in rows
        if _named([_near(row)], names) or (several and subject <= set(words(f"{_near(row)} {row.hit.chunk.text}")))
    ]


def tells_of(asked: Question, chosen: Sequence[Candidate], forms: Forms, searcher: Searcher) -> bool:
    """Whether what was chosen has what the kind of question asks for.

    Of a comparison, each name that is compared; of a number, one of the sort that is asked for, by what it is asked of
    and where that is named; of "who", somebody; of a default, that it is one.
    """
    if asked.kind == "who":
        return any(_somebody(asked, _text(one)) and _of_thing(asked, one, searcher) for one in chosen)
    passages = [f"{one.hit.chunk.header} {one.hit.chunk.text} {_text(one)}" for one in chosen]
    if asked.kind == "compare":
        return all(" " in name or _named(passages, forms(singular(name))) for name in asked.side_names)
    if CALLED.search(asked.text) and not any(CALLED.search(passage) for passage in passages):
        return False
    if asked.kind != "number" or (_WHAT_IT_IS.match(asked.text) and not _OF_ITS_NAME.search(asked.text)):
        return True
    # Numbers of one kind are alike: that of another model would pass for the answer.
    named = searcher.named(asked.text, chosen[0].hit) >= _NAMED
    return named and any(_tells_number(asked, one, searcher) for one in chosen)


def _tells_number(asked: Question, candidate: Candidate, searcher: Searcher) -> bool:
    """Whether a candidate tells a number of the sort that is asked for, of what it is asked of."""
    if candidate.unit.type == "table":
        rest = set(words(asked.text)) - {stem for name in asked.names for stem in words(name)}
        near = searcher.nearness(asked.text, [window(candidate, asked)], rest)[0]
        return near >= _LOOKED_UP and has_number(candidate.unit.text, asked)
    text = _text(candidate)
    if not tells_amount(text, asked.amount):
        return False
    names = asked.counted_names
    if asked.amount != "number" or not names or stands_by(text, names):
        return True
    things = set(words(asked.counted))
    if not asked.many or things <= set(words(text)):
        # It speaks of what is counted, and does not count it.
        return False
    return searcher.nearness(asked.text, [text], things)[0] >= _NEAR


def _somebody(asked: Question, text: str) -> bool:
    """Whether a text names who may have done it: a program or a firm, too, but these do not write."""
    person = person_score(text)
    if _ORIGINATED.search(asked.text) and not _ORIGIN_TOLD.search(text) and not (person and _ORIGIN_NEAR.search(text)):
        # "The Transformer (Vaswani et al.)" tells it, too.
        return "et al" in text and set(words(asked.subject)) <= set(words(text))
    if _WRITTEN.search(asked.text):
        return bool(_AUTHOR.search(text)) and (person == 1.0 or bool(person and _BY.search(text)))
    if person:
        return True
    known = set(words(asked.text))
    return any(not known.issuperset(words(name)) for name in proper_names(text))


def _of_thing(asked: Question, candidate: Candidate, searcher: Searcher) -> bool:
    """Whether the passage has the rarest word of what somebody began or wrote: who did another thing is not asked."""
    rest, begun = _MADE.subn(" ", asked.text)
    things = words(rest)
    if not begun or not things:
        return True
    chunk, said = candidate.hit.chunk, _text(candidate)
    # A passage on several things says who began each.
    named = asked.names and not has_pronoun(said)
    text = said if named else f"{chunk.header} {chunk.text} {said}"
    return max(things, key=searcher.idf) in words(text)


def _named(passages: Sequence[str], names: Sequence[str]) -> bool:
    return any(names_in(passage, [name]) for passage in passages for name in names)


def _near(candidate: Candidate) -> str:
    """Return what a candidate says, the paragraph that it is in, and the headings above it."""
    paragraph = candidate.document.blocks[candidate.unit.span[0]].text
    return f"{candidate.hit.chunk.header} {_text(candidate)} {paragraph}"


def _text(candidate: Candidate) -> str:
    return " ".join(unit.text for unit in candidate.begun)
