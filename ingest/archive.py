"""The archive: WARC 1.1 files that only grow, and an index of them that can be made again.

Fetching and importing write here; everything else reads. Any web-archive tool replays the files.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self
from urllib.parse import urljoin

from filelock import FileLock
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from config.errors import ArchiveError
from ingest.url import archive_key

_ROLL_BYTES = 1_000_000_000
_MOST_REDIRECTS = 10
LARGEST_BODY = 200_000_000
_MEMBER = b"\x1f\x8b\x08"
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
class Snapshot:
    """One response as received, its body decoded of transfer and content encodings.

    ``fetched`` is ISO 8601 in UTC; ``digest`` is WARC's payload digest ("sha1:BASE32"); the status of
    a ``resource`` record is 200.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    fetched: str
    digest: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    record: Literal["response", "resource"] = "response"


@dataclass(frozen=True, slots=True)
class Held:
    """What the index knows of the newest record of one very address.

    ``location`` is where it redirects, absolute, or ""; ``checked`` is when it was last received or
    found unchanged (ISO 8601, UTC).
    """

    url: str
    status: int
    location: str
    checked: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last fetch of an address failed, whether asking again soon is of use, and when it was."""

    reason: str
    permanent: bool
    at: str


def now() -> str:
    """Return the time as the archive writes it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def payload_digest(body: bytes) -> str:
    """Return WARC's digest of a payload: SHA-1 in base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


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
            raise ArchiveError(f"the archive {folder} cannot be opened: {error}") from error
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
        """Append a snapshot; False when the newest of that very address says the same."""
        digest = payload_digest(snapshot.body)
        with self._lock:
            row = self._database.execute(
                "SELECT digest, status, location FROM records WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1",
                (snapshot.url,),
            ).fetchone()
            if row is not None and row == (digest, snapshot.status, _location(snapshot)):
                return False
            file = self._file_to_write()
            with file.open("ab") as stream:
                offset = stream.tell()
                _write(stream, snapshot, digest)
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
                _write_revisit(stream, url, at, held)
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
                snapshot.fetched, digest, _location(snapshot),
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
            for (begins, ends), snapshot in _whole_records(stream, start):
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


def _whole_records(stream: BinaryIO, start: int) -> Iterator[tuple[tuple[int, int], Snapshot | Held | None]]:
    """Yield ((start, end), snapshot or revisit) of the records that are whole: each is one gzip member."""
    position = start
    stream.seek(position)
    while True:
        member, length = _gzip_member(stream, position)
        if member is None:
            following = _next_member(stream, position + 1)
            if following is None:
                return
            position = following
            continue
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(member))), None)
            snapshot: Snapshot | Held | None = snapshot_of(record) if record is not None else None
            if record is not None and record.rec_type == "revisit":
                snapshot = Held(_target(record), 304, "", _date(record))
        except (ArchiveLoadFailed, ArchiveError, EOFError):
            snapshot = None
        yield (position, position + length), snapshot
        position += length


def _next_member(stream: BinaryIO, position: int) -> int | None:
    """Return where the next whole record begins after bytes that are none, or None."""
    stream.seek(position)
    rest = stream.read()
    at = rest.find(_MEMBER)
    while at >= 0:
        member, _ = _gzip_member(stream, position + at)
        if member is not None and member.startswith(b"WARC/"):
            return position + at
        at = rest.find(_MEMBER, at + 1)
    return None


def _gzip_member(stream: BinaryIO, position: int) -> tuple[bytes | None, int]:
    stream.seek(position)
    decoder = zlib.decompressobj(31)
    parts, read = [], 0
    while not decoder.eof:
        data = stream.read(1 << 16)
        if not data:
            return None, 0
        read += len(data)
        try:
            parts.append(decoder.decompress(data))
        except zlib.error:
            return None, 0
    return b"".join(parts), read - len(decoder.unused_data)


def _write(stream: BinaryIO, snapshot: Snapshot, digest: str) -> None:
    # The body is stored decoded, so the headers that say otherwise must go.
    dropped = {"content-encoding", "transfer-encoding", "content-length"}
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    headers = {"WARC-Date": snapshot.fetched, "WARC-Payload-Digest": digest}
    http = None
    if snapshot.record == "response":
        kept = [(name, value) for name, value in snapshot.headers if name.lower() not in dropped]
        if not any(name.lower() == "content-type" for name, _ in kept):
            kept.append(("Content-Type", snapshot.content_type))
        kept.append(("Content-Length", str(len(snapshot.body))))
        http = StatusAndHeaders(str(snapshot.status), kept, protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            snapshot.url,
            snapshot.record,
            payload=io.BytesIO(snapshot.body),
            http_headers=http,
            warc_headers_dict=headers,
            warc_content_type=snapshot.content_type if snapshot.record == "resource" else "",
        )
    )


def _write_revisit(stream: BinaryIO, url: str, at: str, held: tuple[str, int, str, str]) -> None:
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    record = writer.create_revisit_record(url, held[3], url, held[2])
    record.rec_headers.replace_header("WARC-Date", at)
    writer.write_record(record)


def _location(snapshot: Snapshot) -> str:
    return next((value for name, value in snapshot.headers if name.lower() == "location"), "")


def _target(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _date(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Date") or "")[:19].rstrip("Z") + "Z"


def snapshot_of(record: Any) -> Snapshot | None:
    """Return the snapshot of a warcio record, or None for records of other types.

    Raises ArchiveError when its body is larger than LARGEST_BODY or does not decode.
    """
    if record.rec_type not in ("response", "resource"):
        return None
    url, fetched = _target(record), _date(record)
    try:
        body = _bounded(record.content_stream())
    except (zlib.error, OSError, EOFError, ArchiveLoadFailed) as error:
        raise ArchiveError(f"{url}: its body does not decode ({error})") from error
    if record.rec_type == "resource" or record.http_headers is None:
        kind = str(record.rec_headers.get_header("Content-Type") or "application/octet-stream")
        return Snapshot(url, 200, kind, body, fetched, payload_digest(body), record="resource")
    status = 0
    with suppress(ValueError):
        status = int(record.http_headers.get_statuscode())
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    kind = str(record.http_headers.get_header("Content-Type") or "")
    return Snapshot(url, status, kind, _decoded(body, headers), fetched, payload_digest(body), headers)


def _bounded(stream: BinaryIO) -> bytes:
    body = stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise ArchiveError(f"a record is larger than {LARGEST_BODY // 1_000_000} MB")
    return body


def _decoded(body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    # warcio undoes gzip, deflate and brotli; a server's second layer of gzip is left.
    encoding = next((value.lower() for name, value in headers if name.lower() == "content-encoding"), "")
    if encoding == "gzip" and body[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            return gzip.GzipFile(fileobj=io.BytesIO(body)).read(LARGEST_BODY)
    return body
