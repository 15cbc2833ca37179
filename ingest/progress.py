"""How a long run tells what it is doing; who shows it is not its matter."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the stages of a build as they happen."""

    def start(self, stage: str, total: int) -> None:
        """A stage begins, of so many steps."""

    def advance(self, done: int, detail: str = "") -> None:
        """So many steps of the stage are done."""


class Silent:
    """Shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Show nothing."""

    def advance(self, done: int, detail: str = "") -> None:
        """Show nothing."""
