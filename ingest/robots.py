"""robots.txt: what a site lets programs ask for, after RFC 9309."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from config.errors import FetchError, RefusedError
from ingest.client import Response
from ingest.hosts import HeldError

# RFC 9309, 2.5: at least 500 KiB must be parsed; more is not.
MOST_BYTES = 500 * 1024
# RFC 9309, 2.4: a cached file is used for a day at most.
FRESH_DAYS = 1.0
# RFC 9309, 2.2.1: the product token, without version.
TOKEN = "Concordance"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site's file says. ``unreachable`` is why it could not be read; then nothing may be asked."""

    parsed: Protego | None = None
    unreachable: str = ""

    @property
    def delay(self) -> float:
        """Seconds between two requests, 0 where it does not say."""
        return float((self.parsed and self.parsed.crawl_delay(TOKEN)) or 0.0)


class Robots:
    """The rules of each site, asked for once."""

    def __init__(self, ask: Callable[[str], Response]) -> None:
        """``ask`` returns the final answer for a robots.txt, redirects followed; it raises as Client.ask does."""
        self._ask = ask
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._rules: dict[str, Rules] = {}

    def rules(self, url: str) -> Rules:
        """Return the rules of an address's site."""
        site = site_of(url)
        with self._guard:
            lock = self._locks[site]
        with lock:
            if site not in self._rules:
                self._rules[site] = self._read(site)
            return self._rules[site]

    def check(self, url: str) -> Rules:
        """Return the rules. Raises RefusedError when they forbid the address, FetchError when they cannot be had."""
        rules = self.rules(url)
        if rules.unreachable:
            raise FetchError(rules.unreachable, transient=True)
        if rules.parsed is not None and not rules.parsed.can_fetch(url, TOKEN):
            raise RefusedError("refused: the site's robots.txt does not let programs read this page")
        return rules

    def know(self, site: str, status: int, body: bytes) -> None:
        """Take the answer of an earlier run for a site's rules."""
        self._rules[site] = rules_from(status, body)

    def _read(self, site: str) -> Rules:
        try:
            answer = self._ask(f"{site}/robots.txt")
        except RefusedError:
            # Of another type than text, or redirected to where we may not go: no rules (2.3.1.3).
            return Rules()
        except FetchError as error:
            if error.unreachable or isinstance(error, HeldError):
                # The site itself does not answer, or is left alone; asking for the page says the same.
                raise
            return Rules(unreachable=f"its robots.txt cannot be read ({error}), so nothing else is asked (RFC 9309)")
        return rules_from(answer.status, answer.body)


def rules_from(status: int, body: bytes) -> Rules:
    """Return what an answer for robots.txt means: RFC 9309, 2.3.1."""
    if status >= 500:
        return Rules(unreachable=f"its robots.txt cannot be read now ({status}), so nothing else is asked (RFC 9309)")
    if status >= 300 or not body:
        return Rules()
    return Rules(Protego.parse(body.decode("utf-8", errors="replace")))


def site_of(url: str) -> str:
    """Return scheme and authority of an address, "" of what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
