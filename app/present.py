"""Results → the JSON of the contract, and the same for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.answer.model import Answer
from app.citation import citation_url
from config.errors import UsageError
from index.concepts import Coverage
from index.generation import Manifest
from index.search import Found, Hit, Searcher, Sentence
from index.store import Store
from ingest.document import Document, Locator
from ingest.report import HEALTHS, STATES, Health
from ingest.url import canonical_url

if TYPE_CHECKING:
    # Building imports LlamaIndex; showing must not.
    from index.build import Built
    from ingest.importing import Imported

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Print one JSON value to standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


# --- search -----------------------------------------------------------------------------------------------------


def search_json(found: Found, searcher: Searcher) -> list[dict[str, Any]]:
    """Return the contract's shape of a search."""
    return [
        {
            "rank": rank,
            "score": round(hit.score, 4),
            "resource": hit.resource.url,
            "title": hit.resource.title,
            "url": hit_url(hit, searcher),
            "text": hit.chunk.text,
            "locator": hit_locator(hit, searcher).as_json(),
        }
        for rank, hit in enumerate(found.hits, start=1)
    ]


def search(found: Found, searcher: Searcher, explain: bool) -> None:
    """Print the hits for people."""
    if not found.hits:
        _err.print("Nothing was found.")
    for rank, hit in enumerate(found.hits, start=1):
        where = " › ".join(hit.chunk.headings)
        _out.print(f"[bold]{rank}. {escape(hit.resource.title)}[/bold]  {escape(where)}")
        if explain:
            parts = "  ".join(f"{name} {value:.3f}" for name, value in hit.parts.items())
            _out.print(f"   score {hit.score:.3f}  =  {parts}")
        note = "(the list's own note) " if hit.chunk.is_note else ""
        _out.print(f"   {note}{escape(_short(hit.chunk.text))}")
        _out.print(f"   {escape(hit_url(hit, searcher))}\n")


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


# --- ask --------------------------------------------------------------------------------------------------------


def answer(found: Answer) -> None:
    """Print an answer for people, its sources below it."""
    if found.notice:
        _err.print(escape(found.notice))
    if found.abstained:
        _out.print(f"The list does not cover this (score {found.confidence:.2f}).")
        if found.nearest:
            _out.print("Nearest in it:")
        for title, url in zip(found.nearest_titles, found.nearest, strict=True):
            _out.print(f"  - {escape(title)}  {escape(url)}")
        return
    for statement in found.statements:
        marks = "".join(f"[{n}]" for n in statement.citations)
        doubt = f"  (unverified: {statement.doubt})" if statement.doubt else ""
        _out.print(escape(f"{statement.text} {marks}{doubt}"))
    _out.print()
    for citation in found.citations:
        _out.print(escape(f"[{citation.n}] {citation.title}\n    {citation.url}"))


# --- find -------------------------------------------------------------------------------------------------------


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


def find(found: dict[str, Any]) -> None:
    """Print a concept's resources for people."""
    if not found["resources"]:
        _out.print("Nothing in the list covers this.")
    depth = ""
    for item in found["resources"]:
        if item["depth"] != depth:
            depth = item["depth"]
            _out.print(f"[bold]{depth.capitalize()}[/bold]")
        unread = "" if item["read"] else "  (not read: found by its title and note)"
        _out.print(escape(f"  {item['title']} — {item['kind']}{unread}\n    {item['resource']}"))
        for passage in item["passages"][:1]:
            _out.print(escape(f"    “{_short(passage['quote'], 160)}”\n    {passage['url']}"))


# --- show -------------------------------------------------------------------------------------------------------


def look_up(address: str, searcher: Searcher) -> Document:
    """Return the document of a resource. Raises UsageError, naming what is near, when there is none."""
    row = searcher.store.resource(address) or searcher.store.resource(canonical_url(address))
    if row is None:
        near = [known.url for known in searcher.store.resources if address.strip("/") in known.url][:3]
        hint = f"; did you mean {' or '.join(near)}?" if near else "; 'concordance status' lists what it has"
        raise UsageError(f"the list has no resource {address}{hint}")
    document = searcher.store.document(row.number)
    if document is None:
        raise UsageError(f"{row.url} was not read: {row.reason}")
    return document


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


