"""The commands and how they end. Machine output goes to standard output, words for people to standard error."""

from __future__ import annotations

import inspect
import io
import os
import sqlite3
import sys

import typer

from app.commands.asking import ask, find, search
from app.commands.chatting import chat
from app.commands.gathering import build, check, import_
from app.commands.looking import show, status
from app.commands.measuring import calibrate, eval_
from app.commands.options import Home
from config.command import command
from config.errors import ConcordanceError, UsageError

app = typer.Typer(
    name="concordance",
    help="Turn a Markdown reading list into something you can question.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# In the order in which help names them.
for run in (import_, build, check, search, ask, find, show, status, eval_, calibrate, chat):
    told = inspect.getdoc(run) or ""
    app.command(run.__name__.rstrip("_"), help=told.replace("Example: concordance", f"Example: {command()}"))(run)


@app.callback()
def everywhere(home: Home = None) -> None:
    """Take the home before the command as well as after it."""
    if home is not None:
        os.environ["CONCORDANCE_HOME"] = str(home)


# A shell's code for what SIGINT ended.
_INTERRUPTED = 130


def main() -> None:
    """Run a command; an error of ours is one line and exit code 1, or 2 for wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a source says may hold what a console's or a pipe's own encoding cannot.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name=command(), standalone_mode=True)
    except UsageError as error:
        print(f"concordance: {error}", file=sys.stderr)
        sys.exit(2)
    except ConcordanceError as error:
        print(f"concordance: {error}", file=sys.stderr)
        sys.exit(1)
    except SystemExit as ended:
        # Typer ends so on Ctrl+C, without a word.
        if ended.code == _INTERRUPTED:
            print("concordance: interrupted; what was done is kept, and the same command goes on", file=sys.stderr)
        raise
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
