"""Manners towards hosts: one request at a time, a pause between two, and being told to wait."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from config.errors import FetchError
from ingest.client import FetchLimits

# A host that says nothing so often in a row is left alone for the rest of the run.
_MOST_SILENCES = 3


class HeldError(FetchError):
    """A host is left alone for longer than there is patience in this run."""


class Hosts:
    """Whose turn it is at each host, and how long each has asked to be left alone."""

    def __init__(self, limits: FetchLimits, stopped: threading.Event) -> None:
        """``stopped`` ends every wait."""
        self._limits = limits
        self._stopped = stopped
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._asked: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._held: dict[str, tuple[float, str]] = {}
        self._silent: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until this host may be asked, and keep others from asking it meanwhile.

        Raises HeldError when it asked for more patience than there is.
        """
        with self._guard:
            lock = self._turns[host]
        with lock:
            now = time.monotonic()
            free, reason = self._held.get(host, (0.0, ""))
            if free - now > self._limits.longest_wait_seconds:
                raise HeldError(reason, transient=True)
            at = max(free, self._asked.get(host, float("-inf")) + self.pause(host))
            if at > now:
                self._waiting[host] = at
                self._stopped.wait(at - now)
                self._waiting.pop(host, None)
            if self._stopped.is_set():
                raise HeldError("interrupted", transient=True)
            try:
                yield
            finally:
                self._asked[host] = time.monotonic()

    def pause(self, host: str) -> float:
        """Return the seconds between two requests to a host."""
        named = [seconds for name, seconds in self._limits.pauses if host == name or host.endswith("." + name)]
        return max([self._limits.pause_seconds, self._pauses.get(host, 0.0), *named])

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep to a Crawl-delay, as far as patience goes."""
        self._pauses[host] = min(seconds, self._limits.longest_wait_seconds)

    def hold(self, host: str, seconds: float, reason: str) -> None:
        """Leave a host alone for a time; whoever would have to wait too long is told the reason."""
        self._held[host] = (time.monotonic() + seconds, reason)

    def silent(self, host: str, reason: str) -> None:
        """Count that a host said nothing; after three times in a row it is asked no more."""
        self._silent[host] += 1
        if self._silent[host] >= _MOST_SILENCES:
            self.hold(
                host, float("inf"), f"{reason}; so it was {_MOST_SILENCES} times, and it is asked no more for now"
            )

    def spoke(self, host: str) -> None:
        """Forget earlier silences."""
        self._silent.pop(host, None)

    def waiting(self) -> tuple[tuple[str, float], ...]:
        """Return the hosts that are waited for, with the seconds left."""
        now = time.monotonic()
        return tuple((host, max(0.0, at - now)) for host, at in sorted(self._waiting.copy().items()))
