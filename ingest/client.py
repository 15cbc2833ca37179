"""One request, one bounded answer: sizes, times, types and compression are checked as it comes."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpcore

from config.errors import FetchError, RefusedError
from config.settings import Settings
from ingest.compression import ACCEPTED, decoded
from ingest.guard import check_type, check_url
from ingest.network import Network, check_behind_proxy

_TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
_DEAD = frozenset((404, 410))
# No limit of requests lasts for a year: a greater number is a time.
_LONGEST_RESET = 366 * 86400.0
REDIRECTS = frozenset((301, 302, 303, 307, 308))

_STATUS = {
    401: " Unauthorized: it needs a login", 402: " Payment Required: behind a paywall",
    403: " Forbidden: the site does not let programs in", 404: " Not Found", 410: " Gone", 429: " Too Many Requests",
    451: " Unavailable For Legal Reasons", 500: " Internal Server Error", 502: " Bad Gateway",
    503: " Service Unavailable", 504: " Gateway Timeout",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bounds of fetching, in seconds and bytes; config/settings.py says what each is for."""

    connect_seconds: float = 10.0
    first_byte_seconds: float = 20.0
    total_seconds: float = 60.0
    max_bytes: int = 50_000_000
    max_redirects: int = 8
    parallel_hosts: int = 6
    pause_seconds: float = 1.0
    pauses: tuple[tuple[str, float], ...] = ()
    attempts: int = 3
    retry_seconds: float = 1.0
    longest_wait_seconds: float = 30.0
    user_agent: str = "Concordance"


def limits_from(settings: Settings) -> FetchLimits:
    """Return the bounds that the settings set."""
    contact = f" {settings.contact}" if settings.contact else ""
    return FetchLimits(
        connect_seconds=settings.fetch_connect_seconds,
        first_byte_seconds=settings.fetch_first_byte_seconds,
        total_seconds=settings.fetch_total_seconds,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
        parallel_hosts=settings.fetch_parallel_hosts,
        pause_seconds=settings.fetch_pause_seconds,
        pauses=tuple(settings.fetch_pauses.items()),
        attempts=settings.fetch_attempts,
        retry_seconds=settings.fetch_retry_seconds,
        longest_wait_seconds=settings.fetch_longest_wait_seconds,
        user_agent=settings.user_agent + contact,
    )


@dataclass(frozen=True, slots=True)
class Response:
    """What one request was answered with, its body decoded. ``received`` counts the bytes as they came."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    received: int = 0
    retry_after: float | None = field(default=None)

    def header(self, name: str) -> str:
        """Return the first header of a name, or ""."""
        return next((value for found, value in self.headers if found.lower() == name), "")

    @property
    def redirects(self) -> bool:
        """Whether it only says where to go."""
        return self.status in REDIRECTS

    def failure(self) -> FetchError | None:
        """Return what a status that is no success means, or None."""
        if self.status < 400:
            return None
        words = _STATUS.get(self.status, "")
        wait = self.retry_after
        if self.spent:
            back = f"{datetime.now(UTC) + timedelta(seconds=wait):%Y-%m-%d %H:%M} UTC" if wait else "a later time"
            return FetchError(f"{self.status}: its limit of requests is used up until {back}", transient=True)
        if self.status in (429, 503) and wait:
            words += f": asks to come back in {wait:.0f} s"
        return FetchError(f"{self.status}{words}", transient=self.status in _TRANSIENT, dead=self.status in _DEAD)

    @property
    def spent(self) -> bool:
        """Whether it is refused because the requests of this hour, or so, are used up, as interfaces say it.

        https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
        """
        return self.status in (403, 429) and self.header("x-ratelimit-remaining").strip() == "0"


class Client:
    """Asks one address at a time; follows nothing, retries nothing."""

    def __init__(self, limits: FetchLimits, network: Network, stopped: Callable[[], bool] = lambda: False) -> None:
        """``stopped`` ends a transfer at its next piece."""
        self._limits = limits
        self.network = network
        self._stopped = stopped
        self._pool = _pool(network, limits.parallel_hosts)

    def ask(
        self,
        url: str,
        headers: Sequence[tuple[str, str]] = (),
        method: str = "GET",
        content: bytes | None = None,
        most: int | None = None,
        also: tuple[str, ...] = (),
    ) -> Response:
        """Return the answer, whatever its status.

        ``also`` are types of content that may come beside those that are read. ``most`` bytes of the
        body are kept and the rest is left unread; without it, a longer body
        than the limit is an error. Raises RefusedError, FetchError.
        """
        try:
            return self._ask(url, headers, method, content, most, also)
        except RefusedError as error:
            raise RefusedError(self.network.scrubbed(str(error))) from None
        except FetchError as error:
            raise self._scrubbed(error) from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            raise self._scrubbed(_failure(error)) from None
        except (ssl.SSLError, httpcore.UnsupportedProtocol, OSError) as error:
            raise self._scrubbed(FetchError(str(error) or type(error).__name__)) from None

    def _ask(
        self,
        url: str,
        headers: Sequence[tuple[str, str]],
        method: str,
        content: bytes | None,
        most: int | None,
        also: tuple[str, ...],
    ) -> Response:
        asked = check_url(url, self.network.ports)
        parts = urlsplit(asked)
        host = parts.hostname or ""
        if self.network.proxy:
            check_behind_proxy(host, parts.port or (443 if parts.scheme == "https" else 80))
        limits = self._limits
        timeout = {
            "connect": limits.connect_seconds, "read": min(limits.first_byte_seconds, limits.total_seconds),
            "write": limits.first_byte_seconds, "pool": limits.total_seconds,
        }  # fmt: skip
        sent = {
            "User-Agent": limits.user_agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "en,*;q=0.5",
            **dict(headers),
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
            **(self.network.headers.get(host, {}) if parts.scheme == "https" else {}),
        }
        if content is not None:
            sent["Content-Length"] = str(len(content))
        encoded: list[tuple[bytes, bytes]] = [(k.encode("latin-1"), v.encode("utf-8")) for k, v in sent.items()]
        with self._pool.stream(
            method, asked, headers=encoded, content=content, extensions={"timeout": timeout}
        ) as stream:
            received = tuple((k.decode("latin-1"), _text(v)) for k, v in stream.headers)
            answer = Response(url, stream.status, received)
            if 200 <= stream.status < 300:
                check_type(answer.header("content-type"), also)
            length = answer.header("content-length")
            if most is None and length.isdigit() and int(length) > limits.max_bytes:
                raise FetchError(_too_large(limits.max_bytes))
            counted = _Counted(stream.iter_stream())
            body = self._body(counted, answer, most)
        self._check_secrets(received, body)
        return Response(url, stream.status, _kept(received), body, counted.bytes, _retry_after(answer))

    def _body(self, pieces: _Counted, answer: Response, most: int | None) -> bytes:
        limit = self._limits.max_bytes if most is None else most
        parts: list[bytes] = []
        total = 0
        for piece in decoded(self._unless_stopped(pieces), answer.header("content-encoding"), limit):
            total += len(piece)
            parts.append(piece)
            if total > limit or pieces.bytes > max(limit, 1):
                if most is None:
                    raise FetchError(_too_large(limit))
                break
        return b"".join(parts)[:limit]

    def _unless_stopped(self, pieces: _Counted) -> Iterator[bytes]:
        for piece in pieces:
            if self._stopped():
                raise FetchError("interrupted", transient=True)
            yield piece

    def _check_secrets(self, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        for secret in self.network.secrets:
            if secret.encode() in body or any(secret in value for _, value in headers):
                raise RefusedError("refused: the answer repeats a private header, so it is not kept")

    def _scrubbed(self, error: FetchError) -> FetchError:
        return FetchError(
            self.network.scrubbed(str(error)), transient=error.transient, dead=error.dead, unreachable=error.unreachable
        )


class _Counted:
    """Pieces of a body, and how many bytes came so far."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.bytes += len(piece)
            yield piece


