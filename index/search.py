"""Question → passages: what is near by meaning or shares words, scored and fused, the first compared word by word.

Plain functions over one open generation; it imports neither torch nor LlamaIndex, so that an
answer starts at once. index/retrieve.py gives the same as a LlamaIndex retriever.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from config.command import command
from config.errors import DamagedIndexError, UsageError
from config.settings import Settings
from index.answering import read
from index.chunk_facts import ChunkFacts
from index.confidence import Evidence, load_calibration
from index.dense import DenseIndex
from index.embed import encode_queries, fingerprint
from index.evidence import gather_evidence
from index.fuse import fused
from index.generation import Manifest, serving
from index.interaction import compare, nearness, told_of
from index.lexical import CHUNKS, RESOURCES, TITLES, LexicalIndex, words
from index.names import names_asked
from index.query import Query, understand_query
from index.rerank import READ, rerank
from index.seeking import sought
from index.sentence_vectors import SentenceVectors
from index.spans import Span
from index.store import Chunk, ResourceRow, Store
from index.vocabulary import Vocabulary
from ingest.document import Document

# Taken from each side before fusing: beyond these nothing came up that was relevant.
CANDIDATES = 100
# Hits whose sentences are looked at closely, however few are asked for.
_CLOSELY = 10

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """Limits a search; an empty field does not limit it.

    A section matches by any part of its path ("Attention"), or by the path so far ("Attention › Closer").
    """

    sections: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self.sections or self.kinds or self.resources)

    def admits(self, row: ResourceRow) -> bool:
        """Whether the resource is within the limits."""
        return (
            (not self.sections or not self._named(row.section).isdisjoint(self.sections))
            and (not self.kinds or row.kind in self.kinds)
            and (not self.resources or row.url in self.resources or row.parent in self.resources)
        )

    @staticmethod
    def _named(section: Sequence[str]) -> set[str]:
        return {*section, *(" › ".join(section[:depth]) for depth in range(1, len(section) + 1))}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or item, row, formula, code block) of a hit, with what it has of the question.

    ``cosine`` is the similarity of the vectors; ``covered`` the share of the question's words that it
    holds, weighted by how rare each is (0 to 1).
    """

    span: Span
    text: str
    cosine: float
    covered: float

    @property
    def score(self) -> float:
        """One number to order sentences by."""
        return 0.7 * self.cosine + 0.3 * self.covered


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, its resource, and what each part contributed to its score."""

    chunk: Chunk
    resource: ResourceRow
    score: float
    parts: dict[str, float]
    sentences: tuple[Sentence, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one question, best first.

    ``notes`` tell what was made of the question: slips put right, abbreviations spelt out.
    """

    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()


