"""Documents → a generation: only what changed is read and embedded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import MetadataMode

from config.errors import UsageError
from config.settings import Settings
from index.chunk import BlockNodeParser
from index.dense import write_dense
from index.embed import VectorCache, fingerprint, token_counter
from index.generation import new_folder, prune, publish
from index.lexical import write_lexical
from index.sentence_vectors import write_sentence_vectors
from index.spans import sentences
from index.store import Chunk, StoreWriter
from ingest.archive import Archive
from ingest.pipeline import gather
from ingest.progress import Progress
from ingest.report import Outcome


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. ``seconds`` by stage; ``embedded`` is how many chunks were not known before."""

    folder: Path
    outcomes: tuple[Outcome, ...]
    chunks: int
    embedded: int
    seconds: dict[str, float]


def build(
    reading_list: Path,
    settings: Settings,
    progress: Progress,
    offline: bool,
    demo: bool = False,
    refresh: bool = False,
) -> Built:
    """Make a new generation from the list and the archive, and let it serve; ``refresh`` asks again for all links.

    Raises ReadingListError for the list, UsageError when another build of this home is running.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"another build is at work in {settings.home}; wait for it to end") from error
    try:
        return _build(reading_list, settings, progress, offline, demo, refresh)
    finally:
        lock.release()


def _build(
    reading_list: Path, settings: Settings, progress: Progress, offline: bool, demo: bool, refresh: bool
) -> Built:
    began = time.monotonic()
    with Archive.open(settings.archive_folder) as archive:
        outcomes = gather(reading_list, archive, settings, progress, offline, refresh)
    gathered = round(time.monotonic() - began, 2)
    built = index_outcomes(outcomes, settings, progress, str(reading_list), demo)
    return replace(built, seconds={"gather": gathered, **built.seconds})


def index_outcomes(
    outcomes: Sequence[Outcome], settings: Settings, progress: Progress, reading_list: str = "", demo: bool = False
) -> Built:
    """Make a new generation from what was read, and let it serve; bench/ calls it with documents of its own."""
    clock = _Clock()
    progress.start("Cutting into chunks", len(outcomes))
    chunks = make_chunks(outcomes, settings, progress)
    clock.lap("chunk")
    cache = VectorCache(settings.cache_folder / "vectors.sqlite", settings.embedding_model)
    try:
        texts = [chunk.embedded for chunk in chunks]
        progress.start("Embedding chunks", len(texts))
        vectors, embedded = cache.embed(texts, lambda done, total: progress.advance(len(texts) - total + done))
        said = [chunk.text[a:b] for chunk in chunks for _, a, b in chunk.sentences]
        progress.start("Embedding sentences", len(said))
        spoken, _ = cache.embed(said, lambda done, total: progress.advance(len(said) - total + done))
    finally:
        cache.close()
    clock.lap("embed")
    progress.start("Writing the index", 1)
    folder = new_folder(settings.generations_folder)
    writer = StoreWriter(folder)
    writer.add(outcomes, chunks)
    writer.close()
    write_dense(folder, texts, vectors)
    write_lexical(folder, texts)
    write_sentence_vectors(folder, [len(chunk.sentences) for chunk in chunks], spoken)
    facts: dict[str, Any] = {
        "model": settings.embedding_model,
        "fingerprint": fingerprint(settings.embedding_model),
        "dimension": int(vectors.shape[1]),
        "resources": len(outcomes),
        "documents": sum(outcome.document is not None for outcome in outcomes),
        "chunks": len(chunks),
        "reading_list": reading_list,
        "demo": demo,
    }
    target = publish(folder, facts)
    prune(settings.generations_folder, settings.keep_generations)
    progress.advance(1)
    clock.lap("write")
    return Built(target, tuple(outcomes), len(chunks), embedded, clock.laps)


def make_chunks(outcomes: Sequence[Outcome], settings: Settings, progress: Progress) -> list[Chunk]:
    """Return the chunks of all documents, and for each resource one of what the list says of it."""
    count, reads = token_counter(settings.embedding_model)
    parser = BlockNodeParser(count, min(settings.chunk_tokens, reads))
    chunks: list[Chunk] = []
    for number, outcome in enumerate(outcomes):
        resource = outcome.resource
        if outcome.document is not None:
            source = LlamaDocument(text="", metadata={"document": outcome.document})
            for node in parser.get_nodes_from_documents([source]):
                facts = node.metadata
                text = node.get_content(MetadataMode.NONE)
                spans = tuple(facts["spans"])
                said = tuple(sentences(outcome.document.blocks, spans))
                chunks.append(Chunk(len(chunks), number, facts["header"], tuple(facts["headings"]), text, spans, said))
        header = " › ".join((resource.title, *resource.section))
        chunks.append(Chunk(len(chunks), number, header, (), resource.note, ()))
        progress.advance(number + 1)
    return chunks


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
