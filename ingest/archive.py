"""The archive: WARC 1.1 files that only grow, and an index of them that can be made again.

Fetching and importing write here; everything else reads. Any web-archive tool replays the files.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from filelock import FileLock
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from config.errors import ArchiveError
from ingest.url import archive_key
from ingest.warc import (
    Held,
    Snapshot,
    location,
    now,
    payload_digest,
    snapshot_of,
    whole_records,
    write_revisit,
    write_snapshot,
)

__all__ = ["Archive", "Failure", "Held", "Snapshot", "now", "payload_digest", "snapshot_of"]

_ROLL_BYTES = 1_000_000_000
_MOST_REDIRECTS = 10
# Raised when what makes a key of the index changes: it is then made again from the WARC files.
_INDEX_VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
  id INTEGER PRIMARY KEY, key TEXT, url TEXT, file TEXT, offset INTEGER, status INTEGER, content_type TEXT,
  fetched TEXT, digest TEXT, location TEXT
);
CREATE INDEX IF NOT EXISTS records_by_key ON records (key, fetched);
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, indexed INTEGER);
CREATE TABLE IF NOT EXISTS failures (key TEXT PRIMARY KEY, reason TEXT, permanent INTEGER, at TEXT);
CREATE TABLE IF NOT EXISTS revisits (url TEXT PRIMARY KEY, at TEXT);
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last fetch of an address failed, whether asking again soon is of use, and when it was."""

    reason: str
    permanent: bool
    at: str


