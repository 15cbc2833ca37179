"""What may be fetched: schemes, ports, names, addresses, types. Every refusal names its rule."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from config.errors import RefusedError

Resolver = Callable[[str, int], list[str]]
"""(name, port) → addresses in text form; raises OSError when the name does not resolve."""

_PORTS = frozenset((80, 443))
_READ_TYPES = ("html", "xml", "json", "pdf", "text/", "octet-stream", "notebook", "markdown")
# RFC 6052's prefix, and what else wraps an IPv4 address in an IPv6 one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")


def check_url(url: str, ports: frozenset[int] = _PORTS) -> None:
    """Raise RefusedError unless the address is one that may be fetched."""
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
        raise RefusedError(f"refused: port {port} (only 80 and 443 are fetched)")


def check_address(address: str) -> None:
    """Raise RefusedError unless an IP address is public."""
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.split("%")[0])
    except ValueError as error:
        raise RefusedError(f"refused: {address} is not an address") from error
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (ip in _NAT64 or ip in _NAT64_LOCAL):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            check_address(str(inner))
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        raise RefusedError(f"refused: {address} is not a public address")


def check_type(content_type: str) -> None:
    """Raise RefusedError for a type of content that nothing here reads."""
    kind = content_type.split(";")[0].strip().lower()
    if kind and not any(part in kind for part in _READ_TYPES):
        raise RefusedError(f"refused: {kind} is not a type that is read")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses alone: the one that was checked is the one that is dialled."""

    def __init__(self, resolver: Resolver = resolve, check: Callable[[str], None] = check_address) -> None:
        """Tests give a resolver and a check of their own; nothing else does."""
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
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} does not resolve") from error
        for address in addresses:
            self._check(address)
        last: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in addresses[:3]:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last
