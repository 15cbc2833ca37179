"""What was read, what was not, and why."""

from __future__ import annotations

import re
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
    the list gives no address, or a malformed one. ``reason`` is empty for "read", unless the text is another's
    ("same as ADDRESS", then ``document`` is None and stands there) or the Wayback Machine's copy.
    """

    resource: Resource
    state: State
    reason: str = ""
    document: Document | None = None


HealthState = Literal["alive", "moved", "gone", "closed", "silent", "unread", "not asked", "unlinked"]
HEALTHS: tuple[HealthState, ...] = ("alive", "moved", "gone", "closed", "silent", "unread", "not asked", "unlinked")


@dataclass(frozen=True, slots=True)
class Health:
    """One link: "alive"; "moved": it answers elsewhere, at ``moved_to``; "gone": dead, parked, not found;
    "closed": a login, a paywall, a bot wall, robots.txt; "silent": no answer now; "unread": an answer
    that could not be read whole; "not asked"; "unlinked".

    ``checked`` is when it was last asked (ISO 8601, UTC), "" for never.
    """

    outcome: Outcome
    state: HealthState
    moved_to: str
    checked: str


_BY_HAND = "open it in a browser, save the page, and import it"
# What failed may know better what to save, and has said so.
_TAUGHT = re.compile(r"\bimport (?:it|them)\b")
HELPED_BY_HAND = re.compile(
    r"^40[123]\b|robots\.txt|paywall|JavaScript|bot wall|cookie wall|login|not let programs|cannot be trusted"
)
PASSES = re.compile(
    r"^(?:408|429|5\d\d)\b|does not answer|did not come in time|cannot connect|broke off|not done within"
)
GONE = re.compile(r"^4(?:04|10)\b|does not resolve|not found|parked")


def with_advice(reason: str) -> str:
    """Return a reason with what a person can do about it, where there is something."""
    if _TAUGHT.search(reason):
        return reason
    if HELPED_BY_HAND.search(reason):
        return f"{reason}; {_BY_HAND}"
    if PASSES.search(reason):
        return f"{reason}; build again later"
    if GONE.search(reason):
        return f"{reason}; correct the link, or import a copy that you have"
    return reason


def counts(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """Return kind → state → number of resources."""
    table: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        table.setdefault(outcome.resource.kind, Counter())[outcome.state] += 1
    return table