class Archive:
    """The archive in one folder. Use as a context manager; ``notes`` say what opening it mended."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        """Use Archive.open instead."""
        self._folder = folder
        self._database = database
        self._lock = FileLock(folder / "archive.lock")
        self.notes: list[str] = []

    @classmethod
    def open(cls, folder: Path) -> Archive:
        """Open or create the archive; index what the index lacks, drop a half-written last record.

        Raises ArchiveError when the folder cannot be used.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "archive.lock"):
                archive = cls(folder, _open_index(folder / "index.sqlite"))
                archive._catch_up()
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(
                f"the archive {folder} cannot be opened: {error}; make room there, let this user write there, or "
                "name another folder with --home"
            ) from error
        return archive

    def __enter__(self) -> Self:
        """Return the archive."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the archive."""
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._database.close()

    def get(self, url: str) -> Snapshot | None:
        """Return the newest snapshot of an address, stored redirects followed, or None.

        An address that was received exactly as asked for wins over one that differs in form.
        Raises ArchiveError when the record's bytes are not what was written.
        """
        for _ in range(_MOST_REDIRECTS):
            row = self._newest(url)
            if row is None:
                return None
            file, offset, status, location, found = row
            if 300 <= status < 400 and location:
                url = urljoin(found, location)
                continue
            return self._read(file, offset)
        return None

    def put(self, snapshot: Snapshot) -> bool:
        """Append a snapshot; False when the newest of that very address says the same, or this is one of its older."""
        digest = payload_digest(snapshot.body)
        with self._lock:
            row = self._database.execute(
                "SELECT digest, status, location FROM records WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1",
                (snapshot.url,),
            ).fetchone()
            if row is not None and row == (digest, snapshot.status, location(snapshot)):
                return False
            again = "SELECT 1 FROM records WHERE url = ? AND fetched = ? AND digest = ? AND status = ? AND location = ?"
            values = (snapshot.url, snapshot.fetched, digest, snapshot.status, location(snapshot))
            if self._database.execute(again, values).fetchone():
                return False
            file = self._file_to_write()
            with file.open("ab") as stream:
                offset = stream.tell()
                write_snapshot(stream, snapshot, digest)
                stream.flush()
                end = stream.tell()
            with self._database:
                self._index(file.name, offset, snapshot, digest)
                self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file.name, end))
                self._database.execute("DELETE FROM failures WHERE key = ?", (archive_key(snapshot.url),))
        return True

    def revisit(self, url: str, at: str) -> None:
        """Append that an address was asked for again and its newest record still holds (WARC 1.1, 6.7.3)."""
        held = self._newest_of(url)
        if held is None:
            return
        with self._lock:
            file = self._file_to_write()
            with file.open("ab") as stream:
                write_revisit(stream, url, at, held[3], held[2])
                stream.flush()
                end = stream.tell()
            with self._database:
                self._database.execute("INSERT OR REPLACE INTO revisits VALUES (?, ?)", (url, at))
                self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file.name, end))
                self._database.execute("DELETE FROM failures WHERE key = ?", (archive_key(url),))

    def held(self, url: str) -> Held | None:
        """Return what is known of the newest record of this very address, or None."""
        row = self._database.execute(
            "SELECT r.status, r.location, max(r.fetched, coalesce(v.at, '')) FROM records r "
            "LEFT JOIN revisits v ON v.url = r.url WHERE r.url = ? ORDER BY r.fetched DESC, r.id DESC LIMIT 1",
            (url,),
        ).fetchone()
        if row is None or row[0] is None:
            return None
        status, location, checked = row
        redirect = urljoin(url, location) if 300 <= status < 400 and location else ""
        return Held(url, status, redirect, checked)

    def exactly(self, url: str) -> Snapshot | None:
        """Return the newest snapshot of this very address, no redirect followed."""
        row = self._newest_of(url)
        return None if row is None else self._read(row[0], row[1])

    def older(self, url: str) -> Iterator[Snapshot]:
        """Yield every successful snapshot of an address but the newest, the newest of them first."""
        rows = self._database.execute(
            "SELECT file, offset FROM records WHERE key = ? AND status BETWEEN 200 AND 299 "
            "ORDER BY fetched DESC, id DESC",
            (archive_key(url),),
        ).fetchall()
        newest = self.get(url)
        for file, offset in rows:
            snapshot = self._read(file, offset)
            if newest is None or snapshot.digest != newest.digest:
                yield snapshot

    def _newest_of(self, url: str) -> tuple[str, int, str, str] | None:
        row: tuple[str, int, str, str] | None = self._database.execute(
            "SELECT file, offset, fetched, digest FROM records WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1",
            (url,),
        ).fetchone()
        return row

    def as_held(self, url: str) -> str:
        """Return an address in the form in which its page was received; as it is where none was."""
        row = self._newest(url)
        return row[4] if row is not None and 200 <= row[2] < 300 else url

    def pages(self) -> Iterator[str]:
        """Yield every address whose newest record is a page or a PDF that was there."""
        rows = self._database.execute(
            "SELECT url, status, content_type, max(fetched || printf('%012d', id)) FROM records "
            "GROUP BY url ORDER BY min(id)"
        ).fetchall()
        for url, status, kind, _ in rows:
            if 200 <= status < 300 and any(name in kind.lower() for name in ("html", "pdf")):
                yield url

    def record_failure(self, url: str, reason: str, permanent: bool) -> None:
        """Keep why the last fetch of an address failed."""
        with self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                (archive_key(url), reason, permanent, now()),
            )

    def failure(self, url: str) -> str | None:
        """Return why the last fetch of an address failed, if it did and nothing came since."""
        failed = self.failed(url)
        return None if failed is None else failed.reason

    def failed(self, url: str) -> Failure | None:
        """Return all that is known of that failure."""
        row = self._database.execute(
            "SELECT reason, permanent, at FROM failures WHERE key = ?", (archive_key(url),)
        ).fetchone()
        return None if row is None else Failure(str(row[0]), bool(row[1]), str(row[2]))

    def _newest(self, url: str) -> tuple[str, int, int, str, str] | None:
        row: tuple[str, int, int, str, str] | None = self._database.execute(
            "SELECT file, offset, status, location, url FROM records WHERE key = ? "
            "ORDER BY url = ? DESC, status BETWEEN 200 AND 399 DESC, fetched DESC, id DESC LIMIT 1",
            (archive_key(url), url),
        ).fetchone()
        return row

    def _read(self, file: str, offset: int) -> Snapshot:
        try:
            with (self._folder / file).open("rb") as stream:
                stream.seek(offset)
                record = next(iter(ArchiveIterator(stream)))
                snapshot = snapshot_of(record)
        except (OSError, ArchiveLoadFailed, StopIteration, zlib.error, EOFError) as error:
            raise ArchiveError(f"{self._folder / file} at {offset}: {error}; the record cannot be read") from error
        if snapshot is None:
            raise ArchiveError(f"{self._folder / file} at {offset}: not the record that the index says")
        return snapshot

    def _file_to_write(self) -> Path:
        """Return the file to append to, after its last whole record: another process may have died in writing."""
        self._catch_up()
        files = sorted(self._folder.glob("concordance-*.warc.gz"))
        if files and files[-1].stat().st_size < _ROLL_BYTES:
            return files[-1]
        return self._folder / f"concordance-{len(files) + 1:05d}.warc.gz"

    def _index(self, file: str, offset: int, snapshot: Snapshot, digest: str) -> None:
        self._database.execute(
            "INSERT INTO records VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                archive_key(snapshot.url), snapshot.url, file, offset, snapshot.status, snapshot.content_type,
                snapshot.fetched, digest, location(snapshot),
            ),
        )  # fmt: skip

    def _catch_up(self) -> None:
        """Index records that were appended but not indexed; cut a half-written one off."""
        known = dict(self._database.execute("SELECT name, indexed FROM files"))
        files = {file.name: file for file in sorted(self._folder.glob("concordance-*.warc.gz"))}
        for name in known.keys() - files.keys():
            # A file that somebody took away takes its records along.
            self._forget(name)
        for file in files.values():
            size = file.stat().st_size
            start = known.get(file.name, 0)
            if start > size:
                self._forget(file.name)
                start = 0
            if start < size:
                self._index_from(file, start)

    def _forget(self, file: str) -> None:
        with self._database:
            self._database.execute("DELETE FROM records WHERE file = ?", (file,))
            self._database.execute("DELETE FROM files WHERE name = ?", (file,))

    def _index_from(self, file: Path, start: int) -> None:
        whole = start
        with file.open("rb") as stream, self._database:
            for (begins, ends), snapshot in whole_records(stream, start):
                if begins > whole:
                    self.notes.append(f"{file.name}: {begins - whole} bytes from {whole} on are damaged; skipped")
                whole = ends
                if isinstance(snapshot, Held):
                    self._database.execute(
                        "INSERT OR REPLACE INTO revisits VALUES (?, ?)", (snapshot.url, snapshot.checked)
                    )
                elif snapshot is not None:
                    self._index(file.name, begins, snapshot, payload_digest(snapshot.body))
                    self._database.execute("DELETE FROM failures WHERE key = ?", (archive_key(snapshot.url),))
            self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file.name, whole))
        if whole < file.stat().st_size:
            with file.open("r+b") as stream:
                stream.truncate(whole)
            self.notes.append(f"{file.name}: its last record was half written and was dropped")


def _open_index(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        # What a crash of the machine takes from the index is read again from the WARC.
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(_SCHEMA)
        if database.execute("PRAGMA user_version").fetchone()[0] != _INDEX_VERSION:
            with database:
                database.execute("DELETE FROM records")
                database.execute("DELETE FROM files")
                database.execute(f"PRAGMA user_version = {_INDEX_VERSION}")
        database.execute("SELECT count(*) FROM records").fetchone()
    except sqlite3.OperationalError:
        # A full disk or another's lock is no damage: the index stays as it is.
        database.close()
        raise
    except sqlite3.DatabaseError:
        # The WARC holds everything; a damaged index is made again from it.
        database.close()
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        database = sqlite3.connect(path, timeout=30)
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(_SCHEMA)
        database.execute(f"PRAGMA user_version = {_INDEX_VERSION}")
    return database
