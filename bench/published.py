"""Texts of a published collection → an index of ours: the pipeline as it ships, from documents on."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from config.errors import ConcordanceError
from config.settings import Settings
from index.build import index_outcomes
from index.generation import serving
from index.search import Searcher
from ingest.document import Block, Document
from ingest.report import Outcome
from ingest.resource import Resource

Text = tuple[str, str, tuple[str, ...]]
"""Id, title (may be empty), paragraphs."""


def default_home(folder: Path) -> Path:
    """Return where the index of a collection is kept: vectors of 100,000 texts are not to be made twice."""
    name = f"{folder.resolve().name}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
    return Path(platformdirs.user_cache_dir("concordance", appauthor=False)) / "bench" / name


def searcher_of(texts: Sequence[Text], home: Path) -> Searcher:
    """Return the open index of the texts; one made before of the same texts is used again."""
    digest = hashlib.sha256(repr(texts).encode()).hexdigest()
    settings = Settings(home=home)
    try:
        if serving(settings.generations_folder)[1].reading_list == digest:
            return Searcher(settings)
    except ConcordanceError as error:
        print(f"indexing anew: {error}", file=sys.stderr)
    home.mkdir(parents=True, exist_ok=True)
    index_outcomes([_outcome(text) for text in texts], settings, _Told(), digest)
    return Searcher(settings)


class _Told:
    def start(self, stage: str, total: int) -> None:
        print(f"{stage} ({total})", file=sys.stderr)

    def advance(self, done: int, detail: str = "") -> None:
        """The stages are enough."""


def _outcome(text: Text) -> Outcome:
    name, title, paragraphs = text
    blocks = tuple(Block("paragraph", paragraph) for paragraph in paragraphs or (title,) if paragraph.strip())
    document = Document(name, name, title, blocks, reader="bench") if blocks else None
    return Outcome(Resource(name, "article", title), "read" if blocks else "failed", "", document)
