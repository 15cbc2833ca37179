"""Many questions at once: JSON lines in, a JSON line for each out, in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.errors import UsageError

_STANDARD_INPUT = "-"


def run_batch(path: Path, run: Callable[[str], Any]) -> None:
    """Print the result of ``run`` for each line of a file, ``-`` for standard input.

    Raises UsageError, naming the line, before anything is run when a line is not {"q": "…", …}.
    """
    for line in _lines(path):
        print(json.dumps({**line, "result": run(well_formed(line["q"]))}, ensure_ascii=False), flush=True)


def well_formed(text: str) -> str:
    """Return text without the halves of characters that JSON and a command line may hold, and no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        if str(path) == _STANDARD_INPUT:
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        else:
            text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--batch {path}: {error}") from error
    lines: list[dict[str, Any]] = []
    # Not splitlines(): JSON may hold the other characters at which that splits.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            form = 'each line is {"q": "a question"}'
            raise UsageError(f"--batch {path}, line {number}: not JSON ({error}); {form}") from error
        if not isinstance(value, dict) or not isinstance(value.get("q"), str):
            raise UsageError(f'--batch {path}, line {number}: not of the form {{"q": "a question"}}')
        if not value["q"].strip():
            raise UsageError(f"--batch {path}, line {number}: the question is empty; write one, or leave the line out")
        lines.append(value)
    return lines
