"""The commands. Machine output goes to standard output, words for people to standard error."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app import present, words
from app.batch import run_batch, well_formed
from app.look_up import look_up
from config.errors import ConcordanceError, UsageError
from config.settings import load_settings

app = typer.Typer(
    name="concordance",
    help="Turn a Markdown reading list into something you can question.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

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


@app.command("import")
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


@app.command()
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
    from app.building import run_build

    settings = load_settings(home=home)
    if offline and refresh:
        raise UsageError("--refresh asks the network and --offline does not; leave one of them out")
    built = run_build(settings, reading_list, offline, demo, refresh)
    if as_json:
        present.print_json(present.build_json(built))
    else:
        words.build_report(built)


@app.command()
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


@app.command()
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
    _warn(searcher.warnings)
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


@app.command()
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
    _warn(searcher.warnings)
    filters = _filters(section, kind)
    if batch is not None:
        run_batch(_alone(batch, question), lambda text: answer(text, searcher, filters).as_json())
    elif as_json:
        present.print_json(answer(_needed(question), searcher, filters).as_json())
    else:
        words.answer(answer(_needed(question), searcher, filters))


@app.command()
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
    _warn(searcher.warnings)

    def run(text: str) -> dict[str, Any]:
        return present.find_json(text, find_concept(text, searcher), searcher)

    if batch is not None:
        run_batch(_alone(batch, concept), run)
    elif as_json:
        present.print_json(run(_needed(concept)))
    else:
        words.find(run(_needed(concept)))


@app.command()
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
    from index.search import Searcher

    searcher = Searcher(load_settings(home=home))
    _warn(searcher.warnings)
    if everything:
        if not as_json:
            raise UsageError("show --all prints JSON lines; add --json")
        for document in searcher.store.documents():
            print(json.dumps(present.show_json(document, searcher), ensure_ascii=False))
        return
    document = look_up(_needed(resource), searcher)
    if as_json:
        present.print_json(present.show_json(document, searcher))
    else:
        words.show(document)


@app.command()
def status(as_json: Json = False, home: Home = None) -> None:
    """Say what the index holds: each resource, whether it was read, and if not, why.

    Example: concordance status --json
    """
    from index.generation import serving
    from index.store import Store

    settings = load_settings(home=home)
    folder, manifest, warnings = serving(settings.generations_folder)
    _warn(warnings)
    store = Store(folder)
    if as_json:
        present.print_json(present.status_json(manifest, store))
    else:
        words.status(manifest, store)


@app.command("eval")
def eval_(
    file: Annotated[Path, typer.Argument(help='JSON lines: "q", "gold" (addresses; [] if not covered), "must".')],
    as_json: Json = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Say at which score this list should refuse, by these questions.")
    ] = False,
    home: Home = None,
) -> None:
    """Measure how your own questions are answered: what is found, refused and cited, and how fast.

    Example: concordance eval my-questions.jsonl
    """
    from app.evaluating import calibrated, evaluate, read_questions, summary, unknown_gold
    from app.evaluation_table import print_evaluation
    from index.search import Searcher

    settings = load_settings(home=home)
    questions = read_questions(file)
    searcher = Searcher(settings)
    _warn([*searcher.warnings, *unknown_gold(questions, searcher)])
    judged = evaluate(questions, searcher)
    measured = summary(judged, settings.abstain_below)
    threshold = calibrated(judged) if calibrate else None
    if calibrate and threshold is None:
        raise UsageError(f"{file}: to calibrate, give questions that the list covers and ones that it does not")
    if as_json:
        present.print_json({**measured, "calibrated": threshold} if calibrate else measured)
        return
    print_evaluation(measured)
    if calibrate:
        print(f"\nBy these questions, set abstain_below = {threshold} in {settings.home / 'settings.toml'}")


@app.command()
def calibrate(
    file: Annotated[
        Path | None,
        typer.Argument(help='Your questions, as for eval: "gold" is [] for what the list does not cover.'),
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Set when to say "the list does not cover this", by your own questions or by what the list itself says.

    Example: concordance calibrate my-questions.jsonl
    """
    from app.calibrating import calibrate_home
    from app.calibration_table import calibrated_json, print_calibrated

    settings = load_settings(home=home)
    made = calibrate_home(settings, file)
    if as_json:
        present.print_json(calibrated_json(made))
    else:
        print_calibrated(made, settings)


@app.command()
def chat(
    demo: Annotated[bool, typer.Option("--demo", help="Open the demo that ships with Concordance.")] = False,
    port: Annotated[int, typer.Option("--port", help="The port on this machine.")] = 8501,
    host: Annotated[str, typer.Option("--host", help="127.0.0.1: this machine alone may connect.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    home: Home = None,
) -> None:
    """Open the chat; where there is no index yet, it is built first.

    Example: concordance chat --demo
    """
    from app.serve import serve

    serve(load_settings(home=home), demo, host, port, browser)


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


def _warn(words: list[str]) -> None:
    for word in words:
        print(word, file=sys.stderr)


def main() -> None:
    """Run a command; an error of ours is one line and exit code 1, or 2 for wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a source says may hold what a console's or a pipe's own encoding cannot.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(standalone_mode=True)
    except UsageError as error:
        print(f"concordance: {error}", file=sys.stderr)
        sys.exit(2)
    except ConcordanceError as error:
        print(f"concordance: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("concordance: interrupted; what was done is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has enough; what Python would still write of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (OSError, sqlite3.OperationalError) as error:
        where = getattr(error, "filename", None) or "a file of the home folder"
        print(
            f"concordance: {where}: {getattr(error, 'strerror', None) or error}; make room there, let this user "
            "write there, or name another folder with --home",
            file=sys.stderr,
        )
        sys.exit(1)
