"""A real web on loopback: one port, plain and TLS alike, for every host name; it misbehaves where it is told to.

The fetcher's own setting ``fetch_connect_to`` brings every name here; certificates are made by trustme as names
are asked for.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import trustme

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Request:
    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    scheme: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}{self.target}"


@dataclass(frozen=True)
class Reply:
    """What is answered. ``raw`` writes to the connection instead; ``whole`` False lies about the length."""

    status: int = 200
    body: bytes = b""
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    raw: Callable[[socket.socket], None] | None = None
    whole: bool = True

    def bytes(self) -> bytes:
        named = {name.lower() for name, _ in self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in self.headers)]
        if self.kind and "content-type" not in named:
            lines.append(f"Content-Type: {self.kind}")
        if "date" not in named:
            lines.append("Date: Tue, 24 Nov 2026 00:00:00 GMT")
        lines.append(f"Content-Length: {len(self.body) + (0 if self.whole else 1000)}")
        lines.append("Connection: close")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


Answer = Callable[[Request], Reply]


def moved(to: str, status: int = 301, **headers: str) -> Reply:
    return Reply(status, headers=(("Location", to), *headers.items()))


def article(title: str, text: str = "", head: str = "") -> bytes:
    """Return a page with enough words to be one."""
    words = text or " ".join(f"{title} explains point number {number} of the matter at hand." for number in range(60))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><main><article>"
        f"<h1>{title}</h1><h2 id=first>First</h2><p>{words}</p></article></main></body></html>"
    ).encode()


@dataclass
class Web:
    """The server. ``pages`` maps addresses (without scheme) to replies; ``log`` is every request in order."""

    pages: dict[str, Reply | Answer] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)
    most_at_once: Counter[str] = field(default_factory=Counter)
    most_in_all: int = 0

    def __post_init__(self) -> None:
        self._authority = trustme.CA()
        self._stranger = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._guard = threading.Lock()
        self._now: Counter[str] = Counter()
        self.stopped = threading.Event()
        self._tls = self._context()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address: tuple[str, int] = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.stopped.set()
        with suppress(OSError):
            # Closing alone leaves a thread that waits for a connection able to take one more.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def authority(self) -> trustme.CA:
        return self._authority

    def environment(self, folder: Path) -> dict[str, str]:
        """Return the settings that send a real process here, with no pauses."""
        file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(file))
        return {
            "CONCORDANCE_FETCH_CONNECT_TO": f"{self.address[0]}:{self.address[1]}",
            "CONCORDANCE_FETCH_CERTIFICATES": str(file),
            "CONCORDANCE_FETCH_PAUSE_SECONDS": "0",
            "CONCORDANCE_FETCH_PAUSES": "{}",
            "CONCORDANCE_FETCH_RETRY_SECONDS": "0",
        }

    def asked(self, part: str = "") -> list[str]:
        """Return the addresses asked for, in order, robots.txt left out."""
        return [r.url for r in list(self.log) if part in r.url and not r.url.endswith("/robots.txt")]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(20)
            secure = connection.recv(1, socket.MSG_PEEK) == b"\x16"
            if secure:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = _read_request(connection, "https" if secure else "http")
            if request is not None:
                self._answer(connection, request)
        except (OSError, ssl.SSLError):
            pass
        finally:
            connection.close()

    def _answer(self, connection: socket.socket, request: Request) -> None:
        with self._guard:
            self.log.append(request)
            self._now[request.host] += 1
            self.most_at_once[request.host] = max(self.most_at_once[request.host], self._now[request.host])
            self.most_in_all = max(self.most_in_all, sum(self._now.values()))
        try:
            found = self.pages.get(request.host + request.target, self.pages.get(request.host + "*"))
            reply = found(request) if callable(found) else found
            reply = reply or Reply(404, b"<h1>Not Found</h1>")
        finally:
            with self._guard:
                # Before the last byte: the client may come again the moment that it has it.
                self._now[request.host] -= 1
        if reply.raw is not None:
            reply.raw(connection)
        else:
            connection.sendall(reply.bytes())
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("unnamed.example").configure_cert(context)

        def by_name(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: Any) -> None:
            connection.context = self._certified(name or "unnamed.example")

        context.sni_callback = by_name
        return context

    def _certified(self, name: str) -> ssl.SSLContext:
        with self._guard:
            if name not in self._contexts:
                authority = self._stranger if name.startswith("stranger.") else self._authority
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                issued = "another.example" if name.startswith("misnamed.") else name
                authority.issue_cert(issued).configure_cert(context)
                self._contexts[name] = context
            return self._contexts[name]


def _read_request(connection: socket.socket, scheme: str) -> Request | None:
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        if not data:
            return None
        received += data
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    return Request(host, method, target, headers, body, scheme)


def dripping(web: Web, head: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """Return what sends a beginning and then a piece every twentieth of a second, for twenty seconds at most."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(400):
            if web.stopped.wait(0.05):
                return
            connection.sendall(piece)

    return send


def silent(web: Web) -> Callable[[socket.socket], None]:
    """Return what says nothing until the server stops."""

    def send(connection: socket.socket) -> None:
        web.stopped.wait(30)

    return send
