"""Snapshots → documents, in parallel processes: one bad page never stops a build."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources.registry import SOURCES

Job = tuple[Resource, Snapshot]

# Below this many, starting processes takes longer than reading.
_WORTH_A_POOL = 6


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
        return "the page is too large to be read in the memory there is"
    except Exception as error:  # noqa: BLE001  # hostile input finds the paths nobody thought of: recorded, and on
        return f"could not be read: {type(error).__name__}: {error}"


def read_all(jobs: Sequence[Job], seconds: float) -> Iterator[tuple[Job, Document | str]]:
    """Yield each job with its result, in order; none takes longer than ``seconds``.

    A job that takes longer, or that kills its process, costs that process and gives a reason.
    """
    if len(jobs) < _WORTH_A_POOL and sum(len(snapshot.body) for _, snapshot in jobs) < 2_000_000:
        for job in jobs:
            yield job, read_one(job)
        return
    waiting = list(jobs)
    while waiting:
        pool = ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, 8), mp_context=get_context("spawn"))
        futures: list[tuple[Job, Future[Document | str]]] = [(job, pool.submit(read_one, job)) for job in waiting]
        waiting = []
        for number, (job, future) in enumerate(futures):
            try:
                yield job, future.result(timeout=seconds)
            except (FutureTimeout, BrokenProcessPool) as error:
                slow = isinstance(error, FutureTimeout)
                yield (
                    job,
                    f"not read within {seconds:.0f} s" if slow else "reading it ended the process that read it",
                )
                waiting = [later for later, _ in futures[number + 1 :]]
                _end(pool)
                break
        else:
            pool.shutdown()


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
