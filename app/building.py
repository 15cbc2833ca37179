"""A build with its progress shown: in the terminal, and in a file that the chat page reads."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.bars import Bars, bars
from config.errors import IndexError_
from config.settings import DEFAULT_LIST, Settings
from index.build import Built, build
from index.generation import serving
from ingest.demo import demo_list, import_demo

PROGRESS_FILE = "building.json"
# What tells the Streamlit script that the demo was asked for by name.
DEMO_ARGUMENT = "--demo"
# The chat page looks twice a second; writing oftener serves nobody.
_WRITE_EVERY_SECONDS = 0.3
# A build that has not said anything for so long has died.
STALE_SECONDS = 180.0


class Shown:
    """Shows the stages on a terminal's standard error and keeps the latest in a file of the home."""

    def __init__(self, drawn: Bars, file: Path) -> None:
        """Draw with ``drawn``; write to ``file``."""
        self._drawn = drawn
        self._file = file
        self._stage, self._total, self._written = "", 0, 0.0

    def clear(self) -> None:
        """Remove the file, unless it is another's: of the build that is at work, where this one may not begin."""
        if self._written:
            self._file.unlink(missing_ok=True)

    def start(self, stage: str, total: int) -> None:
        """Open the bar of a new stage."""
        self._stage, self._total = stage, total
        self._drawn.start(stage, total)
        self._write(0, "", always=True)

    def advance(self, done: int, detail: str = "") -> None:
        """Move the bar."""
        self._drawn.advance(done, detail)
        self._write(done, detail, always=done >= self._total)

    def _write(self, done: int, detail: str, always: bool) -> None:
        now = time.monotonic()
        if not always and now - self._written < _WRITE_EVERY_SECONDS:
            return
        self._written = now
        state = {
            "pid": os.getpid(),
            "stage": self._stage,
            "done": done,
            "total": self._total,
            "detail": detail,
        }
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(state), encoding="utf-8")
        temporary.replace(self._file)


@contextmanager
def shown(settings: Settings, name: str = PROGRESS_FILE) -> Iterator[Shown]:
    """Show progress on standard error, and in a file of the home while it lasts."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with bars() as drawn:
        progress = Shown(drawn, settings.home / name)
        try:
            yield progress
        finally:
            progress.clear()


def run_build(
    settings: Settings, reading_list: Path | None, offline: bool, demo: bool = False, refresh: bool = False
) -> Built:
    """Build with progress. ``demo`` builds what ships with Concordance, never touching the network."""
    if demo:
        home = demo_settings(settings)
        import_demo(home.archive_folder)
        with shown(home) as progress:
            return build(demo_list(), home, progress, offline=True, demo=True)
    with shown(settings) as progress:
        return build(list_of(settings, reading_list), settings, progress, offline, refresh=refresh)


def list_of(settings: Settings, given: Path | None) -> Path:
    """Return the list that is meant: the given one, else the one that is set, else the last used, else the default."""
    chosen = given or settings.reading_list
    if given is None and settings.reading_list == DEFAULT_LIST:
        with suppress(IndexError_):
            manifest = serving(settings.generations_folder)[1]
            if manifest.reading_list and not manifest.demo:
                chosen = Path(manifest.reading_list)
    return chosen.expanduser().resolve()


def demo_settings(settings: Settings) -> Settings:
    """Return the settings with the demo's own home, so that it never mixes with a person's list."""
    return settings if is_demo(settings) else settings.model_copy(update={"home": settings.home / "demo"})


def is_demo(settings: Settings) -> bool:
    """Whether a home is the demo's."""
    return settings.home.name == "demo"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a build is: its stage, the steps of it that are done, and what it is at."""

    stage: str
    done: int
    total: int
    detail: str


def building(settings: Settings) -> Stage | None:
    """Return how far the build at work in this home is, or None when there is none."""
    file = settings.home / PROGRESS_FILE
    try:
        if time.time() - file.stat().st_mtime > STALE_SECONDS:
            return None
        state = json.loads(file.read_text(encoding="utf-8"))
        stage = Stage(str(state["stage"]), int(state["done"]), int(state["total"]), str(state["detail"]))
        return stage if _alive(int(state["pid"])) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _alive(process: int) -> bool:
    """Whether a process lives. On Windows asking would end it; there only the file's age tells."""
    if os.name == "nt" or not 0 < process < 2**31:
        return os.name == "nt"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
