"""The health of every link of a list, without building."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from app.building import list_of, shown
from config.errors import UsageError
from config.settings import Settings
from ingest.archive import Archive
from ingest.health import health
from ingest.held import days_ago
from ingest.pipeline import gather
from ingest.report import Health

_PROGRESS_FILE = "checking.json"
# Who checks wants to know of today.
_RECENT_DAYS = 1.0


def run_check(settings: Settings, reading_list: Path | None, offline: bool) -> tuple[tuple[Health, ...], bool]:
    """Return the health of each link, and whether that is of today: False where there was no network.

    What comes goes into the archive, so that the next build need not ask for it; the index stays as
    it is. Raises ReadingListError, UsageError.
    """
    chosen = list_of(settings, reading_list)
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"a build is at work in {settings.home}; wait for it to end") from error
    try:
        with Archive.open(settings.archive_folder) as archive, shown(settings, _PROGRESS_FILE) as progress:
            alone = settings.model_copy(update={"expand_children": 0})
            outcomes = gather(chosen, archive, alone, progress, offline, since=days_ago(_RECENT_DAYS))
            found = health(outcomes, archive)
    finally:
        lock.release()
    return found, any(one.checked >= days_ago(_RECENT_DAYS) for one in found)
