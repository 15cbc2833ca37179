"""Snapshots → documents, in processes of their own: one bad page never stops a build."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from config.errors import ReaderError, ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources.registry import SOURCES

Job = tuple[Resource, Snapshot]

_MOST_WORKERS = 8
# Of address space for one reader, in bytes; what needs more is no page that anybody reads.
_MOST_MEMORY = 4_000_000_000
# A start takes a second or two, on a machine that does much else a minute.
_START_SECONDS = 180.0
# So many starts in a row that come to nothing are no accident: the next would not do better.
_MOST_FAILED_STARTS = 6
_TOO_LARGE = "the page is too large to be read in the memory there is"
# "spawn" starts a reader without what this process holds: its models, its threads, its open files.
_CONTEXT = get_context("spawn")


def read_one(job: Job) -> Document | str:
    """Return the document, or the reason why there is none."""
    resource, snapshot = job
    try:
        return SOURCES[resource.kind].read(snapshot, resource)
    except ReadError as error:
        return str(error)
    except RecursionError:
        return "the page is nested too deeply to be read"
    except MemoryError:
        return _TOO_LARGE
    except Exception as error:  # noqa: BLE001  # hostile input finds the paths nobody thought of: recorded, and on
        return f"could not be read: {type(error).__name__}: {error}"


def read_all(jobs: Sequence[Job], seconds: float) -> Iterator[tuple[Job, Document | str]]:
    """Yield each job with its result, as they are done; none takes longer than ``seconds``.

    A job that takes longer, or that kills the process that reads it, costs that process and gives a reason.
    Raises ReaderError when no process that reads can be started, time after time.
    """
    waiting = deque(jobs)
    readers = [_Reader() for _ in range(min(os.cpu_count() or 1, _MOST_WORKERS, len(jobs)))]
    failed_starts = 0
    try:
        while waiting or any(reader.job for reader in readers):
            pause = max(0.0, min(reader.deadline for reader in readers) - time.monotonic())
            ready = wait([reader.connection for reader in readers], None if pause == float("inf") else pause)
            for reader in tuple(readers):
                result: Document | str | None = None
                if reader.connection in ready:
                    result = reader.receive()
                elif reader.deadline <= time.monotonic():
                    result = f"not read within {seconds:.0f} s"
                    reader.end()
                job = reader.job
                if job is not None and result is not None:
                    reader.job = None
                    yield job, result
                if reader.ended:
                    readers.remove(reader)
                    failed_starts = 0 if reader.ready else failed_starts + 1
                    if failed_starts < _MOST_FAILED_STARTS:
                        readers.append(_Reader())
                    elif not any(other.ready for other in readers):
                        raise ReaderError(_cannot_start(reader))
                elif reader.ready and reader.job is None and waiting:
                    reader.give(waiting.popleft(), seconds)
    finally:
        for reader in readers:
            reader.end()


class _Reader:
    """A process that reads one job after another."""

    def __init__(self) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
        self._refusal = ""
        try:
            self._process.start()
        except OSError as error:
            # No memory, or no more processes allowed. Its end of the pipe closes, and so it is noticed like any other.
            self._refusal = str(error)
        theirs.close()
        self.job: Job | None = None
        self.deadline = time.monotonic() + _START_SECONDS
        self.ready = self.ended = False

    def give(self, job: Job, seconds: float) -> None:
        """Let it read a job; it must have said that it is ready."""
        self.job, self.deadline = job, time.monotonic() + seconds
        with suppress(BrokenPipeError, ConnectionResetError):
            # A reader that died meanwhile is noticed when it is listened to.
            self.connection.send(job)

    def receive(self) -> Document | str | None:
        """Return what it says: a result, None that it is ready, or why there will be none."""
        try:
            said: Document | str | None = self.connection.recv()
        except (EOFError, ConnectionResetError):
            # It is gone or about to go; by waiting, its own last word is heard.
            self.end(patience=1.0)
            return "reading it ended the process that read it"
        self.ready = True
        self.deadline = float("inf")
        return said

    @property
    def fate(self) -> str:
        """How the process ended."""
        return self._refusal or f"ended with exit code {self._process.exitcode}"

    def end(self, patience: float = 0.0) -> None:
        """End the process, whatever it does; ``patience``: seconds in which it may end by itself."""
        if not self.ended:
            self.ended = True
            if self._process.pid is not None:
                self._process.join(patience)
                self._process.kill()
                self._process.join()
            self.connection.close()


def _cannot_start(reader: _Reader) -> str:
    return (
        f"the processes that read pages cannot start: {_MOST_FAILED_STARTS} in a row came to nothing "
        f"(the last: {reader.fate}). If a script of your own builds, save it as a file and let it build below "
        '`if __name__ == "__main__":` only; else free memory or lift the limit on processes, and build again'
    )


def _serve(connection: Connection) -> None:
    # An interruption is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory()
    connection.send(None)
    while True:
        try:
            result = read_one(connection.recv())
        except EOFError:
            return
        except MemoryError:
            result = _TOO_LARGE
        connection.send(result)


def _bound_memory() -> None:
    try:
        import resource as limits
    except ImportError:
        # Windows has no such limit; there the time alone bounds a reader.
        return
    _, hard = limits.getrlimit(limits.RLIMIT_AS)
    most = _MOST_MEMORY if hard == limits.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    with suppress(ValueError, OSError):
        # macOS knows the limit but may not take it.
        limits.setrlimit(limits.RLIMIT_AS, (most, hard))
