"""How far a long command is, drawn on the terminal's standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

# With the other columns it leaves some room for what the stage is at in a terminal of eighty characters.
_BAR_WIDTH = 20


class Bars:
    """A bar for each stage."""

    def __init__(self, drawn: Progress) -> None:
        """Draw with ``drawn``."""
        self._drawn = drawn
        self._task: TaskID | None = None

    def start(self, stage: str, total: int) -> None:
        """Close the bar of the stage before and open a new one."""
        # Not sooner: what ends before its first stage should leave no empty line.
        self._drawn.start()
        self._task = self._drawn.add_task(stage, total=total or 1, detail="")
        if not total:
            self._drawn.update(self._task, completed=1)

    def advance(self, done: int, detail: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._drawn.update(self._task, completed=done, detail=detail)


@contextmanager
def bars() -> Iterator[Bars]:
    """Draw bars while it lasts."""
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        TextColumn("{task.description:<24}"), BarColumn(_BAR_WIDTH), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", markup=False, table_column=rest),
    )  # fmt: skip
    drawn = Progress(*columns, console=Console(stderr=True), expand=True)
    try:
        yield Bars(drawn)
    finally:
        if drawn.live.is_started:
            drawn.stop()
