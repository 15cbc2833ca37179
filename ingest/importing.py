"""What a person has → the archive: web archives, saved pages, PDFs, notebooks, captions."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from config.errors import ArchiveError, ReadError
from ingest.archive import Archive
from ingest.captions import packed, parse_caption_json, parse_timed_text
from ingest.saved import KINDS, address_of, is_binary, page_of, video_of
from ingest.sources.html.parse import decode
from ingest.sources.notebook import parse_notebook
from ingest.warc import Snapshot, date, now, snapshot_of, target

_LARGEST_FILE = 100_000_000
# A WACZ stores its WARCs as they are, and those are compressed: what unpacks to much more is a bomb.
_MOST_UNPACKED = 20.0
_ALWAYS_UNPACKED = 100_000_000
_LISTS = frozenset((".md", ".markdown"))
_CAPTIONS = frozenset((".srt", ".vtt", ".json", ".json3"))

_READ = "WARC, WACZ, HTML, MHTML, PDF, notebook, Markdown or captions"


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
        try:
            files = _files(path)
        except OSError as error:
            yield Imported(path, None, False, f"cannot be read: {error.strerror or error}")
            continue
        if not files:
            yield Imported(path, None, False, "the folder is empty")
        for file in files:
            try:
                yield from _import_file(file, archive, url if len(files) == 1 and len(paths) == 1 else None)
            except OSError as error:
                yield Imported(file, None, False, f"cannot be read: {error.strerror or error}")
            except (ReadError, ArchiveError) as error:
                yield Imported(file, None, False, str(error))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
    return [file for file in found if not _belongs_to_page(file, path)]


def _belongs_to_page(file: Path, root: Path) -> bool:
    """Whether a file lies in the folder that browsers put beside a page saved whole."""
    for folder in file.relative_to(root).parents:
        name = folder.name.removesuffix("_files")
        if name != folder.name:
            beside = (root / folder).parent
            if any((beside / f"{name}{suffix}").is_file() for suffix in (".html", ".htm", ".xhtml")):
                return True
    return False


def _import_file(file: Path, archive: Archive, url: str | None) -> Iterator[Imported]:
    if file.exists() and not file.is_file():
        raise ReadError("not a file")
    if url is not None and not _is_web_address(url):
        raise ReadError(f"{url} is not a web address")
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
    suffix = file.suffix.lower()
    if suffix not in KINDS and suffix not in _CAPTIONS:
        raise ReadError(f"not a kind of file that is read: {_READ}")
    body = file.read_bytes()
    if suffix != ".pdf" and is_binary(body):
        raise ReadError(f"it is named {suffix} but is no text, and of no kind that can be read: {_READ}")
    if suffix in _CAPTIONS:
        yield _import_captions(file, body, archive, url)
        return
    kind, body, own = page_of(suffix, body)
    if suffix == ".pdf" and b"%PDF-" not in body[:1024]:
        raise ReadError("it is named PDF but is none")
    if suffix == ".ipynb":
        parse_notebook(body)
    address = url or own or address_of(file, body)
    if address is None:
        listed = "; a reading list is not imported but given to build --list" if suffix in _LISTS else ""
        raise ReadError(f"the file does not say its address; import it alone with --url ADDRESS{listed}")
    if not _is_web_address(address):
        raise ReadError(f"{address} is not a web address")
    yield _put(file, archive, Snapshot(address, 200, kind, body, now()))


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in address)
    except ValueError:
        return False


def _put(file: Path, archive: Archive, snapshot: Snapshot) -> Imported:
    return Imported(file, snapshot.url, True, "new" if archive.put(snapshot) else "unchanged")


def _import_warc(file: Path, stream: BinaryIO | IO[bytes], archive: Archive) -> Iterator[Imported]:
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
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
            reason = str(error).strip().split("\n")[0]
            yield Imported(file, None, False, f"the archive breaks off or is damaged here: {reason}")
            break
        if record.rec_type == "revisit":
            found = True
            yield _import_revisit(file, record, archive)
        elif snapshot is not None:
            found = True
            yield _import_record(file, record, snapshot, archive)
    if not found:
        yield Imported(file, None, False, "no web page in it")


def _import_record(file: Path, record: Any, snapshot: Snapshot, archive: Archive) -> Imported:
    if not _is_web_address(snapshot.url):
        return Imported(file, snapshot.url, False, "not a web address")
    cut = record.rec_headers.get_header("WARC-Truncated")
    if cut:
        return Imported(file, snapshot.url, False, f"recorded only in part (WARC-Truncated: {cut})")
    if not 200 <= snapshot.status < 400:
        return Imported(file, snapshot.url, False, f"an error page (status {snapshot.status})")
    if not snapshot.body and snapshot.status < 300:
        return Imported(file, snapshot.url, False, "the record is empty")
    return _put(file, archive, snapshot)


def _import_revisit(file: Path, record: Any, archive: Archive) -> Imported:
    """Take what a revisit refers to: the same body, received before under this address or another (WARC 1.1, 6.7)."""
    url = target(record)
    first = str(record.rec_headers.get_header("WARC-Refers-To-Target-URI") or url).strip("<>")
    held = archive.exactly(first) if _is_web_address(url) else None
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if held is None or (digest and held.digest != digest and first != url):
        return Imported(file, url, False, "a revisit record of a page that is not in the archive")
    if first == url:
        return Imported(file, url, True, "unchanged")
    return _put(file, archive, replace(held, url=url, fetched=date(record)))


def _import_wacz(file: Path, archive: Archive) -> Iterator[Imported]:
    try:
        with zipfile.ZipFile(file) as bundle:
            inner = [i for i in bundle.infolist() if i.filename.lower().endswith((".warc", ".warc.gz"))]
            if not inner:
                raise ReadError("no WARC in it")
            unpacked = sum(info.file_size for info in inner)
            if unpacked > max(_ALWAYS_UNPACKED, _MOST_UNPACKED * file.stat().st_size):
                raise ReadError(f"what it unpacks to is too large ({unpacked // 1_000_000} MB)")
            for info in inner:
                # zipfile gives no more than the size that an entry claims, and checks its sum.
                with bundle.open(info) as stream:
                    yield from _import_warc(file, stream, archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise ReadError(f"not a readable WACZ: {error}") from error


def _import_captions(file: Path, body: bytes, archive: Archive, url: str | None) -> Imported:
    written = file.suffix.lower() in (".srt", ".vtt")
    cues = parse_timed_text(decode(body, "text/plain")) if written else parse_caption_json(body)
    address = url or video_of(file)
    if address is None:
        raise ReadError("the file does not say which video it belongs to; import it alone with --url ADDRESS")
    return _put(file, archive, Snapshot(address, 200, "application/json", packed(cues), now(), record="resource"))
