"""The workers of fetching: whose turn it is, what is tried again, what robots.txt says, where redirects lead."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from config.errors import ConcordanceError, FetchError, RefusedError
from ingest.archive import Snapshot, now
from ingest.client import Client, FetchLimits, Response
from ingest.guard import check_url
from ingest.held import Known
from ingest.hosts import HeldError, Hosts
from ingest.network import Network, online
from ingest.robots import MOST_BYTES, Robots

# RFC 9309, 2.3.1.2: at least five redirects of a robots.txt are followed.
_ROBOTS_HOPS = 5
# An answer from anywhere shows that the network is there; so long it need not be looked at again.
_PROOF_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to have: alternative addresses in order, the first that succeeds is enough.

    ``receive`` gets what no single response holds (captions); it is kept under the first address.
    ``interfaces`` are those of them that are made for programs: their terms say how to ask them, not
    robots.txt, which speaks to crawlers (RFC 9309, 1).
    """

    addresses: tuple[str, ...]
    receive: Callable[[Ask], Snapshot] | None = None
    interfaces: tuple[str, ...] = ()


Ask = Callable[..., Response]
"""(url, method=, headers=, content=) → the answer, in turn and tried again as every request is; raises FetchError."""


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """How it goes: one thing is done (``reason`` "" for a success), or, with no ``url``, all are waiting.

    ``received`` counts bytes as they came; ``waiting`` names hosts that are waited for, and seconds.
    """

    url: str
    reason: str = ""
    received: int = 0
    waiting: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An address was asked for and has not changed."""

    url: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An address could not be had; ``permanent``: asking again soon is of no use."""

    url: str
    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Done:
    """One thing is through."""

    event: FetchEvent


Message = Snapshot | Unchanged | Failed | Done | BaseException | None
"""What a worker tells; None when it has nothing more to do."""


