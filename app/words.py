"""Results in words, for people: answers on standard output, what is said about them on standard error."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.answer.model import Answer
from app.present import DEPTH_GROUPS, hit_url, parts_json
from config.command import command
from index.generation import Manifest
from index.passage import passages
from index.search import Found, Searcher
from index.store import Store
from ingest.document import Document
from ingest.report import HEALTHS, STATES, Health

if TYPE_CHECKING:
    # Building imports LlamaIndex; showing must not.
    from index.build import Built
    from ingest.importing import Imported

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, highlight=False)

# A build names this many resources that were not read; of more it counts the reasons.
_MOST_NAMED = 40
_EXAMPLES = 2

_Row = tuple[str, str, str, str]
"""Address, title, state, reason."""


# What a part of a score is, in words.
_PARTS = {
    "dense": "near in meaning",
    "sentence": "its nearest sentence",
    "lexical": "the question's words in the passage",
    "resource": "in the whole resource",
    "title": "in its title",
    "told": "word by word in context",
    "answers": "read with the question",
    "reranker": "the reranker",
}


def search(found: Found, searcher: Searcher, count: int, explain: bool) -> None:
    """Print at most ``count`` passages for people."""
    if not found.hits:
        _err.print("Nothing was found.")
    for note in found.notes:
        _err.print(escape(f"({note})"))
    shown = passages(found.hits, count)
    for rank, passage in enumerate(shown, start=1):
        hit = passage.hit
        where = " › ".join(hit.chunk.headings)
        _out.print(f"[bold]{rank}. {escape(hit.resource.title)}[/bold]  {escape(where)}")
        if explain:
            parts = " + ".join(
                f"{part['contributes']:.3f} {_PARTS[name]} ({part['value']:.2f})"
                for name, part in parts_json(hit).items()
            )
            _out.print(escape(f"   score {hit.score:.3f} = {parts}"))
        note = "(the list's own note) " if hit.chunk.is_note else ""
        _out.print(f"   {note}{escape(_short(passage.text))}")
        _out.print(f"   {escape(hit_url(hit, searcher))}\n")
    if 0 < len(shown) < count:
        _err.print(
            f"{len(shown)} of at most {count}: all else is part of these, or much further from what you look for."
        )


def answer(found: Answer) -> None:
    """Print an answer for people, its sources below it."""
    if found.abstained:
        _out.print(f"{found.refusal.capitalize()}.")
        _err.print(escape(found.notice))
        if found.nearest:
            _out.print("Nearest in it:")
        for title, url in zip(found.nearest_titles, found.nearest, strict=True):
            _out.print(f"  - {escape(title)}  {escape(url)}")
        return
    for statement in found.statements:
        marks = "".join(f"[{n}]" for n in statement.citations)
        doubt = f"  (unverified: {statement.doubt})" if statement.doubt else ""
        _out.print(escape(f"{statement.text} {marks}{doubt}"))
    if found.notice:
        _err.print(escape(found.notice))
    _out.print()
    for citation in found.citations:
        _out.print(escape(f"[{citation.n}] {citation.title}\n    {citation.url}"))


def find(found: dict[str, Any]) -> None:
    """Print a concept's resources for people."""
    if not found["resources"]:
        _out.print("Nothing in the list covers this.")
    for heading, depths, read in DEPTH_GROUPS:
        items = [item for item in found["resources"] if item["depth"] in depths and item["read"] == read]
        if items:
            _out.print(f"[bold]{heading}[/bold]")
        for item in items:
            _out.print(escape(f"  {item['title']} — {item['kind']}\n    {item['resource']}"))
            for passage in item["passages"][:1]:
                _out.print(escape(f"    “{_short(passage['quote'], 160)}”\n    {passage['url']}"))


def show(document: Document) -> None:
    """Print a document for people."""
    _out.print(f"[bold]{escape(document.title)}[/bold]")
    about = " · ".join(part for part in (", ".join(document.authors), document.date, document.url) if part)
    _out.print(escape(about) + "\n")
    for number, block in enumerate(document.blocks):
        if number == 0 and block.text == document.title:
            continue
        if block.type == "heading":
            _out.print(f"\n[bold]{'#' * block.level} {escape(block.text)}[/bold]")
        else:
            _out.print(escape(block.text) + "\n")


def status(manifest: Manifest, store: Store) -> None:
    """Print for people what an index holds, and what it does not."""
    demo = f"  [the demo: '{command('build --list YOUR.md')}' replaces it]" if manifest.demo else ""
    _out.print(escape(f"Built {manifest.built} from {manifest.reading_list}{demo}"))
    _out.print(f"{manifest.resources} resources, {manifest.documents} documents, {manifest.chunks} chunks")
    _table([(row.kind, row.state) for row in store.resources], _out)
    _name_all([(row.url, row.title, row.state, row.reason) for row in store.resources], _out)


def build_report(built: Built) -> None:
    """Print for people what a build did."""
    _table([(outcome.resource.kind, outcome.state) for outcome in built.outcomes], _err)
    rows = [(o.resource.url, o.resource.title, o.state, o.reason) for o in built.outcomes if o.state != "read"]
    if len(rows) <= _MOST_NAMED:
        _name_all(rows, _err)
    else:
        _count_reasons(rows, _err)
        _err.print(f"\n'{command('status')}' names each.")
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


def _name_all(rows: Sequence[_Row], console: Console) -> None:
    for state in STATES[1:]:
        some = [row for row in rows if row[2] == state]
        if some:
            console.print(f"\n[bold]{state}[/bold]")
        for url, title, _, reason in some:
            console.print(escape(f"  {title}\n    {url}: {reason}"), soft_wrap=True)


def _count_reasons(rows: Sequence[_Row], console: Console) -> None:
    """Print each reason once with how many have it, the most first, and a few of those."""
    for state in STATES[1:]:
        alike: dict[str, list[_Row]] = {}
        for row in rows:
            if row[2] == state:
                alike.setdefault(_alike(row[3]), []).append(row)
        if alike:
            console.print(f"\n[bold]{state}[/bold]")
        for some in sorted(alike.values(), key=len, reverse=True):
            console.print(escape(f"  {len(some)} × {some[0][3]}"), soft_wrap=True)
            for url, title, _, _ in some[:_EXAMPLES]:
                console.print(escape(f"      {title}  {url}"), soft_wrap=True)
            if len(some) > _EXAMPLES:
                console.print(f"      … and {len(some) - _EXAMPLES} more", soft_wrap=True)


def _alike(reason: str) -> str:
    """Return a reason without what differs from one resource to the next: addresses, and numbers but a leading code."""
    code = re.match(r"[1-5]\d\d\b", reason)
    start = code.end() if code else 0
    return reason[:start] + re.sub(r"https?://\S+|\b\d+(?:\.\d+)?%?(?!\d)", "…", reason[start:])


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
