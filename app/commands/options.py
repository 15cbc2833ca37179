"""What several commands take, and what they say before they answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import NoIndexError
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from index.search import Searcher

Home = Annotated[
    Path | None,
    typer.Option("--home", help="The folder that holds everything; else CONCORDANCE_HOME, else the user data folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        help='A file of JSON lines, each {"q": …}, or - for standard input; prints one JSON line for each, in order.',
    ),
]
Section = Annotated[list[str] | None, typer.Option("--section", help="Only this section of the list (repeatable).")]
Kind = Annotated[list[str] | None, typer.Option("--kind", help="Only this kind: article, paper, video … (repeatable).")]


def warn(lines: list[str]) -> None:
    """Print each line to standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def opened(home: Path | None) -> Searcher:
    """Return the open index of a home, with what it warns of told. Raises NoIndexError."""
    from index.search import Searcher

    settings = load_settings(home=home)
    try:
        searcher = Searcher(settings)
    except NoIndexError as error:
        raise not_yet(settings, error) from None
    warn(searcher.warnings)
    return searcher


def not_yet(settings: Settings, error: NoIndexError) -> NoIndexError:
    """Return what is said where there is no index: how far the build is that makes the first one, if any does."""
    from app.building import building

    stage = building(settings)
    if stage is None:
        return error
    at = f"{stage.stage}, {stage.done} of {stage.total}" if stage.total else stage.stage
    return NoIndexError(f"the first index is still being built ({at}); ask again when it is done")
