"""What may be fetched: schemes, ports, names, addresses, types. Every refusal names its rule."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

import httpcore

from config.errors import RefusedError

Resolver = Callable[[str, int], list[str]]
"""(name, port) → addresses in text form; raises OSError when the name does not resolve."""

_PORTS = frozenset((80, 443))
_READ_TYPES = ("html", "xml", "json", "pdf", "text/", "octet-stream", "notebook", "markdown")
# RFC 6052: the IPv4 address is its last four bytes.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Letters, digits, hyphens and dots, as a name is after IDNA; underscores are met in the wild.
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252})", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~-._"
_LONGEST_URL = 4000
_MOST_ADDRESSES = 3


def check_url(url: str, ports: frozenset[int] = _PORTS) -> str:
    """Return an address as it is asked for: ASCII, its host as IDNA (RFC 3986, RFC 5891).

    Raises RefusedError unless it may be fetched.
    """
    if len(url) > _LONGEST_URL:
        raise RefusedError(f"refused: an address of more than {_LONGEST_URL} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedError(f"refused: not a valid address ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedError(f"refused: scheme {parts.scheme or 'none'} (only http and https are fetched)")
    if not parts.hostname:
        raise RefusedError("refused: no host in the address")
    if parts.username is not None or parts.password is not None:
        raise RefusedError("refused: credentials in the address")
    if port is not None and port not in ports:
        raise RefusedError(f"refused: port {port} (only {' and '.join(map(str, sorted(ports)))} are fetched)")
    netloc = _host(parts.hostname) + (f":{port}" if port is not None else "")
    query = quote(parts.query, safe=_SAFE + "?")
    return f"{parts.scheme}://{netloc}{quote(parts.path or '/', safe=_SAFE)}" + (f"?{query}" if query else "")


def _host(name: str) -> str:
    if ":" in name:
        try:
            address = ipaddress.IPv6Address(name)
        except ValueError as error:
            raise RefusedError(f"refused: [{name}] is not an address") from error
        if address.scope_id:
            raise RefusedError(f"refused: [{name}] is an address of one network interface")
        return f"[{name}]"
    try:
        ascii_name = name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise RefusedError(f"refused: {name!r} is not a valid host name") from error
    if not _HOST.fullmatch(ascii_name):
        raise RefusedError(f"refused: {name!r} is not a valid host name")
    return ascii_name.lower()


def check_address(address: str) -> None:
    """Raise RefusedError unless an IP address is public."""
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.split("%")[0])
    except ValueError as error:
        raise RefusedError(f"refused: {address} is not an address") from error
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            # What an IPv6-only network makes of a public IPv4 address is as public as that.
            return check_address(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None:
            check_address(str(ip.sixtofour))
    # What else wraps an IPv4 address (mapped, compatible, local NAT64, Teredo) is reserved or not global as a whole.
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        raise RefusedError(f"refused: {address} is not a public address")


def check_type(content_type: str, also: tuple[str, ...] = ()) -> None:
    """Raise RefusedError for a type of content that nothing here reads and that is not one of ``also``."""
    kind = content_type.split(";")[0].strip().lower()
    if kind and not any(part in kind for part in (*_READ_TYPES, *also)):
        raise RefusedError(f"refused: {kind} is not a type that is read")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses alone: the one that was checked is the one that is dialled.

    A connection lives no longer than ``total_seconds``, however busy it is kept.
    """

    def __init__(
        self,
        total_seconds: float = 60.0,
        resolver: Resolver = resolve,
        check: Callable[[str], None] = check_address,
    ) -> None:
        """Tests give a resolver and a check of their own; nothing else does."""
        self._total = total_seconds
        self._resolver = resolver
        self._check = check
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve once, check every address, dial a checked one. Raises RefusedError, httpcore.ConnectError."""
        addresses = _bounded_resolve(self._resolver, host, port, timeout)
        for address in addresses:
            self._check(address)
        last: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return TimedStream(stream, self._total, time.monotonic() + self._total)
        raise last


def _bounded_resolve(resolver: Resolver, host: str, port: int, timeout: float | None) -> list[str]:
    # The system's resolver cannot be given a time limit, so it is left behind when it takes longer.
    found: list[list[str] | Exception] = []

    def look_up() -> None:
        try:
            found.append(resolver(host, port))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(timeout)
    if not found:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time")
    if isinstance(found[0], Exception):
        raise httpcore.ConnectError(f"the name {host} does not resolve") from found[0]
    return found[0]


class TimedStream(httpcore.NetworkStream):
    """A connection with an end: no read or write waits beyond it, so nobody can hold it open byte by byte."""

    def __init__(self, inner: httpcore.NetworkStream, total_seconds: float, deadline: float) -> None:
        """``deadline`` is a time of time.monotonic()."""
        self._inner = inner
        self._total = total_seconds
        self._deadline = deadline

    def _left(self, timeout: float | None, error: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise error(f"not done within {self._total:.3g} s")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes within the time left."""
        left = self._left(timeout, httpcore.ReadTimeout)
        try:
            return self._inner.read(max_bytes, left)
        except httpcore.ReadTimeout:
            self._left(None, httpcore.ReadTimeout)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within the time left."""
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection under TLS, with the same end."""
        left = self._left(timeout, httpcore.ConnectTimeout)
        secured = self._inner.start_tls(ssl_context, server_hostname, left)
        return TimedStream(secured, self._total, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection says of itself."""
        return self._inner.get_extra_info(info)
