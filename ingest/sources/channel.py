"""Channels: title and note only; what they hold is not one thing to read."""

from __future__ import annotations

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return nothing: a channel is not read."""
    return ()


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Raise ReadError: a channel is not read."""
    raise ReadError("a channel is listed by its title and note")
