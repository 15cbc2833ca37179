"""The real command, in this process or one of its own, sent to a server of ours by its own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ingest.archive import Archive
from ingest.held import is_dead
from tests.command import concordance
from tests.loopback import Web

COMMAND = (sys.executable, "-c", "from app.cli import main; main()")


def environment(web: Web, home: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDANCE_")}
    return {**clean, **web.environment(home), "CONCORDANCE_HOME": str(home), "CONCORDANCE_LLM": "none", **more}


def start(web: Web, home: Path, *arguments: str | Path, **more: str) -> subprocess.Popen[str]:
    home.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], env=environment(web, home, **more), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(web: Web, home: Path, *arguments: str | Path, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(parents=True, exist_ok=True)
    done = concordance(*arguments, environment=environment(web, home, **more))
    assert done.returncode == code, done.stderr
    return done


def output(web: Web, home: Path, *arguments: str | Path, **more: str) -> Any:
    return json.loads(run(web, home, *arguments, **more).stdout)


def what_is_indexed(web: Web, home: Path, **more: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what an index says of each resource, times left out, and every document in it."""
    rows = output(web, home, "status", "--json", **more)["resources"]
    documents = run(web, home, "show", "--all", "--json", **more).stdout.splitlines()
    return [{name: value for name, value in row.items() if name != "fetched"} for row in rows], documents


def settled(archive_folder: Path, addresses: set[str]) -> set[str]:
    """Return which of some addresses an archive has, or knows to be dead."""
    with Archive.open(archive_folder) as archive:
        return {url for url in addresses if archive.held(url) is not None or is_dead(url, archive)}
