"""What was read, what was not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ingest.document import Document
from ingest.resource import Resource

State = Literal["read", "partial", "failed", "missing", "unlinked"]
STATES: tuple[State, ...] = ("read", "partial", "failed", "missing", "unlinked")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one resource in a build.

    "read": whole; "partial": some of it, ``reason`` says what lacks; "failed": there are bytes but
    they could not be read, or the fetch said no; "missing": nothing was received yet; "unlinked":
    the list gives no address. ``reason`` is empty for "read" alone.
    """

    resource: Resource
    state: State
    reason: str = ""
    document: Document | None = None


def counts(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """Return kind → state → number of resources."""
    table: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        table.setdefault(outcome.resource.kind, Counter())[outcome.state] += 1
    return table
