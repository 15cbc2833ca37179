"""The commands that ask the index: for passages, for an answer, for a concept."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import present, words
from app.batch import run_batch, well_formed
from app.commands.options import Batch, Home, Json, Kind, Section, opened
from config.errors import UsageError

if TYPE_CHECKING:
    from index.search import Filters, Searcher

# Names of sections or kinds that an error lists.
_NAMED = 12


def search(
    query: Annotated[list[str] | None, typer.Argument(help="What to look for.")] = None,
    count: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each part contributed to the score.")] = False,
    batch: Batch = None,
    section: Section = None,
    kind: Kind = None,
    home: Home = None,
) -> None:
    """Print the passages that match best, each with a link that opens the original at it.

    Example: concordance search "reparameterization trick" -k 5
    """
    from index.passage import LOOKED_AT
    from index.search import Found

    searcher = opened(home)
    filters = _filters(section, kind, searcher)

    def found(text: str) -> Found:
        # Passages that meet are shown as one, so more are looked at than are shown.
        return searcher.search(text, max(LOOKED_AT, 2 * count), filters)

    def value(text: str) -> list[dict[str, Any]]:
        return present.search_json(found(text), searcher, count, explain)

    _give(query, batch, as_json, value, lambda text: words.search(found(text), searcher, count, explain))


def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question.")] = None,
    as_json: Json = False,
    batch: Batch = None,
    section: Section = None,
    kind: Kind = None,
    home: Home = None,
) -> None:
    """Answer a question from what the list links to, or say that the list does not cover it.

    Example: concordance ask "What is classifier-free guidance?"
    """
    from app.answer.ask import ask as answer
    from app.answer.model import Answer

    searcher = opened(home)
    filters = _filters(section, kind, searcher)

    def found(text: str) -> Answer:
        return answer(text, searcher, filters)

    _give(question, batch, as_json, lambda text: found(text).as_json(), lambda text: words.answer(found(text)))


def find(
    concept: Annotated[list[str] | None, typer.Argument(help="A concept, such as 'cross-attention'.")] = None,
    as_json: Json = False,
    batch: Batch = None,
    home: Home = None,
) -> None:
    """List the resources that cover a concept: who explains it, who discusses it, who only mentions it.

    Example: concordance find "latent space"
    """
    from index.concepts import find_concept

    searcher = opened(home)

    def found(text: str) -> dict[str, Any]:
        return present.find_json(text, find_concept(text, searcher), searcher)

    _give(concept, batch, as_json, found, lambda text: words.find(found(text)))


def _give(
    typed: list[str] | None, batch: Path | None, as_json: bool, value: Callable[[str], Any], tell: Callable[[str], None]
) -> None:
    """Print what comes of each line of a batch, or of a text, as JSON or in words."""
    # A question without quotation marks comes as several words.
    text = " ".join(typed or ())
    if batch is not None and typed:
        raise UsageError("give a question or --batch FILE, not both")
    if batch is not None:
        run_batch(batch, value)
    elif as_json:
        present.print_json(value(_needed(text)))
    else:
        tell(_needed(text))


def _filters(section: list[str] | None, kind: list[str] | None, searcher: Searcher) -> Filters:
    """Return the limits of a search. Raises UsageError for a section or kind that the list has not."""
    from index.search import Filters

    rows = searcher.store.resources
    sections = dict.fromkeys(name for row in rows for name in (*row.section, " › ".join(row.section)))
    kinds = dict.fromkeys(row.kind for row in rows)
    return Filters(_known("section", section, sections), _known("kind", kind, kinds))


def _known(what: str, given: list[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    """Return what was given as the list writes it."""
    by_name = {name.casefold(): name for name in known if name}
    for name in given or ():
        if name.casefold() not in by_name:
            near = get_close_matches(name.casefold(), by_name, n=3)
            named = ", ".join(by_name[one] for one in near or itertools.islice(by_name, _NAMED))
            raise UsageError(f"the list has no {what} {name!r}; it has {named}")
    return tuple(by_name[name.casefold()] for name in given or ())


def _needed(text: str) -> str:
    if not text.strip():
        raise UsageError("say what to ask or look for, or give --batch FILE")
    return well_formed(text)