def _pool(network: Network, connections: int) -> httpcore.ConnectionPool:
    if not network.proxy:
        return httpcore.ConnectionPool(
            ssl_context=network.tls,
            max_connections=connections + 1,
            max_keepalive_connections=0,
            network_backend=network.backend,
        )
    parts = urlsplit(network.proxy)
    login = (parts.username or "", parts.password or "") if parts.username else None
    return httpcore.HTTPProxy(
        f"{parts.scheme}://{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}",
        proxy_auth=login,
        ssl_context=network.tls,
        max_connections=connections + 1,
        max_keepalive_connections=0,
        network_backend=network.backend,
    )


def _too_large(limit: int) -> str:
    return f"larger than {limit / 1_000_000:.3g} MB"


def _failure(error: Exception) -> FetchError:
    text = str(error)
    if isinstance(error, httpcore.ConnectTimeout):
        return FetchError("the host does not answer", transient=True, unreachable=True)
    if isinstance(error, httpcore.TimeoutException):
        whole = text if text.startswith("not done within") else "the answer did not come in time"
        return FetchError(whole, unreachable=True)
    if "certificate" in text.lower():
        return FetchError(f"its certificate cannot be trusted ({text[:160]})")
    if "does not resolve" in text:
        return FetchError(text, dead=True, unreachable=True)
    if isinstance(error, httpcore.ConnectError):
        return FetchError(f"cannot connect ({text[:160]})", transient=True, unreachable=True)
    if "Receive buffer too long" in text:
        return FetchError("its headers are larger than 100 kB")
    if isinstance(error, httpcore.ProxyError):
        return FetchError(f"the proxy refused ({text[:160]})", transient=True)
    return FetchError(f"the answer broke off ({text[:160] or type(error).__name__})", transient=True)


def _retry_after(answer: Response) -> float | None:
    """Return the seconds of a Retry-After header, given as seconds or as a date (RFC 9110, 10.2.3).

    Where there is none, those until a limit of requests that is used up is set back.
    """
    value = answer.header("retry-after").strip()
    if value.isdigit() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return _until_reset(answer) if answer.spent else None


def _until_reset(answer: Response) -> float | None:
    value = answer.header("x-ratelimit-reset").strip()
    if not value.isdigit() or len(value) > 12:
        return None
    # GitHub gives a time since 1970, others the seconds that are left.
    return max(0.0, float(value) - time.time()) if float(value) > _LONGEST_RESET else float(value)


def _kept(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    # A session is a secret of its own, and nothing here ever sends one back.
    return tuple((name, value) for name, value in headers if name.lower() != "set-cookie")


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
