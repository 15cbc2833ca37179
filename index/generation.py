"""Index generations: written beside the one that serves, checked, switched to by one atomic step.

generations/
  current                  the name of the generation that serves
  20260101T120000-1a2b3c/
    manifest.json          format, time, model, counts, size and SHA-256 of every file
    store.sqlite           resources, documents, chunks
    dense.faiss            vectors of the chunks (index/dense.py)
    sentences.npy          vectors of their sentences (index/sentence_vectors.py)
    chunks.npy             whose each chunk is (index/chunk_facts.py)
    lexical*/              BM25 of chunks, resources and titles (index/lexical.py)
    words.json             words as written, abbreviations (index/vocabulary.py)
  checked.json             files that were found whole, by size and time, so as not to hash them each time
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from config.command import command
from config.errors import DamagedIndexError, NoIndexError

FORMAT = 6
MANIFEST = "manifest.json"
STORE = "store.sqlite"
_POINTER = "current"
_CHECKED = "checked.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself. ``files`` maps a relative path to (bytes, SHA-256)."""

    name: str
    format: int
    built: str
    model: str
    fingerprint: str
    dimension: int
    resources: int
    documents: int
    chunks: int
    reading_list: str
    demo: bool
    files: dict[str, tuple[int, str]]


def new_folder(generations: Path) -> Path:
    """Return a new, empty folder to write a generation in; its name sorts by time."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(3)}"
    folder = generations / f"{name}.writing"
    folder.mkdir(parents=True)
    return folder


def publish(folder: Path, facts: dict[str, Any]) -> Path:
    """Write the manifest of a complete folder, check it, and make it the one that serves.

    ``facts`` are Manifest's fields but name, format, built and files. Raises DamagedIndexError when
    what was written does not check; then nothing is switched.
    """
    generations = folder.parent
    name = folder.name.removesuffix(".writing")
    files = {path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path)) for path in _files(folder)}
    manifest = {
        "name": name,
        "format": FORMAT,
        "built": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        **facts,
        "files": files,
    }
    _write_synced(folder / MANIFEST, json.dumps(manifest, indent=1))
    target = generations / name
    folder.rename(target)
    check(target)
    _write_synced(generations / f"{_POINTER}.new", name)
    (generations / f"{_POINTER}.new").replace(generations / _POINTER)
    return target


def check(folder: Path) -> Manifest:
    """Return the manifest of a generation whose files are all there and whole.

    A file that was found whole before and has the same size and time since is not hashed again.
    Raises DamagedIndexError, saying which file.
    """
    try:
        raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise DamagedIndexError(
                f"generation {folder.name} has format {raw['format']}, and this version of Concordance reads {FORMAT}"
            )
        manifest = Manifest(**{**raw, "files": {name: (int(n), str(h)) for name, (n, h) in raw["files"].items()}})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedIndexError(f"generation {folder.name}: its manifest cannot be read ({error})") from error
    checked = _read_checked(folder.parent)
    found: dict[str, list[Any]] = {}
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        try:
            stat = path.stat()
            stamp = [stat.st_size, stat.st_mtime_ns, digest]
            whole = stat.st_size == size and (checked.get(f"{folder.name}/{name}") == stamp or _sha256(path) == digest)
        except OSError as error:
            raise DamagedIndexError(f"generation {folder.name}: {name} is missing ({error.strerror})") from error
        if not whole:
            raise DamagedIndexError(f"generation {folder.name}: {name} is not what was written (checksum differs)")
        found[f"{folder.name}/{name}"] = stamp
    if any(checked.get(name) != stamp for name, stamp in found.items()):
        _write_checked(folder.parent, checked | found)
    return manifest


def serving(generations: Path) -> tuple[Path, Manifest, list[str]]:
    """Return the folder and manifest of the generation that serves, and what to tell about it.

    A damaged one is passed over, with a word, for the newest one before it that is whole. Raises
    NoIndexError when there never was one, DamagedIndexError when none is whole.
    """
    names = sorted((path.name for path in _complete(generations)), reverse=True)
    try:
        current = (generations / _POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        current = ""
    if not names and not current:
        raise NoIndexError(f"there is no index yet; run '{command('build')}'")
    ordered = ([current] if current else []) + [name for name in names if not current or name < current]
    words: list[str] = []
    for name in ordered:
        try:
            manifest = check(generations / name)
        except DamagedIndexError as error:
            words.append(f"{error}; it is not used. Run '{command('build')}' to make a new one.")
            continue
        if words:
            words.append(f"The one before it, of {manifest.built}, serves instead.")
        return generations / name, manifest, words
    raise DamagedIndexError(" ".join(words) or f"no generation is whole; run '{command('build')}'")


def prune(generations: Path, keep: int) -> None:
    """Remove all but the newest ``keep`` generations, and what unfinished builds left."""
    complete = sorted(_complete(generations), key=lambda path: path.name)
    for path in complete[:-keep]:
        shutil.rmtree(path, ignore_errors=True)
    for path in generations.glob("*.writing"):
        shutil.rmtree(path, ignore_errors=True)


def open_store(folder: Path) -> sqlite3.Connection:
    """Open a generation's SQLite file for reading alone, from any thread."""
    # immutable=1: no lock files beside it, so that it can be shared on a read-only disk.
    uri = f"{(folder / STORE).resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _complete(generations: Path) -> Iterator[Path]:
    if generations.is_dir():
        yield from (path for path in generations.iterdir() if path.is_dir() and path.suffix != ".writing")


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _read_checked(generations: Path) -> dict[str, Any]:
    try:
        stored = json.loads((generations / _CHECKED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _write_checked(generations: Path, stamps: dict[str, Any]) -> None:
    alive = {name: stamp for name, stamp in stamps.items() if (generations / name).exists()}
    temporary = generations / f"{_CHECKED}.{token_hex(3)}"
    try:
        temporary.write_text(json.dumps(alive), encoding="utf-8")
        temporary.replace(generations / _CHECKED)
    except OSError:
        # On a read-only disk every opening hashes; the answer is the same.
        temporary.unlink(missing_ok=True)
