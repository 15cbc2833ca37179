"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ingest.document import Locator

Mode = Literal["extractive", "generative"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that a statement rests on; ``quote`` is verbatim, ``context`` is what surrounds it."""

    n: int
    resource: str
    title: str
    url: str
    quote: str
    locator: Locator
    score: float
    context: str = ""
    section: tuple[str, ...] = ()
    kind: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the contract's shape."""
        return {
            "n": self.n,
            "resource": self.resource,
            "title": self.title,
            "url": self.url,
            "quote": self.quote,
            "locator": self.locator.as_json(),
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said, the numbers of its citations, and what the check of it found wrong ("" if nothing)."""

    text: str
    citations: tuple[int, ...]
    doubt: str = ""
    block: str = "paragraph"
    language: str = ""


NOT_COVERED = "the list does not cover this"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    ``notice`` is a word to the reader about how it came about; ``understood`` is the question as the
    conversation completed it, "" where it was understood as it stands; ``confidence`` is how sure it is
    that the list covers the question (0 to 1); ``refusal`` is what an answer that abstains says first.
    """

    question: str
    abstained: bool
    mode: Mode
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[str, ...]
    confidence: float
    seconds: float
    notice: str = ""
    nearest_titles: tuple[str, ...] = field(default=(), repr=False)
    understood: str = ""
    refusal: str = NOT_COVERED

    def as_json(self) -> dict[str, Any]:
        """Return the contract's shape, with "notice", "understood" and a statement's "doubt" where there is one."""
        told = {"notice": self.notice, "understood": self.understood}
        return {
            "question": self.question,
            "abstained": self.abstained,
            "mode": self.mode,
            "statements": [
                {"text": statement.text, "citations": list(statement.citations)}
                | ({"doubt": statement.doubt} if statement.doubt else {})
                for statement in self.statements
            ],
            "citations": [citation.as_json() for citation in self.citations],
            "nearest": list(self.nearest),
            "seconds": round(self.seconds, 3),
        } | {name: word for name, word in told.items() if word}
