"""The Wayback Machine: what to ask it of a dead address, what it answers, and how its pages are cited."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from ingest.archive import Snapshot

# https://archive.org/help/wayback_api.php
AVAILABLE = "https://archive.org/wayback/available?url="
# "id_" after the time asks for the page as it was received, without the archive's own frame.
_RAW = re.compile(r"^https://web\.archive\.org/web/(\d{4,14})id_/(.+)$")
_PAGE = re.compile(r"^https?://web\.archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/(.+)$")


def question(url: str) -> str:
    """Return the address that tells whether an address is held."""
    return AVAILABLE + quote(url, safe="")


def held_at(answer: Snapshot) -> str | None:
    """Return the address of the page as it was received, by the answer to ``question``, or None."""
    try:
        closest = json.loads(answer.body)["archived_snapshots"]["closest"]
        match = _PAGE.match(str(closest["url"]))
        good = closest["available"] is True and str(closest["status"]) == "200"
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return f"https://web.archive.org/web/{match.group(1)}id_/{match.group(2)}" if match and good else None


def cited(url: str) -> str | None:
    """Return the address for a reader of a page as it was received, or None for one that is not of the archive."""
    match = _RAW.match(url)
    return f"https://web.archive.org/web/{match.group(1)}/{match.group(2)}" if match else None


def date_of(url: str) -> str | None:
    """Return when a page of the Wayback Machine was taken, as YYYY-MM-DD, or None for other addresses."""
    match = _PAGE.match(url)
    time = match.group(1) if match else ""
    return "-".join(part for part in (time[:4], time[4:6], time[6:8]) if part) or None
