"""The command that opens the chat."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.options import Home
from config.settings import load_settings


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