class Fetcher:
    """What the workers share."""

    def __init__(self, limits: FetchLimits, network: Network, known: Mapping[str, Known]) -> None:
        """``known`` is what the archive has, so that no worker needs to open it."""
        self._limits = limits
        self._network = network
        self._known = known
        self.stopped = threading.Event()
        self.outbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.hosts = Hosts(limits, self.stopped)
        self.robots = Robots(self._ask_robots)
        self.lost = False
        self._client = Client(limits, network, self.stopped.is_set)
        self._probing = threading.Lock()
        self._proof = time.monotonic()
        self._retrying = Retrying(
            stop=stop_after_attempt(limits.attempts),
            wait=wait_random_exponential(multiplier=limits.retry_seconds, max=limits.longest_wait_seconds),
            retry=retry_if_exception(self._worth_another),
            sleep=self._sleep,
            reraise=True,
        )

    def work(self, queues: queue.SimpleQueue[list[Wanted]]) -> None:
        """Take one host's things after the other, until there are no more."""
        try:
            while not self.stopped.is_set():
                try:
                    things = queues.get_nowait()
                except queue.Empty:
                    break
                for thing in things:
                    if self.stopped.is_set():
                        break
                    self.outbox.put(Done(self._have(thing)))
        except Exception as error:  # noqa: BLE001  # handed on: the caller's thread raises it
            self.outbox.put(error)
        self.outbox.put(None)

    def _have(self, thing: Wanted) -> FetchEvent:
        reason, received = "", 0
        for address in thing.addresses:
            known = self._known.get(address)
            if known is not None and known.dead:
                reason = known.dead
                continue
            try:
                if thing.receive is not None:
                    self.outbox.put(thing.receive(self.request))
                else:
                    received = self._follow(address, address in thing.interfaces)
                return FetchEvent(address, "", received)
            except ConcordanceError as error:
                reason = str(error)
                if self.stopped.is_set():
                    break
                if thing.receive is not None and isinstance(error, HeldError):
                    # What asks by itself has found the door shut; a request knows of its host already.
                    self.hosts.hold(name_of(address), float("inf"), reason)
                dead = isinstance(error, FetchError) and error.dead
                self.outbox.put(Failed(address, reason, permanent=dead))
        return FetchEvent(thing.addresses[0], reason, received)

    def _follow(self, url: str, api: bool = False) -> int:
        """Receive an address, redirects followed and each kept; return the bytes that came."""
        received = 0
        for _ in range(self._limits.max_redirects + 1):
            known = self._known.get(url)
            if known is not None and known.fresh:
                if not known.location:
                    return received
                url = known.location
                continue
            check_url(url, self._network.ports)
            if not api and (delay := self.robots.check(url).delay):
                self.hosts.slow_down(name_of(url), delay)
            answer = self.request(url, headers=known.validators if known else ())
            received += answer.received
            if answer.status == 304 and known is not None and known.validators:
                self.outbox.put(Unchanged(url))
                return received
            self.outbox.put(_snapshot(answer))
            if not answer.redirects:
                if not 200 <= answer.status < 300:
                    raise FetchError(f"{answer.status}: not an answer to this question")
                return received
            url = _target(answer)
        raise FetchError(f"more than {self._limits.max_redirects} redirects")

    def request(
        self,
        url: str,
        method: str = "GET",
        headers: Sequence[tuple[str, str]] = (),
        content: bytes | None = None,
        most: int | None = None,
        forgiving: bool = False,
        robots: bool = False,
        also: tuple[str, ...] = (),
    ) -> Response:
        """Ask in turn, and again for what may pass. A permanent failure is raised unless ``forgiving``.

        ``robots``: only where robots.txt lets programs in. ``also``: further types of content that may come.
        """
        if robots:
            self.robots.check(check_url(url, self._network.ports))

        def once() -> Response:
            host = name_of(url)
            with self.hosts.turn(host):
                try:
                    answer = self._client.ask(url, headers, method, content, most, also)
                except FetchError as error:
                    if error.unreachable:
                        self._check_network()
                        self.hosts.silent(host, str(error))
                    raise
            self.hosts.spoke(host)
            self._proof = time.monotonic()
            failure = answer.failure()
            if failure is not None and failure.transient and answer.retry_after:
                self.hosts.hold(host, answer.retry_after, str(failure))
            if failure is not None and (failure.transient or not forgiving):
                raise failure
            return answer

        return self._retrying.copy()(once)

    def _sleep(self, seconds: float) -> None:
        self.stopped.wait(seconds)

    def _worth_another(self, error: BaseException) -> bool:
        return (
            isinstance(error, FetchError)
            and error.transient
            and not isinstance(error, HeldError)
            and not self.stopped.is_set()
        )

    def _check_network(self) -> None:
        """Stop everything when it is our own network that is gone, so that no link is blamed for it."""
        with self._probing:
            if time.monotonic() - self._proof < _PROOF_SECONDS:
                return
            if not online(self._network):
                self.lost = True
                self.stopped.set()
                raise HeldError("the network was lost", transient=True)
            self._proof = time.monotonic()

    def _ask_robots(self, url: str) -> Response:
        for _ in range(_ROBOTS_HOPS + 1):
            answer = self.request(url, most=MOST_BYTES, forgiving=True)
            if answer.status >= 400:
                self.outbox.put(Failed(url, str(answer.failure()), permanent=answer.status < 500))
                return answer
            self.outbox.put(_snapshot(answer))
            if not answer.redirects:
                return answer
            url = _target(answer)
        return Response(url, 404)


def _snapshot(answer: Response) -> Snapshot:
    return Snapshot(
        answer.url, answer.status, answer.header("content-type"), answer.body, now(), headers=answer.headers
    )


def _target(answer: Response) -> str:
    location = answer.header("location").strip()
    if not location:
        raise FetchError(f"{answer.status}: a redirect to nowhere")
    try:
        return urldefrag(urljoin(answer.url, location)).url
    except ValueError as error:
        raise RefusedError(f"refused: it redirects to what is no address ({error})") from error


def name_of(url: str) -> str:
    """Return the host of an address, "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
