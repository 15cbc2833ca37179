"""The commands that show what the index holds."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app import present, words
from app.batch import well_formed
from app.commands.options import Home, Json, not_yet, opened, warn
from app.look_up import look_up
from config.errors import NoIndexError, UsageError
from config.settings import load_settings


def show(
    resource: Annotated[str | None, typer.Argument(help="The resource's address as the list gives it.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every document, one JSON line each (with --json).")
    ] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Print what was read of a resource, block by block, as it was indexed.

    Example: concordance show https://arxiv.org/abs/1711.00937
    """
    searcher = opened(home)
    if everything:
        if not as_json:
            raise UsageError("show --all prints JSON lines; add --json")
        for document in searcher.store.documents():
            print(json.dumps(present.show_json(document, searcher), ensure_ascii=False))
        return
    if resource is None or not resource.strip():
        raise UsageError("say which resource to show, or give --all --json")
    document = look_up(well_formed(resource), searcher)
    if as_json:
        present.print_json(present.show_json(document, searcher))
    else:
        words.show(document)


def status(as_json: Json = False, home: Home = None) -> None:
    """Say what the index holds, and name each resource that was not read, and why; --json lists all of them.

    Example: concordance status --json
    """
    from index.generation import serving
    from index.store import Store

    settings = load_settings(home=home)
    try:
        folder, manifest, warnings = serving(settings.generations_folder)
    except NoIndexError as error:
        raise not_yet(settings, error) from None
    warn(warnings)
    store = Store(folder)
    if as_json:
        present.print_json(present.status_json(manifest, store))
    else:
        words.status(manifest, store)
