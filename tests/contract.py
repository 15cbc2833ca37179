"""The contract of the commands as types: nothing more, nothing less, of no other type."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LocatorShape(Strict):
    kind: Literal["heading", "page", "time", "cell", "none"]
    value: str | int | float | None


class Hit(Strict):
    rank: int
    score: float
    resource: str
    title: str
    url: str
    text: str
    locator: LocatorShape


class StatementShape(Strict):
    text: str
    citations: list[int]
    doubt: str | None = None


class CitationShape(Strict):
    n: int
    resource: str
    title: str
    url: str
    quote: str
    locator: LocatorShape
    score: float


class AnswerShape(Strict):
    question: str
    abstained: bool
    mode: Literal["extractive", "generative"]
    statements: list[StatementShape]
    citations: list[CitationShape]
    nearest: list[str]
    seconds: float
    notice: str | None = None
    understood: str | None = None


class PassageShape(Strict):
    url: str
    quote: str
    locator: LocatorShape


Kind = Literal["article", "paper", "video", "notebook", "repository", "book", "blog", "channel", "project page"]


class Covering(Strict):
    resource: str
    title: str
    kind: Kind
    section: list[str]
    depth: Literal["explains", "discusses", "mentions"]
    score: float
    read: bool
    note: str
    passages: list[PassageShape]


class FoundShape(Strict):
    concept: str
    resources: list[Covering]


class StatusRow(Strict):
    resource: str
    title: str
    kind: Kind
    section: list[str]
    parent: str | None
    state: Literal["read", "partial", "failed", "missing", "unlinked"]
    reason: str
    coverage: float | None
    documents: int
    chunks: int
    fetched: str | None


class StatusShape(Strict):
    generation: str
    built: str
    model: str
    chunks: int
    resources: list[StatusRow]


class BlockShape(Strict):
    type: Literal["heading", "paragraph", "list", "code", "formula", "table", "caption", "quote", "reference"]
    text: str
    locator: LocatorShape


class DocumentShape(Strict):
    resource: str
    title: str
    authors: list[str]
    date: str | None
    kind: Kind
    coverage: float
    reader: str
    blocks: list[BlockShape]


HITS = TypeAdapter(list[Hit])


def line_of(shape: type[BaseModel] | TypeAdapter[Any], line: dict[str, Any]) -> Any:
    """Check the result of a batch's line, and that the line holds "q"; return the result as its shape."""
    assert isinstance(line["q"], str)
    return shape.validate_python(line["result"]) if isinstance(shape, TypeAdapter) else shape(**line["result"])
