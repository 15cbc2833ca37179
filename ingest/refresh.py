"""When a refresh began, kept until it is through: one that was interrupted goes on and asks for nothing twice."""

from __future__ import annotations

from pathlib import Path

from ingest.archive import now

_NAME = "refreshing"


def refresh_began(home: Path) -> str:
    """Return when the refresh at work in a home began (ISO 8601, UTC): now, or when the interrupted one did."""
    file = home / _NAME
    if not file.is_file():
        file.write_text(now(), encoding="ascii")
    return file.read_text(encoding="ascii", errors="replace").strip() or now()


def refresh_done(home: Path) -> None:
    """Let the next refresh be a new one."""
    (home / _NAME).unlink(missing_ok=True)
