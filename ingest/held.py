"""What the archive has of addresses: whether it is recent enough, where it leads, how to ask for a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.archive import Archive, Snapshot
from ingest.robots import FRESH_DAYS, site_of

# What was gone a week ago may be back.
_DEAD_DAYS = 7.0
_MOST_HOPS = 10
# A response of a server says when it was sent; a file that a person gave does not.
_FROM_A_SERVER = frozenset(("date", "etag", "last-modified"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive has of an address: whether that is recent, where it leads, how to ask for a change.

    ``dead`` is why a recent fetch said that there is nothing.
    """

    fresh: bool
    location: str = ""
    validators: tuple[tuple[str, str], ...] = ()
    dead: str = ""


def days_ago(days: float) -> str:
    """Return a time so many days ago as the archive writes it, "" for one before all others."""
    try:
        return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    except OverflowError:
        return ""


def is_from_server(snapshot: Snapshot) -> bool:
    """Whether a snapshot came from a server; what a person imported by hand is never replaced by a fetch."""
    return snapshot.record == "response" and any(name.lower() in _FROM_A_SERVER for name, _ in snapshot.headers)


def is_dead(url: str, archive: Archive, since: str = "") -> str:
    """Return why an address was found to lead nowhere, at ``since`` or later and within a week, or ""."""
    failed = archive.failed(url)
    recent = failed is not None and failed.permanent and failed.at >= max(since, days_ago(_DEAD_DAYS))
    return failed.reason if failed is not None and recent else ""


def known(addresses: Iterable[str], archive: Archive, since: str) -> dict[str, Known]:
    """Return what is known of addresses and of where they redirect; fresh is what was checked at ``since`` or later."""
    found: dict[str, Known] = {}
    for address in addresses:
        url = address
        for _ in range(_MOST_HOPS):
            held = None if url in found else _known_of(url, archive, since)
            if held is None:
                break
            found[url] = held
            if not held.location:
                break
            url = held.location
    return found


def _known_of(url: str, archive: Archive, since: str) -> Known | None:
    if reason := is_dead(url, archive, since):
        return Known(fresh=True, dead=reason)
    held = archive.held(url)
    if held is None:
        return None
    if held.checked >= since:
        return Known(fresh=True, location=held.location)
    if held.location:
        return Known(fresh=False, location=held.location)
    snapshot = archive.exactly(url)
    if snapshot is None or not is_from_server(snapshot):
        return Known(fresh=True)
    return Known(fresh=False, validators=_validators(snapshot))


def _validators(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return the headers that ask for a page only if it changed (RFC 9110, 13.1)."""
    named = {name.lower(): value for name, value in snapshot.headers}
    pairs = (("If-None-Match", named.get("etag")), ("If-Modified-Since", named.get("last-modified")))
    return tuple((name, value) for name, value in pairs if value)


def known_robots(addresses: Iterable[str], archive: Archive) -> dict[str, tuple[int, bytes]]:
    """Return site → status and body of each robots.txt that was had within a day."""
    found: dict[str, tuple[int, bytes]] = {}
    since = days_ago(FRESH_DAYS)
    for site in dict.fromkeys(site_of(address) for address in addresses):
        url = f"{site}/robots.txt"
        held, failed = archive.held(url), archive.failed(url)
        if failed is not None and failed.permanent and failed.at >= since:
            found[site] = (404, b"")
        elif held is not None and held.checked >= since and (snapshot := archive.get(url)):
            found[site] = (snapshot.status, snapshot.body)
    return found
