"""Whether what was chosen for an answer tells of what is asked, or the sources are silent on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.answer.candidates import Candidate
from app.answer.defining import names_in, singular
from app.answer.giving import count_score
from app.answer.question import Question
from index.lexical import words

# What has more words is no name.
_NAME_WORDS = 3


def tells_of(asked: Question, chosen: Sequence[Candidate], forms: Callable[[str], Sequence[str]]) -> bool:
    """Whether what was chosen has what the kind of question asks for; ``forms`` gives the ways to write a name.

    Of a definition, a name of what is to be defined, or all words of it; of a comparison, each name that is
    compared; of "how many", a number and what is counted.
    """
    passages = [f"{one.hit.chunk.header} {one.hit.chunk.text} {_text(one)}" for one in chosen]
    if asked.kind == "compare":
        return all(" " in side or _named(passages, forms(singular(side))) for side in asked.sides)
    if asked.kind == "number" and asked.many:
        things = set(words(asked.counted))
        counts = any(count_score(_text(one), asked.counted) for one in chosen)
        return counts and any(things <= set(words(passage)) for passage in passages)
    if asked.kind != "definition" or len(asked.subject.split()) > _NAME_WORDS:
        # A description instead of a name is seldom there word for word.
        return True
    subject = set(words(asked.subject))
    return _named(passages, forms(asked.subject)) or any(subject <= set(words(passage)) for passage in passages)


def _named(passages: Sequence[str], names: Sequence[str]) -> bool:
    return any(names_in(passage, [name]) for passage in passages for name in names)


def _text(candidate: Candidate) -> str:
    return " ".join(unit.text for unit in candidate.begun)
