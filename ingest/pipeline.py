"""The stages in order: list → entries → resources → archive → documents, with an outcome for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from config.settings import Settings
from ingest import wayback
from ingest.archive import Archive, Snapshot
from ingest.cache import DocumentCache
from ingest.catalogues import described
from ingest.collect import Collector, no_copy
from ingest.document import Document
from ingest.elsewhere import places
from ingest.lookup import look_up
from ingest.progress import Progress
from ingest.reading import Job, read_all
from ingest.reading_list import read_reading_list
from ingest.refresh import refresh_began, refresh_done
from ingest.render import rendered_address
from ingest.report import Outcome, with_advice
from ingest.resource import Resource, resources_from
from ingest.sources.registry import SOURCES
from ingest.twins import twins
from ingest.url import archive_key

# Below this share of the body's words a document counts as partly read.
WHOLE = 0.9
# The page it names, the Wayback Machine's answer, the page there: each is asked when the one before is known.
_MOST_ROUNDS = 4

Results = dict[str, Document | str]
"""Resource → its document, or why there is none."""


def gather(
    reading_list: Path,
    archive: Archive,
    settings: Settings,
    progress: Progress,
    offline: bool,
    refresh: bool = False,
    since: str = "",
) -> tuple[Outcome, ...]:
    """Return an outcome for every resource of the list and for each of their children, in list order.

    ``refresh`` asks again for what the archive has, however recent it is; ``since`` for what was
    checked before a time (ISO 8601, UTC).

    Raises ReadingListError, UsageError. What goes wrong with one resource is in its outcome.
    """
    entries = read_reading_list(reading_list)
    began = refresh_began(settings.home) if refresh and not offline else since
    collector = None if offline else _collector(resources_from(entries), archive, settings, progress, began)
    cache = DocumentCache(settings.cache_folder / "documents.sqlite")

    def read(some: Sequence[Resource]) -> Results:
        return _read(some, archive, cache, settings, progress)

    try:
        ask = collector.catalogues if collector is not None and settings.lookup_titles else None
        looked_up = look_up(entries, reading_list, settings.home, archive, ask, read)
        resources = resources_from(looked_up.entries)
        if collector is not None:
            collector.pages(resources)
            collector.announced(resources)
        settled = [SOURCES[resource.kind].settled(resource, archive) for resource in resources]
        expanded = _expanded(settled, archive, settings.expand_children)
        if collector is not None:
            collector.pages([resource for resource in expanded if resource.parent])
        results = read(expanded)
        for _ in range(_MOST_ROUNDS if collector is not None else 0):
            assert collector is not None
            asked = collector.elsewhere([r for r in expanded if not _is_whole(results.get(r.url))], results)
            if not asked:
                break
            results |= read(asked)
    finally:
        cache.close()
    offline = collector is None or collector.lost
    if refresh and not offline:
        refresh_done(settings.home)
    outcomes = [_outcome(r, results.get(r.url), archive, offline, looked_up.said.get(r.url, "")) for r in expanded]
    return _without_twins(outcomes)


def _collector(
    resources: Sequence[Resource], archive: Archive, settings: Settings, progress: Progress, refresh: str
) -> Collector | None:
    collector = Collector(archive, settings, progress, refresh)
    progress.start("Looking for the network", 1)
    found = collector.online(resources)
    progress.advance(1, "" if found else "no network: going on with what the archive holds")
    return collector if found else None


def _expanded(resources: Sequence[Resource], archive: Archive, most: int) -> list[Resource]:
    """Return the resources with each one's children after it; a child that the list names stays where it is."""
    named = {archive_key(resource.url): resource.url for resource in resources}
    parents: dict[str, str] = {}
    children: dict[str, list[Resource]] = {}
    for resource in resources:
        for child in SOURCES[resource.kind].children(resource, archive, most):
            key = archive_key(child.url)
            if key in named:
                parents.setdefault(named[key], resource.url)
            else:
                named[key] = child.url
                children.setdefault(resource.url, []).append(child)
    found: list[Resource] = []
    for resource in resources:
        parent = parents.get(resource.url)
        found.append(replace(resource, parent=parent) if parent not in (None, resource.url) else resource)
        found.extend(children.get(resource.url, ()))
    return found


