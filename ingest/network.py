"""The way out: whether there is a network, and by which proxy, certificates and private headers it is used."""

from __future__ import annotations

import json
import queue
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote, urlsplit

import httpcore

from config.errors import RefusedError, UsageError
from config.settings import Settings
from ingest.guard import GuardedBackend, check_address, resolve

# A machine that reaches neither these nor a host of the list has no network. They are asked by name: where no name
# resolves nothing can be fetched, even if a gateway accepts whatever is dialled.
_KNOWN = ("one.one.one.one", "dns.google", "dns.quad9.net")
_PROBE_SECONDS = 4.0
_MOST_HOSTS = 4
_SHORTEST_SECRET = 4

PrivateHeaders = Mapping[str, Mapping[str, str]]
"""Host → the headers that are sent to it alone."""


@dataclass(frozen=True, slots=True)
class Network:
    """How connections are made. ``headers`` are secrets: they go to their host by TLS and nowhere else."""

    backend: httpcore.NetworkBackend = field(default_factory=GuardedBackend)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    ports: frozenset[int] = frozenset((80, 443))
    proxy: str = ""
    headers: PrivateHeaders = field(default_factory=dict)
    way: tuple[str, int] | None = None
    """The one address that all goes through, if it does: a proxy."""

    def scrubbed(self, text: str) -> str:
        """Return a text without the secrets in it."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be kept or shown."""
        values = [value for headers in self.headers.values() for value in headers.values()]
        parts = urlsplit(self.proxy)
        values += [self.proxy, parts.password or "", unquote(parts.password or "")]
        return tuple(value for value in values if len(value) >= _SHORTEST_SECRET)


def network_from(settings: Settings) -> Network:
    """Return the way out that the settings describe. Raises UsageError."""
    tls = ssl.create_default_context()
    if settings.fetch_certificates is not None:
        try:
            tls.load_verify_locations(settings.fetch_certificates.expanduser())
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"fetch_certificates {settings.fetch_certificates}: {error}; give a PEM file") from error
    headers = _private_headers(settings.fetch_headers.get_secret_value())
    total = settings.fetch_total_seconds
    if settings.fetch_connect_to:
        address = _host_and_port(settings.fetch_connect_to)
        return Network(_Redirected(total, address), tls, settings.fetch_ports, "", headers, address)
    proxy = settings.fetch_proxy.get_secret_value() or urllib.request.getproxies().get("https", "")
    if not proxy:
        return Network(GuardedBackend(total), tls, settings.fetch_ports, "", headers)
    address = _proxy_address(proxy)
    # The proxy is the person's own choice and may well be on their own network.
    backend = GuardedBackend(total, check=lambda address: None)
    return Network(backend, tls, settings.fetch_ports, proxy, headers, address)


class _Redirected(GuardedBackend):
    """Dials one address whatever was asked for."""

    def __init__(self, total_seconds: float, address: tuple[str, int]) -> None:
        super().__init__(total_seconds, lambda host, port: [address[0]], lambda found: None)
        self._port = address[1]

    def connect_tcp(self, host: str, port: int, *args: object, **named: object) -> httpcore.NetworkStream:
        return super().connect_tcp(host, self._port, *args, **named)  # type: ignore[arg-type]


def check_behind_proxy(host: str, port: int) -> None:
    """Raise RefusedError for a host that is not public as far as can be told before the proxy resolves it."""
    if host.rstrip(".").endswith(("localhost", ".local", ".internal")):
        raise RefusedError(f"refused: {host} is a name of a private network")
    try:
        addresses = resolve(host, port)
    except OSError:
        # Behind a proxy names often resolve there alone.
        return
    for address in addresses:
        check_address(address)


def online(network: Network | None = None, hosts: Sequence[str] = ()) -> bool:
    """Return whether there is a network, within four seconds: whether anyone known answers.

    ``hosts`` are names of the list: where the public resolvers are blocked, one of them answers.
    """
    network = network or Network()
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
    asked: list[Callable[[], bool]]
    if network.way is not None:
        # Where all goes through one address, that one alone can tell.
        asked = [partial(_reaches, network.way)]
    else:
        asked = [partial(_answers, host, network) for host in (*_KNOWN, *list(dict.fromkeys(hosts))[:_MOST_HOSTS])]
    for ask in asked:
        threading.Thread(target=lambda ask=ask: answers.put(ask()), daemon=True).start()
    until = time.monotonic() + _PROBE_SECONDS
    for _ in asked:
        try:
            if answers.get(timeout=max(0.0, until - time.monotonic())):
                return True
        except queue.Empty:
            return False
    return False


def _reaches(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=_PROBE_SECONDS):
            return True
    except (OSError, UnicodeError):
        return False


def _answers(host: str, network: Network) -> bool:
    try:
        network.backend.connect_tcp(host, 443, _PROBE_SECONDS).close()
    except (httpcore.NetworkError, httpcore.TimeoutException, RefusedError):
        return False
    return True


def _private_headers(text: str) -> PrivateHeaders:
    if not text:
        return {}
    try:
        value = json.loads(text)
        return {
            str(host).lower(): {str(name): str(content) for name, content in headers.items()}
            for host, headers in value.items()
        }
    except (ValueError, AttributeError) as error:
        # The value itself is a secret, so it is not shown.
        raise UsageError('fetch_headers is not of the form {"host": {"Header": "value"}}') from error


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(f"fetch_connect_to {text!r} is not of the form ADDRESS:PORT")
    return host.strip("[]"), int(port)


def _proxy_address(proxy: str) -> tuple[str, int]:
    try:
        parts = urlsplit(proxy)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise UsageError("fetch_proxy is not of the form http://host:port") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("fetch_proxy is not of the form http://host:port")
    return parts.hostname, port
