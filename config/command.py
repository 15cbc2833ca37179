"""What to type in a terminal for a command, by how the program was started."""

from __future__ import annotations

import os


def command(*arguments: str) -> str:
    """Return the command line of a command, or without one of the program, as it was started."""
    # start.py says how it was called: what it installs is not on the PATH.
    return " ".join((os.environ.get("CONCORDANCE_STARTED_AS") or "concordance", *arguments))
