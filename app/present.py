"""Results → the JSON of the contract; a change of a shape here is a change of the contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.citation import citation_url
from index.concepts import Coverage
from index.fuse import contributions
from index.generation import Manifest
from index.passage import passages
from index.search import Found, Hit, Searcher, Sentence
from index.store import Store
from ingest.document import Document, Locator
from ingest.report import Health

if TYPE_CHECKING:
    # Building imports LlamaIndex; showing must not.
    from index.build import Built


def print_json(value: Any) -> None:
    """Print one JSON value to standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def search_json(found: Found, searcher: Searcher, count: int, explain: bool) -> list[dict[str, Any]]:
    """Return the contract's shape of a search; to explain, with "parts": what each contributed to the score."""
    return [
        {
            "rank": rank,
            "score": round(passage.hit.score, 4),
            "resource": passage.hit.resource.url,
            "title": passage.hit.resource.title,
            "url": hit_url(passage.hit, searcher),
            "text": passage.text,
            "locator": hit_locator(passage.hit, searcher).as_json(),
            **({"parts": parts_json(passage.hit), "query": list(found.notes)} if explain else {}),
        }
        for rank, passage in enumerate(passages(found.hits, count), start=1)
    ]


# Heading, depths, whether read: how deep a resource goes that was not read, nobody knows.
DEPTH_GROUPS = (
    ("Explain it", ("explains",), True),
    ("Named for it, but not read", ("explains", "discusses", "mentions"), False),
    ("Discuss it", ("discusses",), True),
    ("Mention it", ("mentions",), True),
)


def parts_json(hit: Hit) -> dict[str, dict[str, float]]:
    """Return for each part its value (0 to 1) and how much of the score it is."""
    return {
        name: {"value": round(hit.parts[name], 4), "contributes": round(value, 4)}
        for name, value in contributions(hit.parts, hit.chunk.is_note).items()
    }


def hit_url(hit: Hit, searcher: Searcher) -> str:
    """Return the link that opens the original at a hit's best sentence, or the resource itself."""
    if hit.chunk.is_note:
        return hit.resource.url
    document = searcher.document(hit.chunk.resource)
    return citation_url(document, _best(hit).span if hit.sentences else hit.chunk.spans[0])


def hit_locator(hit: Hit, searcher: Searcher) -> Locator:
    """Return where a hit's best sentence is."""
    if hit.chunk.is_note:
        return Locator()
    span = _best(hit).span if hit.sentences else hit.chunk.spans[0]
    return searcher.document(hit.chunk.resource).blocks[span[0]].locator


def _best(hit: Hit) -> Sentence:
    return max(hit.sentences, key=lambda sentence: sentence.score)


def find_json(concept: str, covered: Sequence[Coverage], searcher: Searcher) -> dict[str, Any]:
    """Return the contract's shape of a concept's resources."""
    return {
        "concept": concept,
        "resources": [
            {
                "resource": item.resource.url,
                "title": item.resource.title,
                "kind": item.resource.kind,
                "section": list(item.resource.section),
                "depth": item.depth,
                "score": round(item.score, 4),
                "read": item.resource.read,
                "note": item.resource.note,
                "passages": [_passage(hit, sentence, searcher) for hit, sentence in item.passages],
            }
            for item in covered
        ],
    }


def _passage(hit: Hit, sentence: Sentence | None, searcher: Searcher) -> dict[str, Any]:
    document = searcher.document(hit.chunk.resource)
    span = sentence.span if sentence else hit.chunk.spans[0]
    block = document.blocks[span[0]]
    return {
        "url": citation_url(document, span),
        "quote": block.text[span[1] : span[2]],
        "locator": block.locator.as_json(),
    }


def show_json(document: Document, searcher: Searcher) -> dict[str, Any]:
    """Return the contract's shape of a document."""
    row = searcher.store.resource(document.resource)
    return {
        "resource": document.resource,
        "title": document.title,
        "authors": list(document.authors),
        "date": document.date,
        "kind": row.kind if row else "",
        "coverage": document.coverage,
        "reader": document.reader,
        "blocks": [
            {"type": block.type, "text": block.text, "locator": block.locator.as_json()} for block in document.blocks
        ],
    }


def status_json(manifest: Manifest, store: Store) -> dict[str, Any]:
    """Return the contract's shape of what an index holds."""
    return {
        "generation": manifest.name,
        "built": manifest.built,
        "model": manifest.model,
        "chunks": manifest.chunks,
        "resources": [
            {
                "resource": row.url,
                "title": row.title,
                "kind": row.kind,
                "section": list(row.section),
                "parent": row.parent,
                "state": row.state,
                "reason": row.reason,
                "coverage": row.coverage,
                "documents": row.documents,
                "chunks": row.chunks,
                "fetched": row.fetched,
            }
            for row in store.resources
        ],
    }


def build_json(built: Built) -> dict[str, Any]:
    """Return what a build did, and every resource that was not read whole, with the reason."""
    return {
        "generation": built.folder.name,
        "chunks": built.chunks,
        "embedded": built.embedded,
        "seconds": built.seconds,
        "resources": [
            {"resource": o.resource.url, "title": o.resource.title, "kind": o.resource.kind, "state": o.state,
             "reason": o.reason}
            for o in built.outcomes
        ],
    }  # fmt: skip


def health_json(found: Sequence[Health]) -> list[dict[str, Any]]:
    """Return how each link is."""
    return [
        {"resource": one.outcome.resource.url, "title": one.outcome.resource.title,
         "kind": one.outcome.resource.kind, "section": list(one.outcome.resource.section),
         "lines": [entry.line for entry in one.outcome.resource.entries], "health": one.state,
         "reason": one.outcome.reason, "moved_to": one.moved_to, "checked": one.checked}
        for one in found
    ]  # fmt: skip
