"""The demo that ships in config/demo: a list and its pages, as an archive of their own."""

from __future__ import annotations

import json
from pathlib import Path

import config
from ingest.archive import Archive, Snapshot

_FOLDER = Path(config.__file__).parent / "demo"
# Fixed, so that importing the demo twice changes nothing.
_RECEIVED = "2026-11-23T00:00:00Z"


def demo_list() -> Path:
    """Return the demo's reading list."""
    return _FOLDER / "reading_list.md"


def import_demo(archive_folder: Path) -> None:
    """Put the demo's pages into an archive; what is there already stays."""
    pages = json.loads((_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    with Archive.open(archive_folder) as archive:
        for page in pages:
            body = (_FOLDER / "pages" / page["file"]).read_bytes()
            archive.put(Snapshot(page["url"], 200, page["content_type"], body, _RECEIVED, record=page["record"]))
