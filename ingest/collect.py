"""What to ask the web for: what the archive lacks of resources, and other places where what came is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from config.settings import Settings
from ingest.archive import Archive, Snapshot, now
from ingest.catalogues import CATALOGUES
from ingest.client import limits_from
from ingest.document import Document
from ingest.elsewhere import direct, places
from ingest.fetch import fetch_all
from ingest.held import days_ago, is_dead
from ingest.network import network_from, online
from ingest.progress import Progress
from ingest.render import browser, render, rendered_address
from ingest.resource import Resource
from ingest.sources import repository
from ingest.sources.registry import SOURCES
from ingest.wayback import AVAILABLE, held_at, question
from ingest.worker import Ask, FetchEvent, Wanted

# Where new posts and chapters are announced is looked at more often than what they say.
_ANNOUNCED_DAYS = 1.0
_ROOTS = ("blog", "book")
_MOST_ROUNDS = 5
# What the Wayback Machine or a catalogue did not have a month ago it may have now.
_ANSWER_DAYS = 30.0
_INTERFACES = (*CATALOGUES, AVAILABLE, repository.INTERFACE)
# What a page that is none says of itself, by the reasons of ingest/sources/html/walls.py.
_GONE = re.compile(r"not found|parked")
_SCRIPT = re.compile(r"needs JavaScript|has no text")


class Collector:
    """Fetches for one build. ``lost``: the network went away meanwhile; nothing more is asked then."""

    def __init__(self, archive: Archive, settings: Settings, progress: Progress, refresh: str = "") -> None:
        """``refresh``: what was received before this time (ISO 8601, UTC) is asked for again, however recent it is.

        Raises UsageError when the settings of the network cannot be used.
        """
        self._archive = archive
        self._settings = settings
        self._progress = progress
        self._network = network_from(settings)
        self._browser = browser() if settings.render else None
        self._began = now()
        self._refresh = refresh
        self._since = max(days_ago(settings.fetch_stale_days), refresh)
        self._soon = max(days_ago(_ANNOUNCED_DAYS), self._since)
        self.lost = False

    def online(self, resources: Sequence[Resource]) -> bool:
        """Return whether there is a network, within four seconds."""
        return online(self._network, [host_of(resource.url) for resource in resources if resource.linked])

    def pages(self, resources: Sequence[Resource]) -> None:
        """Fetch what the archive lacks, and what it has but is stale."""
        roots = [resource for resource in resources if resource.kind in _ROOTS]
        rest = [resource for resource in resources if resource.kind not in _ROOTS]
        self._fetch([w for r in rest if (w := self._wanted(r, self._since))], self._since, "Fetching")
        self._fetch([w for r in roots if (w := self._wanted(r, self._soon))], self._soon, "Fetching blogs and books")

    def announced(self, resources: Sequence[Resource]) -> None:
        """Fetch what lists the children of resources or tells their titles."""
        roots = [resource for resource in resources if resource.kind in _ROOTS]
        rest = [resource for resource in resources if resource.kind not in _ROOTS]
        self._announced(rest, self._since, "Fetching titles")
        self._announced(roots, self._soon, "Fetching feeds")

    def _announced(self, resources: Sequence[Resource], since: str, stage: str) -> None:
        asked: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            groups = [SOURCES[resource.kind].discovery(resource, self._archive) for resource in resources]
            wanted = [_asking(group) for group in groups if group and not asked.issuperset(group)]
            if not wanted:
                return
            asked.update(address for thing in wanted for address in thing.addresses)
            self._fetch(wanted, since, stage)

    def catalogues(self, groups: Sequence[tuple[str, ...]]) -> None:
        """Fetch what catalogues of published works answer."""
        self._fetch([_asking(group) for group in groups], self._answers_since, "Looking works up")

    def elsewhere(self, resources: Sequence[Resource], results: Mapping[str, Document | str]) -> list[Resource]:
        """Fetch other places of what gave nothing yet; return the resources for which something was asked."""
        wanted: list[Wanted] = []
        asked: list[Resource] = []
        for resource in resources:
            if rendering := self._rendering(resource, results.get(resource.url)):
                wanted.append(rendering)
                asked.append(resource)
                continue
            addresses = self._further(resource, results.get(resource.url))
            if addresses:
                wanted.append(_asking(addresses))
                asked.append(resource)
        self._fetch(wanted, self._answers_since, "Looking elsewhere")
        return asked

    def _rendering(self, resource: Resource, result: Document | str | None) -> Wanted | None:
        """Return what renders a page that is a script, where Chromium is there and it was not done yet."""
        if not isinstance(result, str) or not _SCRIPT.search(result) or self._browser is None:
            return None
        for address in SOURCES[resource.kind].addresses(resource):
            shell = self._archive.get(address)
            if shell is not None and shell.status == 200 and "html" in shell.content_type.lower():
                place = rendered_address(shell.url)
                if self._tried(place, self._since):
                    return None
                return Wanted((place,), partial(render, shell, self._browser, self._settings.render_seconds))
        return None

    def _wanted(self, resource: Resource, since: str) -> Wanted | None:
        source = SOURCES[resource.kind]
        if not source.fetched(resource):
            return None
        addresses = direct(source.addresses(resource))
        for number, address in enumerate(addresses):
            snapshot = self._archive.get(address)
            if snapshot is None or not 200 <= snapshot.status < 300 or not source.accepts(snapshot):
                continue
            held = self._archive.held(snapshot.url)
            stale = held is not None and held.checked < since
            return _asking(addresses[number:]) if stale else None
        return _asking(addresses, source.receive(resource, self._settings.caption_languages))

    def _further(self, resource: Resource, result: Document | str | None) -> tuple[str, ...]:
        source = SOURCES[resource.kind]
        if not source.fetched(resource) or source.receive(resource, ()) is not None:
            return ()
        addresses = source.addresses(resource)
        known = dict.fromkeys(places(addresses, resource.url, self._archive))
        if untried := tuple(place for place in known if not self._tried(place)):
            return untried
        asked = question(resource.url)
        if not self._settings.web_archive or self._tried(asked, self._answers_since):
            return ()
        return (asked,) if self._gone(direct(addresses), result) else ()

    @property
    def _answers_since(self) -> str:
        return max(days_ago(_ANSWER_DAYS), self._refresh)

    def _tried(self, url: str, since: str = "") -> bool:
        """Whether an address gave something (at ``since`` or later), is dead, or failed in this very build."""
        snapshot = self._archive.get(url)
        if snapshot is not None and (not since or _checked(snapshot.url, self._archive) >= since):
            return True
        failed = self._archive.failed(url)
        return bool(is_dead(url, self._archive)) or (failed is not None and failed.at >= self._began)

    def _gone(self, addresses: Sequence[str], result: Document | str | None) -> bool:
        if isinstance(result, str):
            return bool(_GONE.search(result))
        failures = [self._archive.failed(address) for address in addresses]
        return all(failure is not None and failure.permanent for failure in failures)

    def _fetch(self, wanted: Sequence[Wanted], since: str, stage: str) -> None:
        if not wanted or self.lost:
            return
        self._progress.start(stage, len(wanted))
        done = 0

        def show(event: FetchEvent) -> None:
            nonlocal done
            done += bool(event.url)
            self._progress.advance(done, _in_words(event))

        limits = limits_from(self._settings)
        self.lost = not fetch_all(wanted, self._archive, limits, self._network, show, since)


def _asking(addresses: tuple[str, ...], receive: Callable[[Ask], Snapshot] | None = None) -> Wanted:
    return Wanted(addresses, receive, tuple(address for address in addresses if address.startswith(_INTERFACES)))


def _checked(url: str, archive: Archive) -> str:
    held = archive.held(url)
    return held.checked if held is not None else ""


def no_copy(resource: Resource, archive: Archive) -> bool:
    """Whether the Wayback Machine was asked for a resource and has nothing."""
    answer = archive.get(question(resource.url))
    return answer is not None and held_at(answer) is None


def host_of(url: str) -> str:
    """Return the host of an address, or "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _in_words(event: FetchEvent) -> str:
    if not event.url:
        return "waiting: " + ", ".join(f"{host} {seconds:.0f} s" for host, seconds in event.waiting[:3])
    size = f" {event.received / 1000:.0f} kB" if event.received else ""
    return f"{host_of(event.url)}{size}" + (f": {event.reason}" if event.reason else "")
