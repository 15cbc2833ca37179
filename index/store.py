"""The tables of a generation: resources, documents and chunks, written once and then read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.generation import STORE, open_store
from index.spans import Span
from ingest.document import Document
from ingest.report import Outcome, State
from ingest.serialise import document_from_bytes, document_to_bytes

_SCHEMA = """
CREATE TABLE resources (
  number INTEGER PRIMARY KEY, url TEXT UNIQUE, title TEXT, kind TEXT, section TEXT, parent TEXT, note TEXT,
  state TEXT, reason TEXT, coverage REAL, documents INTEGER, chunks INTEGER, fetched TEXT
);
CREATE TABLE documents (resource INTEGER PRIMARY KEY, body BLOB);
CREATE TABLE chunks (
  number INTEGER PRIMARY KEY, resource INTEGER, header TEXT, headings TEXT, text TEXT, spans TEXT, sentences TEXT
);
CREATE INDEX chunks_by_resource ON chunks (resource);
"""


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One resource as the index knows it."""

    number: int
    url: str
    title: str
    kind: str
    section: tuple[str, ...]
    parent: str | None
    note: str
    state: State
    reason: str
    coverage: float | None
    documents: int
    chunks: int
    fetched: str | None

    @property
    def read(self) -> bool:
        """Whether any of it was read."""
        return self.documents > 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk; ``spans`` is empty for a curator's note, which no document holds.

    ``sentences`` are (span, start and end in ``text``) of what can be cited of it.
    """

    number: int
    resource: int
    header: str
    headings: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    sentences: tuple[tuple[Span, int, int], ...] = ()

    @property
    def is_note(self) -> bool:
        """Whether this is what the list says of a resource, not what the resource says."""
        return not self.spans

    @property
    def embedded(self) -> str:
        """The text that was embedded and indexed."""
        return f"{self.header}\n{self.text}"


class StoreWriter:
    """Writes the tables of a new generation."""

    def __init__(self, folder: Path) -> None:
        """Create the file."""
        self._database = sqlite3.connect(folder / STORE)
        self._database.executescript(_SCHEMA)

    def add(self, outcomes: Sequence[Outcome], chunks: Sequence[Chunk]) -> None:
        """Write everything; outcomes are numbered from 0 in the order given, as the chunks refer to them."""
        passages = [0] * len(outcomes)
        for chunk in chunks:
            if not chunk.is_note:
                passages[chunk.resource] += 1
        sections = {outcome.resource.url: outcome.resource.section for outcome in outcomes}
        with self._database:
            for number, outcome in enumerate(outcomes):
                resource, document = outcome.resource, outcome.document
                # A post or a chapter, which the list does not name, has its parent's place in it.
                section = resource.section or sections.get(resource.parent or "", ())
                self._database.execute(
                    f"INSERT INTO resources VALUES ({','.join('?' * 13)})",
                    (
                        number,
                        resource.url,
                        resource.title,
                        resource.kind,
                        json.dumps(section),
                        resource.parent,
                        resource.note,
                        outcome.state,
                        outcome.reason,
                        None if document is None else document.coverage,
                        int(document is not None),
                        passages[number],
                        document.fetched or None if document is not None else None,
                    ),
                )
                if document is not None:
                    self._database.execute("INSERT INTO documents VALUES (?, ?)", (number, document_to_bytes(document)))
            self._database.executemany(
                "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        c.number,
                        c.resource,
                        c.header,
                        json.dumps(c.headings),
                        c.text,
                        json.dumps(c.spans),
                        json.dumps([(*span, a, b) for span, a, b in c.sentences]),
                    )
                    for c in chunks
                ),
            )

    def close(self) -> None:
        """Close the file."""
        self._database.close()


class Store:
    """Reads the tables of a generation."""

    def __init__(self, folder: Path) -> None:
        """Open the file and read the resources, of which there are few."""
        self._database = open_store(folder)
        rows = self._database.execute("SELECT * FROM resources ORDER BY number")
        self.resources = tuple(
            ResourceRow(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), *row[5:]) for row in rows
        )
        self._by_url = {row.url: row for row in self.resources}

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def resource(self, url: str) -> ResourceRow | None:
        """Return the resource of a canonical URL."""
        return self._by_url.get(url)

    def document(self, resource: int) -> Document | None:
        """Return what was read of a resource."""
        row = self._database.execute("SELECT body FROM documents WHERE resource = ?", (resource,)).fetchone()
        return None if row is None else document_from_bytes(row[0])

    def chunks(self, numbers: Sequence[int]) -> list[Chunk]:
        """Return chunks in the order of the numbers."""
        marks = ",".join("?" * len(numbers))
        rows = self._database.execute(f"SELECT * FROM chunks WHERE number IN ({marks})", list(map(int, numbers)))
        found = {row[0]: _chunk(row) for row in rows}
        return [found[number] for number in numbers]

    def chunks_of(self, resource: int) -> list[Chunk]:
        """Return the chunks of a resource in their order."""
        rows = self._database.execute("SELECT * FROM chunks WHERE resource = ? ORDER BY number", (resource,))
        return [_chunk(row) for row in rows]

    def numbers_of(self, resources: Sequence[int]) -> npt.NDArray[np.int64]:
        """Return the numbers of all chunks of some resources."""
        wanted = ",".join(str(int(number)) for number in resources)
        rows = self._database.execute(f"SELECT number FROM chunks WHERE resource IN ({wanted}) ORDER BY number")
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def owners(self) -> npt.NDArray[np.int64]:
        """Return the resource of every chunk, by chunk number."""
        rows = self._database.execute("SELECT resource FROM chunks ORDER BY number")
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def documents(self) -> Iterator[Document]:
        """Return every document, in the order of the list."""
        for (body,) in self._database.execute("SELECT body FROM documents ORDER BY resource"):
            yield document_from_bytes(body)


def _chunk(row: tuple[int, int, str, str, str, str, str]) -> Chunk:
    spans = tuple((block, start, end) for block, start, end in json.loads(row[5]))
    found = tuple(((block, start, end), a, b) for block, start, end, a, b in json.loads(row[6]))
    return Chunk(row[0], row[1], row[2], tuple(json.loads(row[3])), row[4], spans, found)
