"""How each link of a list is: alive, moved, gone, closed, silent; from what the archive knows of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.archive import Archive
from ingest.report import GONE, HELPED_BY_HAND, PASSES, Health, HealthState, Outcome
from ingest.sources import article
from ingest.sources.registry import SOURCES
from ingest.url import archive_key, canonical_url

_COPY = re.compile(r"^the Wayback Machine's copy")


def health(outcomes: Sequence[Outcome], archive: Archive) -> tuple[Health, ...]:
    """Return the health of what the list itself names; children of blogs and books are left out."""
    return tuple(_health(outcome, archive) for outcome in outcomes if outcome.resource.entries)


def _health(outcome: Outcome, archive: Archive) -> Health:
    resource = outcome.resource
    addresses = SOURCES[resource.kind].addresses(resource)
    times = [held.checked for address in addresses if (held := archive.held(address)) is not None]
    times += [failed.at for address in addresses if (failed := archive.failed(address)) is not None]
    moved_to = _moved_to(outcome, archive)
    return Health(outcome, _state(outcome, moved_to), moved_to, max(times, default=""))


def _moved_to(outcome: Outcome, archive: Archive) -> str:
    for address in article.addresses(outcome.resource):
        held = archive.held(address)
        if held is not None and held.location and (snapshot := archive.get(address)) is not None:
            elsewhere = archive_key(canonical_url(snapshot.url)) != archive_key(outcome.resource.url)
            return snapshot.url if elsewhere and 200 <= snapshot.status < 300 else ""
    return ""


def _state(outcome: Outcome, moved_to: str) -> HealthState:
    reason = outcome.reason
    if outcome.state == "unlinked":
        return "unlinked"
    if outcome.state == "missing":
        return "not asked"
    if outcome.state == "read":
        return "gone" if _COPY.search(reason) else "moved" if moved_to else "alive"
    for sign, state in _SIGNS:
        if sign.search(reason):
            return state
    return "unread"


_SIGNS: tuple[tuple[re.Pattern[str], HealthState], ...] = (
    (GONE, "gone"),
    (HELPED_BY_HAND, "closed"),
    (PASSES, "silent"),
)
