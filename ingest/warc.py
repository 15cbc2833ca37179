"""WARC 1.1 records ↔ snapshots: what is written and read, whole and within bounds, whoever wrote it."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from config.errors import ArchiveError, FetchError
from ingest.compression import decoded

LARGEST_BODY = 200_000_000
_MEMBER = b"\x1f\x8b\x08"
_WINDOW = 1 << 20


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


def now() -> str:
    """Return the time as the archive writes it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def payload_digest(body: bytes) -> str:
    """Return WARC's digest of a payload: SHA-1 in base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def location(snapshot: Snapshot) -> str:
    """Return where a response redirects, as it says it, or ""."""
    return next((value for name, value in snapshot.headers if name.lower() == "location"), "")


def write_snapshot(stream: BinaryIO, snapshot: Snapshot, digest: str) -> None:
    """Append a snapshot as a record of its own gzip member."""
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


def write_revisit(stream: BinaryIO, url: str, at: str, digest: str, first: str) -> None:
    """Append that an address still says what it said at ``first`` (WARC 1.1, 6.7.3)."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    record = writer.create_revisit_record(url, digest, url, first)
    record.rec_headers.replace_header("WARC-Date", at)
    writer.write_record(record)


def target(record: Any) -> str:
    """Return the address of a warcio record."""
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def date(record: Any) -> str:
    """Return when a warcio record was made, to the second."""
    return str(record.rec_headers.get_header("WARC-Date") or "")[:19].rstrip("Z") + "Z"


def snapshot_of(record: Any) -> Snapshot | None:
    """Return the snapshot of a warcio record, or None for records of other types.

    Raises ArchiveError when its body is larger than LARGEST_BODY, does not decode, or breaks off.
    """
    if record.rec_type not in ("response", "resource"):
        return None
    url = target(record)
    try:
        body = _body(record)
    except (zlib.error, OSError, EOFError, ValueError, ArchiveLoadFailed, FetchError) as error:
        raise ArchiveError(f"{url}: its body cannot be read ({error})") from error
    if record.rec_type == "resource" or record.http_headers is None:
        kind = str(record.rec_headers.get_header("Content-Type") or "application/octet-stream")
        return Snapshot(url, 200, kind, body, date(record), payload_digest(body), record="resource")
    status = 0
    with suppress(ValueError):
        status = int(record.http_headers.get_statuscode())
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    kind = str(record.http_headers.get_header("Content-Type") or "")
    return Snapshot(url, status, kind, body, date(record), payload_digest(body), headers)


def _body(record: Any) -> bytes:
    headers = record.http_headers
    chunked = headers is not None and (headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    raw = _bounded(iter(lambda: stream.read(_WINDOW), b""))
    # What the record claims to hold and the file does not was never written, or was cut off.
    while record.raw_stream.read(_WINDOW):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise ArchiveError(f"{target(record)}: the record breaks off")
    encoding = (headers.get_header("Content-Encoding") or "").strip().lower() if headers is not None else ""
    if not encoding or encoding == "identity":
        return raw
    try:
        body = _bounded(decoded(iter((raw,)), encoding, LARGEST_BODY))
    except FetchError:
        # Many tools store the body decoded and leave the header.
        if b"\x00" in raw[:1000] or raw.startswith(b"\x1f\x8b"):
            raise
        return raw
    # A server's second layer of gzip is its own mistake, and common.
    return _bounded(decoded(iter((body,)), "gzip", LARGEST_BODY)) if body.startswith(_MEMBER) else body


def _bounded(pieces: Iterator[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_BODY:
            raise ArchiveError(f"a record is larger than {LARGEST_BODY // 1_000_000} MB")
        parts.append(piece)
    return b"".join(parts)


def whole_records(stream: BinaryIO, start: int) -> Iterator[tuple[tuple[int, int], Snapshot | Held | None]]:
    """Yield ((start, end), snapshot or revisit) of the records that are whole: each is one gzip member."""
    position = start
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
                snapshot = Held(target(record), 304, "", date(record))
        except (ArchiveLoadFailed, ArchiveError, EOFError):
            snapshot = None
        yield (position, position + length), snapshot
        position += length


def _next_member(stream: BinaryIO, position: int) -> int | None:
    """Return where the next whole record begins after bytes that are none, or None."""
    while True:
        stream.seek(position)
        window = stream.read(_WINDOW)
        if len(window) < len(_MEMBER):
            return None
        at = window.find(_MEMBER)
        while at >= 0:
            member, _ = _gzip_member(stream, position + at)
            if member is not None and member.startswith(b"WARC/"):
                return position + at
            at = window.find(_MEMBER, at + 1)
        position += len(window) - len(_MEMBER) + 1


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
