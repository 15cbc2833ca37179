"""Pages that are a script: rendered in Chromium, every request of theirs through our own bounded client.

The browser itself reaches nothing: names do not resolve for it and its proxy does not exist. Bot walls
are not what this is for: a page that asks for a person is left to one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from config.errors import ConcordanceError, FetchError
from ingest.archive import Snapshot, now

if TYPE_CHECKING:
    from ingest.worker import Ask

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PREFIX = "urn:rendered:"
_SCRIPTED = ("script", "xhr", "fetch")
_MOST_REQUESTS = 60
_MOST_HOPS = 3
_LARGEST_PAGE = 10_000_000
# For Chromium to start, on a busy machine.
_START_SECONDS = 20.0
# After its last request a page is given so long to write what came.
_SETTLED_SECONDS = 0.5
_KEPT_HEADERS = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
_ARGUMENTS = (
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    # Nothing but what is intercepted gets out: no name resolves, and there is no proxy at port 9 (discard).
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip


def rendered_address(url: str) -> str:
    """Return the address under which the archive keeps what a page became in a browser."""
    return _PREFIX + url


def browser() -> str | None:
    """Return the path of a Chromium that can be used, or None; Playwright is the optional extra ``render``."""
    if find_spec("playwright") is None:
        return None
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def render(shell: Snapshot, chromium: str, seconds: float, ask: Ask) -> Snapshot:
    """Return what a page became when its scripts had run, as a record of its own (not a response).

    ``shell`` is the page as received; ``ask`` gets what its scripts ask for. Raises FetchError when
    nothing came of it in so many seconds.
    """
    from playwright.sync_api import Error, sync_playwright

    try:
        with _chromium(chromium, seconds) as address, sync_playwright() as playwright:
            context = playwright.chromium.connect_over_cdp(address).new_context(service_workers="block")
            gate = _Gate(shell, time.monotonic() + seconds, ask)
            context.route("**/*", gate.answer)
            context.route_web_socket("**/*", lambda socket: socket.close())
            page = context.new_page()
            page.goto(shell.url, wait_until="domcontentloaded", timeout=seconds * 1000)
            while gate.busy():
                page.wait_for_timeout(100)
            html, ended = page.content(), page.url
    except Error as error:
        raise FetchError(f"the page could not be rendered ({_in_a_line(error)})") from error
    if urlsplit(ended).hostname != urlsplit(shell.url).hostname:
        raise FetchError("the page went elsewhere when it was rendered")
    if len(html) > _LARGEST_PAGE:
        raise FetchError(f"rendered, it is larger than {_LARGEST_PAGE // 1_000_000} MB")
    return Snapshot(
        rendered_address(shell.url), 200, "text/html; charset=utf-8", html.encode(), now(), record="resource"
    )


class _Gate:
    """Answers what a page asks for: itself from the archive, scripts and data through our client, no more."""

    def __init__(self, shell: Snapshot, deadline: float, ask: Ask) -> None:
        self._shell = shell
        self._deadline = deadline
        self._ask = ask
        self._asked = 0
        self._last = time.monotonic()

    def busy(self) -> bool:
        """Whether the page asked for something a moment ago and there is time left."""
        now = time.monotonic()
        return now < self._deadline and now - self._last < _SETTLED_SECONDS

    def answer(self, route: Any) -> None:
        """Fulfil or abort one request of the page."""
        request = route.request
        if request.is_navigation_request():
            if request.url == self._shell.url and request.frame.parent_frame is None:
                route.fulfill(status=200, content_type=self._shell.content_type, body=self._shell.body)
            else:
                # No content: whoever navigates stays where it is.
                route.fulfill(status=204)
            return
        self._asked += 1
        elsewhere = urlsplit(request.url).hostname != urlsplit(self._shell.url).hostname
        if (
            request.resource_type not in _SCRIPTED
            or self._asked > _MOST_REQUESTS
            or time.monotonic() > self._deadline
            or request.method not in ("GET", "POST")
            or (request.method == "POST" and elsewhere)
        ):
            route.abort()
            return
        try:
            answer = self._fetch(request)
        except ConcordanceError:
            # What a page cannot have is its own matter; what it became without it is what is read.
            route.abort()
        else:
            kept = {name.lower(): value for name, value in answer.headers if name.lower() in _KEPT_HEADERS}
            route.fulfill(status=answer.status, headers=kept, body=answer.body)
        self._last = time.monotonic()

    def _fetch(self, request: Any) -> Any:
        url, content = request.url, request.post_data_buffer
        sent = {name: value for name, value in request.headers.items() if name in ("accept", "content-type", "origin")}
        ask = partial(self._ask, headers=tuple(sent.items()), forgiving=True, robots=True, also=("javascript",))
        for _ in range(_MOST_HOPS):
            answer = ask(url, method=request.method, content=content)
            if not answer.redirects or request.method != "GET":
                return answer
            url = urljoin(url, answer.header("location"))
        raise FetchError("too many redirects")


@contextmanager
def _chromium(path: str, seconds: float) -> Iterator[str]:
    """Start Chromium in an empty profile; yield its address. It is killed at the end, or when its time is up."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # Chromium does not start as root with its sandbox.
        free = ("--no-sandbox",) if root else ()
        arguments = [path, *_ARGUMENTS, *free, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        watch = threading.Timer(_START_SECONDS + seconds, _kill, (process,))
        watch.daemon = True
        watch.start()
        try:
            yield _address(process)
        finally:
            watch.cancel()
            _kill(process)
            process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("DevTools listening on "):
            return line.removeprefix("DevTools listening on ").strip()
    raise FetchError("Chromium did not start; set render = false if it cannot here")


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
