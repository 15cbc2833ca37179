"""The stages in order: list → entries → resources → archive → documents, with an outcome for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.settings import Settings
from ingest.archive import Archive, Snapshot
from ingest.cache import DocumentCache
from ingest.document import Document
from ingest.fetch import FetchLimits, fetch_all, online
from ingest.progress import Progress
from ingest.reading import Job, read_all
from ingest.reading_list import read_reading_list
from ingest.report import Outcome
from ingest.resource import Resource, resources_from
from ingest.sources.registry import SOURCES

# Below this share of the body's words a document counts as partly read.
WHOLE = 0.9


def gather(
    reading_list: Path, archive: Archive, settings: Settings, progress: Progress, offline: bool
) -> tuple[Outcome, ...]:
    """Return an outcome for every resource of the list and for each of their children, in list order.

    Raises ReadingListError. What goes wrong with one resource is in its outcome.
    """
    resources = resources_from(read_reading_list(reading_list))
    if not offline:
        progress.start("Looking for the network", 1)
        offline = not online()
        progress.advance(1, "no network: going on with what the archive holds" if offline else "")
    if not offline:
        _fetch(resources, archive, settings, progress)
    expanded = _expanded(resources, archive, settings.expand_children)
    if not offline and len(expanded) > len(resources):
        _fetch([child for child in expanded if child.parent], archive, settings, progress)
    cache = DocumentCache(settings.cache_folder / "documents.sqlite")
    try:
        return _read(expanded, archive, cache, settings, progress, offline)
    finally:
        cache.close()


def _fetch(resources: Sequence[Resource], archive: Archive, settings: Settings, progress: Progress) -> None:
    wanted: list[tuple[str, ...]] = []
    for resource in resources:
        source = SOURCES[resource.kind]
        if (addresses := source.fetchable(resource)) and _snapshot(resource, archive) is None:
            wanted.append(addresses)
        wanted.extend((address,) for address in source.discovery(resource) if archive.get(address) is None)
    progress.start("Fetching", len(wanted))
    done = 0

    def finished(detail: str) -> None:
        nonlocal done
        done += 1
        progress.advance(done, detail)

    limits = FetchLimits(
        connect_seconds=settings.fetch_connect_seconds,
        total_seconds=settings.fetch_total_seconds,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
        parallel_hosts=settings.fetch_parallel_hosts,
        pause_seconds=settings.fetch_pause_seconds,
        user_agent=settings.user_agent,
    )
    fetch_all(wanted, archive, limits, lambda event: finished(event.url))


def _expanded(resources: Sequence[Resource], archive: Archive, most: int) -> list[Resource]:
    """Return the resources with each one's children after it; a child that the list names stays where it is."""
    named = {resource.url for resource in resources}
    parents: dict[str, str] = {}
    children: dict[str, list[Resource]] = {}
    for resource in resources:
        for child in SOURCES[resource.kind].children(resource, archive, most):
            if child.url in named:
                parents.setdefault(child.url, resource.url)
            else:
                named.add(child.url)
                children.setdefault(resource.url, []).append(child)
    found: list[Resource] = []
    for resource in resources:
        parent = parents.get(resource.url)
        found.append(replace(resource, parent=parent) if parent not in (None, resource.url) else resource)
        found.extend(children.get(resource.url, ()))
    return found


def _snapshot(resource: Resource, archive: Archive) -> Snapshot | None:
    for address in SOURCES[resource.kind].addresses(resource):
        snapshot = archive.get(address)
        if snapshot is not None and 200 <= snapshot.status < 300:
            return snapshot
    return None


def _read(
    resources: Sequence[Resource],
    archive: Archive,
    cache: DocumentCache,
    settings: Settings,
    progress: Progress,
    offline: bool,
) -> tuple[Outcome, ...]:
    results: dict[str, Document | str] = {}
    jobs: list[Job] = []
    for resource in resources:
        snapshot = _snapshot(resource, archive)
        if snapshot is None:
            continue
        known = cache.get(resource.url, snapshot.url, snapshot.digest)
        if known is None:
            jobs.append((resource, snapshot))
        else:
            results[resource.url] = known
    progress.start("Reading", len(jobs))
    for number, ((resource, snapshot), result) in enumerate(read_all(jobs, settings.read_seconds), start=1):
        cache.put(resource.url, snapshot.url, snapshot.digest, result)
        results[resource.url] = result
        progress.advance(number, resource.title)
    return tuple(_outcome(resource, results.get(resource.url), archive, offline) for resource in resources)


def _outcome(resource: Resource, result: Document | str | None, archive: Archive, offline: bool) -> Outcome:
    if isinstance(result, Document):
        titled = replace(resource, title=result.title) if resource.parent and result.title else resource
        if result.partial:
            return Outcome(titled, "partial", result.partial, result)
        if result.coverage < WHOLE:
            return Outcome(titled, "partial", f"{result.coverage:.0%} of the page's words were read", result)
        return Outcome(titled, "read", "", result)
    if result is not None:
        return Outcome(resource, "failed", result)
    if not resource.linked:
        return Outcome(resource, "unlinked", "the list gives no address for it")
    for address in SOURCES[resource.kind].addresses(resource):
        failure = archive.failure(address)
        if failure is not None:
            return Outcome(resource, "failed", failure)
    return Outcome(resource, "missing", SOURCES[resource.kind].missing_reason(resource, offline))
