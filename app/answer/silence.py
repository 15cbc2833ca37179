"""Whether what was found for an answer tells of what is asked, or the sources are silent on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.answer.candidates import Candidate
from app.answer.defining import names_in, singular
from app.answer.facts import names as proper_names
from app.answer.giving import count_score, person_score
from app.answer.question import NAME_WORDS, Question
from index.lexical import words
from index.search import Searcher

# A passage that is less surely on a name has its own number, not the name's.
_NAMED = 0.5
# A sentence with a word that comes so near what is counted counts it by another name ("steps", "iterations").
_NEAR = 0.5
_WRITTEN = re.compile(r"\bauthors?\b|\b(?:wrote|written|authored)\b", re.IGNORECASE)

Forms = Callable[[str], Sequence[str]]
"""A name → the ways to write it."""


def naming(asked: Question, rows: Sequence[Candidate], forms: Forms) -> list[Candidate]:
    """Return the candidates that may define what is asked for: those that name it, or whose passage has its words.

    Of a question for somebody, those that name anybody. All are returned where nothing of this is asked for, or the
    definition of a description: it is seldom there word for word.
    """
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

    Of a comparison, each name that is compared; of a number, the proper names of what it is asked of; of "how many", a
    number and what is counted, or what is near it; of "who", somebody.
    """
    if asked.kind == "who":
        return any(_somebody(asked, _text(one)) for one in chosen)
    passages = [f"{one.hit.chunk.header} {one.hit.chunk.text} {_text(one)}" for one in chosen]
    if asked.kind == "compare":
        return all(" " in name or _named(passages, forms(singular(name))) for name in asked.side_names)
    if asked.kind == "number" and searcher.named(asked.text, chosen[0].hit) < _NAMED:
        # Numbers of one kind are alike: that of another model would pass for the answer.
        return False
    if asked.kind == "number" and asked.many:
        things = set(words(asked.counted))
        counts = any(count_score(_text(one), asked.counted) for one in chosen)
        told = any(things <= set(words(passage)) for passage in passages)
        return counts and (told or searcher.nearness(asked.text, [_text(chosen[0])], things)[0] >= _NEAR)
    return True


def _somebody(asked: Question, text: str) -> bool:
    """Whether a text names who may have done it: a program or a firm, too, but these do not write."""
    if person_score(text) or _WRITTEN.search(asked.text):
        return bool(person_score(text))
    known = set(words(asked.text))
    return any(not known.issuperset(words(name)) for name in proper_names(text))


def _named(passages: Sequence[str], names: Sequence[str]) -> bool:
    return any(names_in(passage, [name]) for passage in passages for name in names)


def _near(candidate: Candidate) -> str:
    """Return what a candidate says, the paragraph that it is in, and the headings above it."""
    paragraph = candidate.document.blocks[candidate.unit.span[0]].text
    return f"{candidate.hit.chunk.header} {_text(candidate)} {paragraph}"


def _text(candidate: Candidate) -> str:
    return " ".join(unit.text for unit in candidate.begun)
