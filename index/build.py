"""Documents → a generation: only what changed is read and embedded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from llama_index.core.schema import Document as LlamaDocument
from llama_index.core.schema import MetadataMode

from config.errors import BusyError
from config.settings import Settings
from index.chunk import BlockNodeParser
from index.chunk_facts import write_chunk_facts
from index.dense import write_dense
from index.embed import VectorCache, Vectors, fingerprint, token_counter
from index.generation import new_folder, prune, publish
from index.lexical import CHUNKS, RESOURCES, TITLES, words, write_lexical
from index.sentence_vectors import write_sentence_vectors
from index.spans import sentences
from index.store import Chunk, StoreWriter
from index.vocabulary import write_vocabulary
from ingest.archive import Archive
from ingest.pipeline import gather
from ingest.progress import Progress
from ingest.report import Outcome

# Sentences whose vectors are held in memory at a time.
_AT_ONCE = 8192


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

    Raises ReadingListError for the list, BusyError when another build of this home is running.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(f"another build is at work in {settings.home}; wait for it to end") from error
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
        folder = new_folder(settings.generations_folder)
        said = [chunk.text[a:b] for chunk in chunks for _, a, b in chunk.sentences]
        progress.start("Embedding sentences", len(said))
        counts = [len(chunk.sentences) for chunk in chunks]
        write_sentence_vectors(folder, counts, _in_turn(cache, said, progress), vectors.shape[1])
    finally:
        cache.close()
    clock.lap("embed")
    progress.start("Writing the index", 1)
    writer = StoreWriter(folder)
    writer.add(outcomes, chunks)
    writer.close()
    write_dense(folder, vectors)
    _write_words(folder, outcomes, chunks)
    write_chunk_facts(folder, chunks)
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


def _in_turn(cache: VectorCache, texts: Sequence[str], progress: Progress) -> Iterator[Vectors]:
    """Yield the vectors of texts, some thousands at a time: all at once would fill the memory of a small machine."""
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        yield cache.embed(some)[0]
        progress.advance(start + len(some))


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
        # What was read says more of itself than its title does; what was not is found by title and note.
        if outcome.document is None or resource.note:
            header = " › ".join((resource.title, *resource.section))
            chunks.append(Chunk(len(chunks), number, header, (), resource.note, ()))
        progress.advance(number + 1)
    return chunks


def _write_words(folder: Path, outcomes: Sequence[Outcome], chunks: Sequence[Chunk]) -> None:
    """Write the words of chunks, of whole resources and of titles, and the vocabulary."""
    tokens = [words(chunk.embedded) for chunk in chunks]
    said: list[list[str]] = [[] for _ in outcomes]
    for chunk, some in zip(chunks, tokens, strict=True):
        said[chunk.resource].extend(some)
    titles = [
        words(" ".join((o.resource.title, o.document.title if o.document else "", *o.resource.section)))
        for o in outcomes
    ]
    write_lexical(folder, CHUNKS, tokens)
    write_lexical(folder, RESOURCES, said)
    write_lexical(folder, TITLES, titles)
    write_vocabulary(folder, [chunk.embedded for chunk in chunks])


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
