"""Documents kept by the bytes that they were read from, so that a rebuild reads only what changed."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from pathlib import Path

from ingest.document import Document
from ingest.serialise import document_from_bytes, document_to_bytes


def reader_fingerprint() -> str:
    """Return a digest of the code that reads: when it changes, everything is read again."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted([*root.joinpath("sources").rglob("*.py"), root / "document.py", root / "captions.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class DocumentCache:
    """Read documents, and the reasons of those that could not be read, in one SQLite file."""

    def __init__(self, file: Path) -> None:
        """Open or create the file; what an older reader made is dropped."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(file)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, reader TEXT, body BLOB, reason TEXT)"
        )
        self._reader = reader_fingerprint()
        with self._database:
            self._database.execute("DELETE FROM documents WHERE reader != ?", (self._reader,))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def get(self, resource: str, snapshot_url: str, digest: str) -> Document | str | None:
        """Return the document, or why there is none, or None when it was never tried."""
        row = self._database.execute(
            "SELECT body, reason FROM documents WHERE key = ?", (_key(resource, snapshot_url, digest),)
        ).fetchone()
        if row is None:
            return None
        if row[0] is None:
            return str(row[1])
        try:
            return document_from_bytes(row[0])
        except (ValueError, TypeError, KeyError, zlib.error):
            # A damaged entry is read anew; the archive has the bytes.
            return None

    def put(self, resource: str, snapshot_url: str, digest: str, result: Document | str) -> None:
        """Keep a document, or the reason why there is none."""
        body, reason = (None, result) if isinstance(result, str) else (document_to_bytes(result), "")
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
                (_key(resource, snapshot_url, digest), self._reader, body, reason),
            )


def _key(resource: str, snapshot_url: str, digest: str) -> str:
    return "\n".join((resource, snapshot_url, digest))
