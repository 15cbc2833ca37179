"""What several commands take, and what they say before they answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

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
