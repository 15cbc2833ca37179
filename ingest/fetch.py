"""Addresses → archive: plain, guarded, bounded HTTP; every failure recorded with its reason."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import httpcore

from config.errors import FetchError, RefusedError
from ingest.archive import Archive, Snapshot, now
from ingest.guard import GuardedBackend, check_type, check_url

_RETRIED = frozenset((429, 500, 502, 503, 504))
_LONGEST_WAIT = 10.0
_READ_SECONDS = 20.0
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Public resolvers by address: a machine that reaches neither has no network worth waiting for.
_PROBES = (("1.1.1.1", 443), ("8.8.8.8", 443), ("9.9.9.9", 443))
_PROBE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bounds of a fetch: seconds, bytes after decompression, hops, hosts at once, seconds between requests."""

    connect_seconds: float = 10.0
    total_seconds: float = 60.0
    max_bytes: int = 50_000_000
    max_redirects: int = 8
    parallel_hosts: int = 6
    pause_seconds: float = 1.0
    user_agent: str = "Concordance"


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """One of the things to fetch is done; ``reason`` is "" for a success."""

    url: str
    reason: str


Wanted = Sequence[str]
"""Alternative addresses for one thing, in order; the first that succeeds is enough."""


def online() -> bool:
    """Return whether there is a network, within about three seconds."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        probes = [pool.submit(_reaches, address) for address in _PROBES]
        return any(probe.result() for probe in as_completed(probes))


def _reaches(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=_PROBE_SECONDS):
            return True
    except OSError:
        return False


def fetch_all(
    wanted: Sequence[Wanted],
    archive: Archive,
    limits: FetchLimits,
    on_event: Callable[[FetchEvent], None],
    backend: httpcore.NetworkBackend | None = None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Fetch each thing into the archive; what fails is recorded there with its reason.

    A few hosts at once, one request at a time to each. ``backend`` and ``tls`` are for tests.
    """
    fetcher = _Fetcher(limits, backend or GuardedBackend(), tls or ssl.create_default_context())
    with ThreadPoolExecutor(max_workers=limits.parallel_hosts) as pool:
        futures = {pool.submit(fetcher.first_of, addresses): addresses for addresses in _interleaved(wanted)}
        try:
            for future in as_completed(futures):
                snapshots, failures = future.result()
                # Only this thread writes: the archive has one writer.
                for snapshot in snapshots:
                    archive.put(snapshot)
                for url, reason, permanent in failures:
                    archive.record_failure(url, reason, permanent)
                last = futures[future][0]
                on_event(FetchEvent(last, failures[-1][1] if failures and not snapshots else ""))
        except KeyboardInterrupt:
            fetcher.stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _interleaved(wanted: Sequence[Wanted]) -> Iterator[Wanted]:
    """Yield things of different hosts in turn, so that workers do not queue up behind one host."""
    hosts: dict[str, list[Wanted]] = defaultdict(list)
    for addresses in wanted:
        hosts[urlsplit(addresses[0]).hostname or ""].append(addresses)
    queues = list(hosts.values())
    while queues:
        for queue in queues:
            yield queue.pop(0)
        queues = [queue for queue in queues if queue]


