"""The commands that put things into the archive and the index, or look at what is to come."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app import present, words
from app.commands.options import Home, Json
from config.errors import UsageError
from config.settings import load_settings


def import_(
    paths: Annotated[list[Path], typer.Argument(help="WARC, WACZ, HTML, PDF, notebook or caption files, or folders.")],
    url: Annotated[
        str | None, typer.Option("--url", help="The address of a single file that does not name its own.")
    ] = None,
    home: Home = None,
) -> None:
    """Put pages that you have into the archive.

    Example: concordance import saved-page.html --url https://example.org/page
    """
    from ingest.archive import Archive
    from ingest.importing import import_paths

    settings = load_settings(home=home)
    with Archive.open(settings.archive_folder) as archive:
        results = list(import_paths(paths, archive, url))
    words.imported(results)
    if not any(result.taken or result.reason == "unchanged" for result in results):
        raise typer.Exit(1)


def build(
    reading_list: Annotated[
        Path | None,
        typer.Option("--list", help="The Markdown reading list; else the last one used, else the default."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Read the archive only; fetch nothing.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask every link again; what did not change is not sent twice.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Build the demo that ships with Concordance.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Make the index anew from the list and the archive; only what changed is read and embedded.

    Example: concordance build --list my-list.md
    """
    from app.building import demo_settings, run_build

    settings = load_settings(home=home)
    if offline and refresh:
        raise UsageError("--refresh asks the network and --offline does not; leave one of them out")
    built = run_build(settings, reading_list, offline, demo, refresh)
    if as_json:
        present.print_json(present.build_json(built))
    else:
        words.build_report(built)
    if demo:
        print(f"The demo has a home of its own; ask it with --home {demo_settings(settings).home}", file=sys.stderr)


def check(
    reading_list: Annotated[
        Path | None,
        typer.Option("--list", help="The Markdown reading list; else the last one used, else the default."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Say what is known of each link; ask nothing.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say how each link of the list is: alive, moved, gone, closed or silent. The index stays as it is.

    What comes is kept, so that the next build need not ask for it again.

    Example: concordance check --list my-list.md
    """
    from app.checking import run_check

    found, of_today = run_check(load_settings(home=home), reading_list, offline)
    if as_json:
        present.print_json(present.health_json(found))
    else:
        words.health(found)
    if not of_today and not offline:
        print("No network: this is what was known before.", file=sys.stderr)
        raise typer.Exit(1)