class Searcher:
    """One open generation that can be asked."""

    def __init__(self, settings: Settings) -> None:
        """Open the generation that serves.

        Raises NoIndexError, DamagedIndexError, or UsageError when the settings name another model
        than the one that it was built with.
        """
        self.settings = settings
        folder, self.manifest, self.warnings = serving(settings.generations_folder)
        self.folder = folder
        _check_model(self.manifest, settings)
        self.store = Store(folder)
        self.vocabulary = Vocabulary(folder)
        self._facts = ChunkFacts(folder)
        self._dense = DenseIndex(folder)
        self._lexical = LexicalIndex(folder, CHUNKS)
        self._resources = LexicalIndex(folder, RESOURCES)
        self._titles = LexicalIndex(folder, TITLES)
        self._said = SentenceVectors(folder)
        self.calibration = load_calibration(settings.home)
        if not len(self._dense) == len(self._facts.owners) == self.manifest.chunks:
            raise DamagedIndexError(f"generation {folder.name}: its parts disagree; run '{command('build')}'")
        self.document = lru_cache(maxsize=256)(self._document)

    def close(self) -> None:
        """Close the generation."""
        self.store.close()

    def _document(self, resource: int) -> Document:
        document = self.store.document(resource)
        if document is None:
            raise DamagedIndexError(f"resource {resource} has chunks but no document; run '{command('build')}'")
        return document

    def idf(self, term: str) -> float:
        """Return how much a stem tells among the chunks; most when never seen."""
        return self._lexical.idf(term)

    def understood(self, typed: str) -> Query:
        """Return what a question looks for: slips put right, abbreviations spelt out."""
        return understand_query(typed, self._lexical.holds, self.vocabulary)

    def search(self, query: str, count: int = 10, filters: Filters | None = None, notes: bool = True) -> Found:
        """Return the best ``count`` hits; ``notes`` says whether the curator's notes count as hits."""
        if not query.strip() or not self.manifest.chunks:
            return Found(())
        asked = self.understood(query)
        vector = encode_queries([asked.text], self.settings.embedding_model)[0]
        aim = sought(asked.text, self.settings.embedding_model, vector)
        numbers, scores, parts = self._scored(aim, asked, filters or Filters(), notes, count)
        if not len(numbers):
            return Found((), asked.notes)
        order = np.argsort(-scores, kind="stable")[: max(count, _CLOSELY, READ if self.settings.reranker else 0)]
        found = {name: values[order] for name, values in parts.items()}
        hits = [
            self._hit(
                chunk, float(scores[at]), {name: float(values[rank]) for name, values in found.items()}, vector, asked
            )
            for rank, (at, chunk) in enumerate(
                zip(order, self.store.chunks([int(numbers[at]) for at in order]), strict=True)
            )
        ]
        hits = compare(asked, self._weights(asked), self._lexical.holds, self._share, hits)
        hits = rerank(query, read(asked.typed, hits), self.settings.reranker)
        return Found(tuple(hits[:count]), asked.notes)

    def evidence(self, query: str, found: Found) -> Evidence:
        """Return what speaks for the list covering a question, by what was found; ``calibration`` weighs it."""
        asked = self.understood(query)
        return gather_evidence(asked.text, self._weights(asked), found.hits)

    def nearness(self, query: str, texts: Sequence[str], stems: Container[str] | None = None) -> list[float]:
        """Return how near the words of a question come, in their context, to words of each text (0 to 1).

        All words that are looked for, or those with one of the ``stems``.
        """
        asked = self.understood(query)
        weights = {stem: weight for stem, weight in self._weights(asked).items() if stems is None or stem in stems}
        return nearness(asked.text, weights, texts)

    def named(self, query: str, hit: Hit) -> float:
        """Return how surely (0 to 1) a hit's passage is on all proper names of a question; 1 where it has none."""
        names = [name for name in names_asked(self.understood(query), self._lexical.holds) if name.proper]
        return min(told_of(hit, names, self._share), default=1.0)

    def _share(self, resource: int, term: str) -> float:
        """Return what part of a resource's chunks holds a stem."""
        owners = self._facts.owners
        return float((owners[self._lexical.texts(term)] == resource).sum() / max(1, (owners == resource).sum()))

    def _weights(self, asked: Query) -> dict[str, float]:
        return {term: weight * self.idf(term) for term, weight in asked.terms.items()}

    def ranked(self, query: str, count: int) -> list[int]:
        """Return the numbers of the best resources, each as good as its best chunk."""
        hits = self.search(query, 2 * count).hits
        return list(dict.fromkeys(hit.chunk.resource for hit in hits))[:count]

    def _scored(
        self, vector: Vector, asked: Query, filters: Filters, notes: bool, count: int
    ) -> tuple[npt.NDArray[np.int64], Vector, dict[str, Vector]]:
        """Return the candidates, their scores, and what each part says of them."""
        numbers = self._candidates(vector, asked, filters, notes, max(CANDIDATES, count))
        if not len(numbers):
            return numbers, np.zeros(0, dtype=np.float32), {}
        parts = self._parts(numbers, vector, asked)
        return numbers, fused(parts, self._facts.notes[numbers].astype(np.float32)), parts

    def _candidates(
        self, vector: Vector, asked: Query, filters: Filters, notes: bool, most: int
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of the chunks that are near by meaning or share words, at most so many of each."""
        allowed = self._allowed(filters, notes)
        if allowed is not None and not len(allowed):
            return np.zeros(0, dtype=np.int64)
        dense = [number for number, _ in self._dense.search(vector, most, allowed)]
        scores = self._lexical.scores(asked.terms)
        if allowed is not None:
            masked = np.zeros_like(scores)
            masked[allowed] = scores[allowed]
            scores = masked
        top = np.argpartition(-scores, min(most, len(scores) - 1))[:most]
        return np.unique(np.array([*dense, *top[scores[top] > 0]], dtype=np.int64))

    def _parts(self, numbers: npt.NDArray[np.int64], vector: Vector, asked: Query) -> dict[str, Vector]:
        """Return what each way of looking says of the candidates."""
        dense = self._dense.cosines(vector, numbers.tolist())
        said = [self._said.cosines(int(number), vector) for number in numbers]
        owners = self._facts.owners[numbers]
        return {
            "dense": dense,
            "sentence": np.array(
                [some.max() if len(some) else cosine for some, cosine in zip(said, dense, strict=True)],
                dtype=np.float32,
            ),
            "lexical": self._lexical.shares(asked.terms)[numbers],
            "resource": self._resources.shares(asked.terms)[owners],
            "title": self._titles.shares(asked.terms)[owners],
        }

    def _allowed(self, filters: Filters, notes: bool) -> npt.NDArray[np.int64] | None:
        if not filters and notes:
            return None
        within = np.ones(len(self._facts.owners), dtype=bool)
        if filters:
            within &= np.isin(self._facts.owners, [row.number for row in self.store.resources if filters.admits(row)])
        if not notes:
            within &= self._facts.notes == 0
        return np.flatnonzero(within).astype(np.int64)

    def _hit(self, chunk: Chunk, score: float, parts: dict[str, float], vector: Vector, asked: Query) -> Hit:
        weights = self._weights(asked)
        total = sum(weights.values()) or 1.0

        def covered(text: str) -> float:
            return sum(weights[term] for term in weights.keys() & set(words(text))) / total

        cosines = self._said.cosines(chunk.number, vector)
        sentences = tuple(
            Sentence(span, text, float(cosine), covered(text))
            for (span, a, b), cosine in zip(chunk.sentences, cosines, strict=True)
            if (text := chunk.text[a:b])
        )
        similar = max(float(cosines.max(initial=-1)), float(self._dense.cosines(vector, [chunk.number])[0]))
        parts = {**parts, "covered": covered(chunk.embedded), "similar": similar}
        return Hit(chunk, self.store.resources[chunk.resource], score, parts, sentences)


def _check_model(manifest: Manifest, settings: Settings) -> None:
    if manifest.fingerprint != fingerprint(settings.embedding_model):
        raise UsageError(
            f"the index was built with the embedding model {manifest.model!r}, the settings name "
            f"{settings.embedding_model!r}; run '{command('build')}' or set embedding_model back"
        )
