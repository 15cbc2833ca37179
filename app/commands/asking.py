"""The commands that ask the index: for passages, for an answer, for a concept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app import present, words
from app.batch import run_batch, well_formed
from app.commands.options import Batch, Home, Json, Kind, Section, warn
from config.errors import UsageError
from config.settings import load_settings


def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
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
    from index.search import Found, Searcher

    searcher = Searcher(load_settings(home=home))
    warn(searcher.warnings)
    filters = _filters(section, kind)

    def found(text: str) -> Found:
        # Passages that meet are shown as one, so more are looked at than are shown.
        return searcher.search(text, max(LOOKED_AT, 2 * count), filters)

    def run(text: str) -> list[dict[str, Any]]:
        return present.search_json(found(text), searcher, count, explain)

    if batch is not None:
        run_batch(_alone(batch, query), run)
    elif as_json:
        present.print_json(run(_needed(query)))
    else:
        words.search(found(_needed(query)), searcher, count, explain)


def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
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
    from index.search import Searcher

    searcher = Searcher(load_settings(home=home))
    warn(searcher.warnings)
    filters = _filters(section, kind)
    if batch is not None:
        run_batch(_alone(batch, question), lambda text: answer(text, searcher, filters).as_json())
    elif as_json:
        present.print_json(answer(_needed(question), searcher, filters).as_json())
    else:
        words.answer(answer(_needed(question), searcher, filters))


def find(
    concept: Annotated[str | None, typer.Argument(help="A concept, such as 'cross-attention'.")] = None,
    as_json: Json = False,
    batch: Batch = None,
    home: Home = None,
) -> None:
    """List the resources that cover a concept: who explains it, who discusses it, who only mentions it.

    Example: concordance find "latent space"
    """
    from index.concepts import find_concept
    from index.search import Searcher

    searcher = Searcher(load_settings(home=home))
    warn(searcher.warnings)

    def run(text: str) -> dict[str, Any]:
        return present.find_json(text, find_concept(text, searcher), searcher)

    if batch is not None:
        run_batch(_alone(batch, concept), run)
    elif as_json:
        present.print_json(run(_needed(concept)))
    else:
        words.find(run(_needed(concept)))


def _filters(section: list[str] | None, kind: list[str] | None) -> Any:
    from index.search import Filters

    return Filters(tuple(section or ()), tuple(kind or ()))


def _needed(text: str | None) -> str:
    if text is None or not text.strip():
        raise UsageError("say what to look for, or give --batch FILE")
    return well_formed(text)


def _alone(batch: Path, text: str | None) -> Path:
    if text is not None:
        raise UsageError("give a question or --batch FILE, not both")
    return batch