def show(document: Document) -> None:
    """Print a document for people."""
    _out.print(f"[bold]{escape(document.title)}[/bold]")
    about = " · ".join(part for part in (", ".join(document.authors), document.date, document.url) if part)
    _out.print(escape(about) + "\n")
    for block in document.blocks:
        if block.type == "heading":
            _out.print(f"\n[bold]{'#' * block.level} {escape(block.text)}[/bold]")
        else:
            _out.print(escape(block.text) + "\n")


# --- status and build -------------------------------------------------------------------------------------------


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


def status(manifest: Manifest, store: Store) -> None:
    """Print for people what an index holds, and what it does not."""
    demo = "  [the demo: 'concordance build --list YOUR.md' replaces it]" if manifest.demo else ""
    _out.print(escape(f"Built {manifest.built} from {manifest.reading_list}{demo}"))
    _out.print(f"{manifest.resources} resources, {manifest.documents} documents, {manifest.chunks} chunks")
    _table([(row.kind, row.state) for row in store.resources], _out)
    _not_read([(row.url, row.title, row.state, row.reason) for row in store.resources], _out)


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


def build_report(built: Built) -> None:
    """Print for people what a build did."""
    _table([(outcome.resource.kind, outcome.state) for outcome in built.outcomes], _err)
    _not_read([(o.resource.url, o.resource.title, o.state, o.reason) for o in built.outcomes], _err)
    total = sum(built.seconds.values())
    _err.print(
        f"{built.chunks} chunks, {built.embedded} of them embedded now; {total:.1f} s "
        f"({', '.join(f'{name} {value:.1f}' for name, value in built.seconds.items())})"
    )


def _table(rows: Sequence[tuple[str, str]], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for state in STATES:
        table.add_column(state, justify="right")
    for kind in dict.fromkeys(kind for kind, _ in rows):
        numbers = [sum(row == (kind, state) for row in rows) for state in STATES]
        table.add_row(kind, *(str(number or "") for number in numbers))
    table.add_section()
    table.add_row("all", *(str(sum(row[1] == state for row in rows)) for state in STATES))
    console.print(table)


def _not_read(rows: Sequence[tuple[str, str, str, str]], console: Console) -> None:
    for state in STATES[1:]:
        some = [(url, title, reason) for url, title, found, reason in rows if found == state]
        if some:
            console.print(f"\n[bold]{state}[/bold]")
        for url, title, reason in some:
            console.print(escape(f"  {title}\n    {url}: {reason}"), soft_wrap=True)


def health_json(found: Sequence[Health]) -> list[dict[str, Any]]:
    """Return how each link is."""
    return [
        {"resource": one.outcome.resource.url, "title": one.outcome.resource.title,
         "kind": one.outcome.resource.kind, "section": list(one.outcome.resource.section),
         "lines": [entry.line for entry in one.outcome.resource.entries], "health": one.state,
         "reason": one.outcome.reason, "moved_to": one.moved_to, "checked": one.checked}
        for one in found
    ]  # fmt: skip


def health(found: Sequence[Health]) -> None:
    """Print for people how each link is: how many are alive, and every one that is not, with its line in the list."""
    counted = {state: sum(one.state == state for one in found) for state in HEALTHS}
    _out.print(", ".join(f"{number} {state}" for state, number in counted.items() if number))
    for state in HEALTHS[1:]:
        some = [one for one in found if one.state == state]
        if some:
            _out.print(f"\n[bold]{state}[/bold]")
        for one in some:
            resource = one.outcome.resource
            about = f"now at {one.moved_to}" if one.moved_to else one.outcome.reason
            _out.print(escape(f"  line {resource.entries[0].line}: {resource.title}\n    {resource.url}: {about}"))


def imported(results: Sequence[Imported]) -> None:
    """Print for people what an import took, and what it did not, with the reason."""
    new = [result for result in results if result.taken and result.reason != "unchanged"]
    same = [result for result in results if result.reason == "unchanged"]
    refused = [result for result in results if not result.taken and result.reason != "unchanged"]
    for result in refused:
        print(f"not taken: {result.path} {result.url or ''}: {result.reason}", file=sys.stderr)
    print(f"{len(new)} taken, {len(same)} already there, {len(refused)} not taken", file=sys.stderr)


def _short(text: str, most: int = 400) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"
