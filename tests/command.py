"""The real command in this process: what a process of its own would load anew each time is loaded once."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from app.cli import main


def concordance(
    *arguments: str | Path, given: str = "", environment: Mapping[str, str] | None = None
) -> CompletedProcess[str]:
    """Return what the command printed and its exit code, as a process of its own would have ended.

    ``environment`` is all that it sees of one; without it, it sees that of the tests.
    """
    words = [str(argument) for argument in arguments]
    out, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(told):
        patch.setattr(sys, "argv", ["concordance", *words])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        # A home named before the command is put into the environment: it goes when the command has ended.
        patch.setenv("CONCORDANCE_HOME", "")
        patch.delenv("CONCORDANCE_HOME")
        if environment is not None:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        else:
            code = 0
    printed, said = (_text(stream) for stream in (out, told))
    return CompletedProcess(words, code, printed, said)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
