"""An address as a person has it → the document that was read of it."""

from __future__ import annotations

from config.command import command
from config.errors import UsageError
from index.search import Searcher
from index.store import ResourceRow
from ingest.document import Document
from ingest.url import archive_key, canonical_url

_SAME = "same as "


def look_up(address: str, searcher: Searcher) -> Document:
    """Return the document of a resource. Raises UsageError, naming what is near, when there is none."""
    store = searcher.store
    row = row_of(address, searcher)
    if row is None:
        wanted = address.strip().strip("/").casefold()
        near = [known.url for known in store.resources if wanted in f"{known.url} {known.title}".casefold()][:3]
        hint = f"; did you mean {' or '.join(near)}?" if near else f"; '{command('status')}' lists what it has"
        raise UsageError(f"the list has no resource {address}{hint}")
    document = store.document(row.number)
    if document is None:
        raise UsageError(f"{row.url} was not read: {row.reason}")
    return document


def row_of(address: str, searcher: Searcher) -> ResourceRow | None:
    """Return the resource that a person means by an address, or the one that holds its text, if any."""
    row = _row(address.strip(), searcher)
    if row is not None and not row.read and row.reason.startswith(_SAME):
        # One text under two addresses is kept once.
        return searcher.store.resource(row.reason.removeprefix(_SAME)) or row
    return row


def _row(address: str, searcher: Searcher) -> ResourceRow | None:
    store = searcher.store
    if found := store.resource(address):
        return found
    full = address if "://" in address else f"https://{address}"
    try:
        canonical = canonical_url(full)
    except ValueError:
        return None
    key = archive_key(canonical)
    return store.resource(canonical) or next((row for row in store.resources if archive_key(row.url) == key), None)