def _snapshots(resource: Resource, archive: Archive) -> Iterator[Snapshot]:
    """Yield what the archive has of a resource, what should be read first coming first."""
    source = SOURCES[resource.kind]
    if not resource.linked:
        return
    addresses = source.addresses(resource)
    seen: set[tuple[str, str]] = set()
    for place in places(addresses, resource.url, archive):
        snapshot = archive.get(place)
        if snapshot is not None and 200 <= snapshot.status < 300 and source.accepts(snapshot):
            seen.add((snapshot.url, snapshot.digest))
            yield snapshot
    for address in addresses:
        # What its scripts made of a page, said to be at the page's own address.
        shell = archive.get(address)
        if shell is not None and (rendered := archive.get(rendered_address(shell.url))) is not None:
            yield replace(rendered, url=shell.url)
    for address in addresses:
        for snapshot in archive.older(address):
            if source.accepts(snapshot) and (snapshot.url, snapshot.digest) not in seen:
                seen.add((snapshot.url, snapshot.digest))
                yield snapshot


def _is_whole(result: Document | str | None) -> bool:
    return isinstance(result, Document) and not result.partial


def _read(
    resources: Sequence[Resource], archive: Archive, cache: DocumentCache, settings: Settings, progress: Progress
) -> Results:
    """Return what each resource says, by the first of its snapshots that can be read whole, else in part."""
    results: Results = {}
    sources = {resource.url: _snapshots(resource, archive) for resource in resources}
    pending = list(resources)
    while pending:
        jobs: list[Job] = []
        known: list[tuple[Resource, Document | str]] = []
        for resource in pending:
            snapshot = next(sources[resource.url], None)
            if snapshot is None:
                continue
            held = cache.get(resource.url, snapshot.url, snapshot.digest)
            if held is None:
                jobs.append((resource, snapshot))
            else:
                known.append((resource, _shown(held, archive)))
        if jobs:
            progress.start("Reading", len(jobs))
        for number, ((resource, snapshot), result) in enumerate(read_all(jobs, settings.read_seconds), start=1):
            cache.put(resource.url, snapshot.url, snapshot.digest, result)
            known.append((resource, _shown(result, archive)))
            progress.advance(number, resource.title)
        for resource, result in known:
            before = results.get(resource.url)
            if before is None or _is_whole(result) or (isinstance(before, str) and isinstance(result, Document)):
                results[resource.url] = result
        pending = [resource for resource, _ in known if not _is_whole(results[resource.url])]
    return results


def _shown(result: Document | str, archive: Archive) -> Document | str:
    """Return a document as a catalogue describes it, at the address at which a reader opens it."""
    if not isinstance(result, Document):
        return result
    page = wayback.cited(result.url)
    return described(replace(result, url=page) if page else result, archive)


def _without_twins(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes with each text once: under the address that the list itself names, else the first."""
    # What a person put on the list outranks what came with a blog.
    order = sorted(range(len(outcomes)), key=lambda number: (not outcomes[number].resource.entries, number))
    rank = {outcomes[number].resource.url: place for place, number in enumerate(order)}
    same = twins([outcome.document for outcome in outcomes if outcome.document is not None], rank)
    return tuple(
        Outcome(outcome.resource, "read", f"same as {same[outcome.resource.url]}")
        if outcome.resource.url in same
        else outcome
        for outcome in outcomes
    )


def _outcome(
    resource: Resource, result: Document | str | None, archive: Archive, offline: bool, looked_up: str
) -> Outcome:
    if isinstance(result, Document):
        if result.media == "video":
            result = replace(result, title=resource.title)
        titled = replace(resource, title=result.title) if result.title and not resource.named else resource
        if result.partial:
            return Outcome(titled, "partial", with_advice(result.partial), result)
        if result.coverage < WHOLE:
            return Outcome(titled, "partial", f"{result.coverage:.0%} of the page's words were read", result)
        return Outcome(titled, "read", _provenance(resource, result) or looked_up, result)
    if result is not None:
        return Outcome(resource, "failed", _without_copy(with_advice(result), resource, archive))
    if not resource.linked:
        return Outcome(resource, "unlinked", looked_up or resource.entries[0].unlinked)
    failures = [archive.failed(address) for address in SOURCES[resource.kind].addresses(resource)]
    told = [failure for failure in failures if failure is not None]
    if told:
        # Of several addresses, the one that is not merely absent tells more.
        failure = next((failure for failure in told if not failure.permanent), told[0])
        return Outcome(resource, "failed", _without_copy(with_advice(failure.reason), resource, archive))
    return Outcome(resource, "missing", SOURCES[resource.kind].missing_reason(resource, offline))


def _provenance(resource: Resource, document: Document) -> str:
    """Return that a document is the Wayback Machine's copy, and of when; "" for the page itself."""
    date = None if wayback.date_of(resource.url) else wayback.date_of(document.url)
    return f"the Wayback Machine's copy of {date}; the original is gone" if date else ""


def _without_copy(reason: str, resource: Resource, archive: Archive) -> str:
    return f"{reason}; the Wayback Machine has no copy" if no_copy(resource, archive) else reason