class _Fetcher:
    def __init__(self, limits: FetchLimits, backend: httpcore.NetworkBackend, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self.stopped = threading.Event()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=limits.parallel_hosts,
            max_keepalive_connections=0,
            network_backend=backend,
        )
        self._guard = threading.Lock()
        self._hosts: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._asked: dict[str, float] = {}

    def first_of(self, addresses: Wanted) -> tuple[list[Snapshot], list[tuple[str, str, bool]]]:
        """Return the snapshots (redirects, the page) of the first address that succeeds, and the failures before."""
        failures: list[tuple[str, str, bool]] = []
        for address in addresses:
            if self.stopped.is_set():
                break
            try:
                return self._follow(address), failures
            except RefusedError as error:
                failures.append((address, str(error), True))
            except FetchError as error:
                failures.append((address, str(error), _is_permanent(str(error))))
        return [], failures

    def _follow(self, url: str) -> list[Snapshot]:
        found: list[Snapshot] = []
        deadline = time.monotonic() + self._limits.total_seconds
        for _ in range(self._limits.max_redirects + 1):
            check_url(url)
            snapshot = self._tried(url, deadline)
            found.append(snapshot)
            if snapshot.status not in _REDIRECTS:
                return found
            location = next((value for name, value in snapshot.headers if name.lower() == "location"), "")
            if not location:
                raise FetchError(f"{snapshot.status}: a redirect to nowhere")
            url = urljoin(url, location).split("#")[0]
        raise FetchError(f"more than {self._limits.max_redirects} redirects")

    def _tried(self, url: str, deadline: float) -> Snapshot:
        for attempt in (1, 2):
            try:
                snapshot, wait = self._get(url, deadline)
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
                if attempt == 2 or "does not resolve" in str(error) or time.monotonic() > deadline - 1:
                    raise FetchError(_in_words(error)) from error
                continue
            if snapshot.status in _RETRIED and attempt == 1 and wait <= min(_LONGEST_WAIT, deadline - time.monotonic()):
                self.stopped.wait(wait)
                continue
            if snapshot.status >= 400:
                raise FetchError(f"{snapshot.status}{_STATUS.get(snapshot.status, '')}")
            return snapshot
        raise FetchError("no answer")

    def _get(self, url: str, deadline: float) -> tuple[Snapshot, float]:
        host = urlsplit(url).hostname or ""
        with self._guard:
            lock = self._hosts[host]
        with lock:
            self.stopped.wait(max(0.0, self._asked.get(host, 0.0) + self._limits.pause_seconds - time.monotonic()))
            try:
                return self._receive(url, deadline)
            finally:
                self._asked[host] = time.monotonic()

    def _receive(self, url: str, deadline: float) -> tuple[Snapshot, float]:
        limits = self._limits
        timeout = {
            "connect": limits.connect_seconds, "read": min(_READ_SECONDS, limits.total_seconds),
            "write": limits.connect_seconds, "pool": limits.total_seconds,
        }  # fmt: skip
        headers: dict[bytes | str, bytes | str] = {
            "User-Agent": limits.user_agent, "Accept-Encoding": "gzip",
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5", "Connection": "close",
        }  # fmt: skip
        try:
            with self._pool.stream("GET", _ascii(url), headers=headers, extensions={"timeout": timeout}) as response:
                received = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers)
                named = {name.lower(): value for name, value in received}
                if 200 <= response.status < 300:
                    check_type(named.get("content-type", ""))
                body = b"".join(self._bounded(response.iter_stream(), named.get("content-encoding", ""), deadline))
        except (ssl.SSLError, httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
            raise FetchError(_in_words(error)) from error
        wait = named.get("retry-after", "1")
        snapshot = Snapshot(url, response.status, named.get("content-type", ""), body, now(), headers=received)
        return snapshot, float(wait) if wait.isdigit() else 1.0

    def _bounded(self, stream: Iterator[bytes], encoding: str, deadline: float) -> Iterator[bytes]:
        decoder = zlib.decompressobj(47) if encoding.strip().lower() in ("gzip", "x-gzip", "deflate") else None
        total = 0
        for data in stream:
            if time.monotonic() > deadline or self.stopped.is_set():
                raise FetchError(f"not done within {self._limits.total_seconds:.0f} s")
            try:
                piece = decoder.decompress(data, self._limits.max_bytes + 1) if decoder else data
            except zlib.error as error:
                raise FetchError("its compression is broken") from error
            total += len(piece)
            if total > self._limits.max_bytes or (decoder and decoder.unconsumed_tail):
                raise FetchError(f"larger than {self._limits.max_bytes // 1_000_000} MB")
            yield piece


_STATUS = {
    401: " Unauthorized: it needs a login", 402: " Payment Required: behind a paywall",
    403: " Forbidden: the site does not let programs in", 404: " Not Found", 410: " Gone", 429: " Too Many Requests",
    451: " Unavailable For Legal Reasons", 500: " Internal Server Error", 503: " Service Unavailable",
}  # fmt: skip


def _is_permanent(reason: str) -> bool:
    return reason[:3] in ("404", "410", "451") or "does not resolve" in reason


def _in_words(error: Exception) -> str:
    text = str(error)
    if isinstance(error, httpcore.ConnectTimeout):
        return "the host does not answer"
    if isinstance(error, httpcore.TimeoutException):
        return "the answer did not come in time"
    if "certificate" in text.lower():
        return f"its certificate cannot be trusted ({text[:120]})"
    return text or type(error).__name__


def _ascii(url: str) -> str:
    """Return an address with what is not ASCII percent-encoded, its host as IDNA (RFC 3986, RFC 5891)."""

    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    netloc = host + (f":{parts.port}" if parts.port else "")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return f"{parts.scheme}://{netloc}{path}" + (f"?{query}" if query else "")
