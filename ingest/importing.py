"""What a person has → the archive: web archives, saved pages, PDFs, notebooks, captions."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from config.errors import ArchiveError, ReadError
from ingest.archive import Archive, Snapshot, now, snapshot_of
from ingest.captions import packed, parse_caption_json, parse_timed_text
from ingest.sources.html.parse import decode

_LARGEST_FILE = 100_000_000
_LARGEST_UNZIPPED = 20_000_000_000
_SAVED_FROM = re.compile(rb"saved from url=\(\d+\)(https?://[^\s]+)|\burl:\s*(https?://[^\s]+)", re.IGNORECASE)
# As yt-dlp names its files: "Title [dQw4w9WgXcQ].en.vtt".
_VIDEO_IN_NAME = re.compile(r"\[([\w-]{11})\]|^(?:youtube[-_])?([\w-]{11})(?:\.[a-z]{2}(?:-\w+)?)?$", re.IGNORECASE)
_ARXIV_NAME = re.compile(r"^(\d{4}\.\d{4,5})(v\d+)?$")
_TYPES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".pdf": "application/pdf",
    ".ipynb": "application/x-ipynb+json", ".md": "text/markdown; charset=utf-8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one record or file. ``reason``: "new", "unchanged", or why it was not taken."""

    path: Path
    url: str | None
    taken: bool
    reason: str


def import_paths(paths: Sequence[Path], archive: Archive, url: str | None = None) -> Iterator[Imported]:
    """Put files (folders: all below them) into the archive; yield what became of each.

    ``url`` is the address of a single file. Nothing is raised for a bad file: its reason says it.
    """
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        if not files:
            yield Imported(path, None, False, "the folder is empty")
        for file in files:
            try:
                yield from _import_file(file, archive, url if len(files) == 1 and len(paths) == 1 else None)
            except OSError as error:
                yield Imported(file, None, False, f"cannot be read: {error.strerror or error}")
            except (ReadError, ArchiveError) as error:
                yield Imported(file, None, False, str(error))


def _import_file(file: Path, archive: Archive, url: str | None) -> Iterator[Imported]:
    name = file.name.lower()
    if name.endswith((".warc", ".warc.gz")):
        with file.open("rb") as stream:
            yield from _import_warc(file, stream, archive)
        return
    if name.endswith((".wacz", ".zip")):
        yield from _import_wacz(file, archive)
        return
    size = file.stat().st_size
    if not size:
        raise ReadError("the file is empty")
    if size > _LARGEST_FILE:
        raise ReadError(f"the file is larger than {_LARGEST_FILE // 1_000_000} MB")
    body = file.read_bytes()
    if name.endswith((".srt", ".vtt", ".json")):
        yield _import_captions(file, body, archive, url)
        return
    kind = _TYPES.get(file.suffix.lower())
    if kind is None:
        raise ReadError("not a kind of file that is read: WARC, WACZ, HTML, PDF, notebook, Markdown or captions")
    address = url or _own_address(file, body)
    if kind == "application/pdf" and b"%PDF-" not in body[:1024]:
        raise ReadError("it is named PDF but is none")
    if kind == "application/x-ipynb+json":
        _check_notebook(body)
    if address is None:
        raise ReadError("the file does not say its address; import it alone with --url ADDRESS")
    if urlsplit(address).scheme not in ("http", "https"):
        raise ReadError(f"{address} is not a web address")
    yield _put(file, archive, Snapshot(address, 200, kind, body, now()))


def _put(file: Path, archive: Archive, snapshot: Snapshot) -> Imported:
    return Imported(file, snapshot.url, True, "new" if archive.put(snapshot) else "unchanged")


def _import_warc(file: Path, stream: BinaryIO, archive: Archive) -> Iterator[Imported]:
    found = False
    records = iter(ArchiveIterator(stream))
    while True:
        try:
            record = next(records, None)
            if record is None:
                break
            snapshot = snapshot_of(record)
        except ArchiveError as error:
            yield Imported(file, None, False, str(error))
            continue
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
            yield Imported(file, None, False, f"the archive breaks off or is damaged here: {error}")
            break
        if snapshot is None:
            if record.rec_type == "revisit":
                address = record.rec_headers.get_header("WARC-Target-URI")
                yield Imported(file, address, False, "a revisit record: it has no body of its own")
            continue
        found = True
        if urlsplit(snapshot.url).scheme not in ("http", "https"):
            yield Imported(file, snapshot.url, False, "not a web address")
        elif not (record.payload_length or snapshot.body or 300 <= snapshot.status < 400):
            yield Imported(file, snapshot.url, False, "the record is empty")
        else:
            yield _put(file, archive, snapshot)
    if not found:
        yield Imported(file, None, False, "no web page in it")


def _import_wacz(file: Path, archive: Archive) -> Iterator[Imported]:
    try:
        with zipfile.ZipFile(file) as bundle:
            inner = [i for i in bundle.infolist() if i.filename.lower().endswith((".warc", ".warc.gz"))]
            if not inner:
                raise ReadError("no WARC in it")
            if sum(info.file_size for info in inner) > _LARGEST_UNZIPPED:
                raise ReadError("what it unpacks to is too large")
            for info in inner:
                with bundle.open(info) as stream:
                    yield from _import_warc(file, io.BytesIO(stream.read(info.file_size)), archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ReadError(f"not a readable WACZ: {error}") from error


def _import_captions(file: Path, body: bytes, archive: Archive, url: str | None) -> Imported:
    cues = parse_caption_json(body) if file.suffix.lower() == ".json" else parse_timed_text(decode(body, "text/plain"))
    address = url
    if address is None and (match := _VIDEO_IN_NAME.search(file.stem)):
        address = f"https://www.youtube.com/watch?v={match.group(1) or match.group(2)}"
    if address is None:
        raise ReadError("the file does not say which video it belongs to; import it alone with --url ADDRESS")
    return _put(file, archive, Snapshot(address, 200, "application/json", packed(cues), now(), record="resource"))


def _check_notebook(body: bytes) -> None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"it is named a notebook but is not JSON: {error}") from error
    if not isinstance(value, dict) or "nbformat" not in value:
        raise ReadError("it is named a notebook but has no nbformat")


def _own_address(file: Path, body: bytes) -> str | None:
    """Return the address that a file names for itself: as browsers and SingleFile write it, or declared."""
    if file.suffix.lower() == ".pdf":
        match = _ARXIV_NAME.match(file.stem)
        return f"https://arxiv.org/pdf/{match.group(1)}" if match else None
    if file.suffix.lower() not in (".html", ".htm", ".xhtml"):
        return None
    saved = _SAVED_FROM.search(body[:20_000])
    if saved:
        return (saved.group(1) or saved.group(2)).decode("ascii", errors="ignore")
    try:
        tree = lxml_html.document_fromstring(body[:2_000_000])
    except (etree.LxmlError, ValueError):
        return None
    for path in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        values = tree.xpath(path)
        for value in values if isinstance(values, list) else ():
            if urlsplit(str(value)).scheme in ("http", "https"):
                return str(value)
    return None
