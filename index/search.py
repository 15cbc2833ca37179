"""Question → passages: dense and lexical candidates, fused, then reranked by their sentences.

Plain functions over one open generation; it imports neither torch nor LlamaIndex, so that an
answer starts at once. index/retrieve.py gives the same as a LlamaIndex retriever.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from config.errors import DamagedIndexError, UsageError
from config.settings import Settings
from index.confidence import confidence
from index.dense import DenseIndex
from index.embed import encode_queries, fingerprint
from index.generation import Manifest, serving
from index.lexical import LexicalIndex, words
from index.sentence_vectors import SentenceVectors
from index.spans import Span
from index.store import Chunk, ResourceRow, Store
from ingest.document import Document

# Taken from each side before fusing: beyond these nothing came up that was relevant.
CANDIDATES = 60
# The share of the dense score in the fused one. Scores are normalised, not ranks: Bruch et al. 2022.
DENSE_SHARE = 0.5
# The share of the best sentence in the reranked score.
SENTENCE_SHARE = 0.4
# A curator's note tells of a resource, but answers nothing.
NOTE_SHARE = 0.8

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
    """The hits of one question, best first, and how sure it is that the list covers it (0 to 1)."""

    hits: tuple[Hit, ...]
    confidence: float


class Searcher:
    """One open generation that can be asked."""

    def __init__(self, settings: Settings) -> None:
        """Open the generation that serves.

        Raises NoIndexError, DamagedIndexError, or UsageError when the settings name another model
        than the one that it was built with.
        """
        self.settings = settings
        folder, self.manifest, self.warnings = serving(settings.generations_folder)
        _check_model(self.manifest, settings)
        self.store = Store(folder)
        self._dense = DenseIndex(folder)
        self._lexical = LexicalIndex(folder)
        self._said = SentenceVectors(folder)
        if not len(self._dense) == self._lexical.size == self.manifest.chunks:
            raise DamagedIndexError(f"generation {folder.name}: its parts disagree; run 'concordance build'")
        self.document = lru_cache(maxsize=256)(self._document)

    def close(self) -> None:
        """Close the generation."""
        self.store.close()

    @cached_property
    def _owners(self) -> npt.NDArray[np.int64]:
        return self.store.owners()

    def _document(self, resource: int) -> Document:
        document = self.store.document(resource)
        if document is None:
            raise DamagedIndexError(f"resource {resource} has chunks but no document; run 'concordance build'")
        return document

    def idf(self, term: str) -> float:
        """Return how much a stem tells (Robertson and Spärck Jones, as in Lucene); most when never seen."""
        frequency = self._lexical.document_frequency(term)
        return math.log(1 + (self._lexical.size - frequency + 0.5) / (frequency + 0.5))

    def search(self, query: str, count: int = 10, filters: Filters | None = None, notes: bool = True) -> Found:
        """Return the best ``count`` hits; ``notes`` says whether the curator's notes count as hits."""
        terms = list(dict.fromkeys(words(query)))
        if not query.strip() or not self.manifest.chunks:
            return Found((), 0.0)
        vector = encode_queries([query], self.settings.embedding_model)[0]
        fused = self._fused(vector, terms, filters or Filters())
        chunks = self.store.chunks([number for number, _, _ in fused])
        hits: list[Hit] = []
        for chunk, (_, score, parts) in zip(chunks, fused, strict=True):
            if chunk.is_note and not notes:
                continue
            resource = self.store.resources[chunk.resource]
            shared = score * (NOTE_SHARE if chunk.is_note else 1.0)
            hits.append(Hit(chunk, resource, shared, parts))
        ranked = self._reranked(hits, vector, terms)
        return Found(tuple(ranked[:count]), confidence(ranked))

    def _fused(
        self, vector: Vector, terms: Sequence[str], filters: Filters
    ) -> list[tuple[int, float, dict[str, float]]]:
        allowed = self._allowed(filters)
        if allowed is not None and not len(allowed):
            return []
        dense = dict(self._dense.search(vector, CANDIDATES, allowed))
        scores = self._lexical.scores(terms)
        if allowed is not None:
            masked = np.zeros_like(scores)
            masked[allowed] = scores[allowed]
            scores = masked
        top = np.argpartition(-scores, min(CANDIDATES, len(scores) - 1))[:CANDIDATES]
        lexical = {int(number): float(scores[number]) for number in top if scores[number] > 0}
        numbers = list(dict.fromkeys([*dense, *lexical]))
        lacking = [number for number in numbers if number not in dense]
        dense.update(zip(lacking, map(float, self._dense.cosines(vector, lacking)), strict=True))
        best = max(lexical.values(), default=0.0)
        found = []
        for number in numbers:
            cosine = max(0.0, dense[number])
            matched = float(scores[number]) / best if best else 0.0
            found.append(
                (
                    number,
                    DENSE_SHARE * cosine + (1 - DENSE_SHARE) * matched,
                    {"dense": cosine, "lexical": matched},
                )
            )
        return sorted(found, key=lambda item: -item[1])

    def _allowed(self, filters: Filters) -> npt.NDArray[np.int64] | None:
        if not filters:
            return None
        admitted = [row.number for row in self.store.resources if filters.admits(row)]
        return np.flatnonzero(np.isin(self._owners, admitted)).astype(np.int64)

    def _reranked(self, hits: Sequence[Hit], vector: Vector, terms: Sequence[str]) -> list[Hit]:
        weights = {term: self.idf(term) for term in terms}
        total = sum(weights.values()) or 1.0

        def covered(text: str) -> float:
            return sum(weights[term] for term in weights.keys() & set(words(text))) / total

        ranked: list[Hit] = []
        for hit in hits:
            cosines = self._said.cosines(hit.chunk.number, vector) if hit.chunk.sentences else ()
            sentences = tuple(
                Sentence(span, text, float(cosine), covered(text))
                for (span, a, b), cosine in zip(hit.chunk.sentences, cosines, strict=True)
                if (text := hit.chunk.text[a:b])
            )
            best = max((sentence.cosine for sentence in sentences), default=hit.parts["dense"])
            score = (1 - SENTENCE_SHARE) * hit.score + SENTENCE_SHARE * best
            parts = {**hit.parts, "sentence": best, "covered": covered(hit.chunk.embedded)}
            ranked.append(Hit(hit.chunk, hit.resource, score, parts, sentences))
        return sorted(ranked, key=lambda hit: -hit.score)


def _check_model(manifest: Manifest, settings: Settings) -> None:
    if manifest.fingerprint != fingerprint(settings.embedding_model):
        raise UsageError(
            f"the index was built with the embedding model {manifest.model!r}, the settings name "
            f"{settings.embedding_model!r}; run 'concordance build' or set embedding_model back"
        )
