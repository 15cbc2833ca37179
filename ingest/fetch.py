"""Addresses → archive: every host asked politely, every answer kept at once, every failure with its reason."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from ingest.archive import Archive, Snapshot, now
from ingest.client import FetchLimits
from ingest.held import known, known_robots
from ingest.network import Network
from ingest.worker import Done, Failed, Fetcher, FetchEvent, Message, Unchanged, Wanted, name_of


def fetch_all(
    wanted: Sequence[Wanted],
    archive: Archive,
    limits: FetchLimits,
    network: Network,
    on_event: Callable[[FetchEvent], None],
    since: str = "",
) -> bool:
    """Fetch each thing into the archive; what fails is recorded there with its reason.

    A few hosts at once, one request at a time to each. What is held and was received or checked
    at ``since`` (ISO 8601, UTC) or later is not asked for. Returns False when the network was lost on the way; then
    nothing is recorded of what was not asked.
    """
    addresses = list(dict.fromkeys(address for thing in wanted for address in thing.addresses))
    held = known(addresses, archive, since)
    fetcher = Fetcher(limits, network, held)
    places = [*addresses, *(known.location for known in held.values())]
    for site, (status, body) in known_robots(places, archive).items():
        fetcher.robots.know(site, status, body)
    queues: queue.SimpleQueue[list[Wanted]] = queue.SimpleQueue()
    hosts = _by_host(wanted)
    for things in hosts:
        queues.put(things)
    workers = min(limits.parallel_hosts, len(hosts))
    for _ in range(workers):
        # Daemons: whoever interrupts a build does not wait for a slow server's last byte.
        threading.Thread(target=fetcher.work, args=(queues,), daemon=True).start()
    try:
        while workers:
            try:
                message = fetcher.outbox.get(timeout=1.0)
            except queue.Empty:
                if waiting := fetcher.hosts.waiting():
                    on_event(FetchEvent("", waiting=waiting))
                continue
            if message is None:
                workers -= 1
            elif isinstance(message, BaseException):
                raise message
            elif isinstance(message, Done):
                on_event(message.event)
            else:
                _keep(message, archive)
    finally:
        fetcher.stopped.set()
        _drain(fetcher.outbox, archive)
    return not fetcher.lost


def _keep(message: Snapshot | Unchanged | Failed, archive: Archive) -> None:
    # Only the caller's thread comes here: the archive has one writer.
    if isinstance(message, Snapshot):
        if not archive.put(message):
            archive.revisit(message.url, message.fetched)
    elif isinstance(message, Unchanged):
        archive.revisit(message.url, now())
    else:
        archive.record_failure(message.url, message.reason, message.permanent)


def _drain(outbox: queue.SimpleQueue[Message], archive: Archive) -> None:
    """Keep what was received before an interruption."""
    while True:
        try:
            message = outbox.get_nowait()
        except queue.Empty:
            return
        if isinstance(message, Snapshot | Unchanged | Failed):
            _keep(message, archive)


def _by_host(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """Return the things of each host together, the longest queue first, for it takes longest."""
    hosts: dict[str, list[Wanted]] = defaultdict(list)
    for thing in wanted:
        hosts[name_of(thing.addresses[0])].append(thing)
    return sorted(hosts.values(), key=len, reverse=True)
