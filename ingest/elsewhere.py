"""Where else a thing may be read, when its own address gives nothing: forms of addresses, and what pages say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.sources.html.parse import Element, parse
from ingest.url import archive_key
from ingest.wayback import held_at, question

_SUBSTACK = re.compile(r"^/(?:inbox/post/|home/post/p-)(\d{1,12})/?$")
# Towards Data Science left Medium in 2025, its articles keep their names.
_LEFT_MEDIUM = re.compile(r"^/towards-data-science/([\w%-]+?)(-[0-9a-f]{10,12})?/?$")

_DOWNLOADS = frozenset(("drive.google.com", "docs.google.com", "drive.usercontent.google.com"))


def by_form(url: str) -> tuple[str, ...]:
    """Return further addresses of the same thing that its form alone tells."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    host = (parts.hostname or "").removeprefix("www.")
    if host == "substack.com" and (match := _SUBSTACK.match(parts.path)):
        number = match.group(1)
        return (f"https://substack.com/api/v1/posts/by-id/{number}", f"https://substack.com/home/post/p-{number}")
    if host == "medium.com" and (match := _LEFT_MEDIUM.match(parts.path)):
        name, key = match.groups()
        home = "https://towardsdatascience.com/"
        return (f"{home}{name}{key or ''}/", *((f"{home}{name}/",) if key else ()))
    return ()


def named_by(snapshot: Snapshot) -> str | None:
    """Return the address that a page, or an answer in JSON, names as the thing's own; None where it names itself."""
    kind = snapshot.content_type.lower()
    found = _in_json(snapshot.body) if "json" in kind else _in_page(snapshot) if "html" in kind else None
    if not found:
        return None
    try:
        address = urljoin(snapshot.url, found.strip())
        parts = urlsplit(address)
        same = archive_key(address) == archive_key(snapshot.url)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and not same and parts.path.strip("/") else None


def direct(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses, and those that their form alone tells."""
    return tuple(dict.fromkeys((*addresses, *(other for address in addresses for other in by_form(address)))))


def places(addresses: tuple[str, ...], own: str, archive: Archive) -> Iterator[str]:
    """Yield the addresses and after them every other place of a thing, as far as the archive knows of it.

    ``own`` is the address that the Wayback Machine is asked for. Lazy: pages are parsed for what
    they name only when nothing before gave the thing.
    """
    yield from addresses
    for address in direct(addresses):
        snapshot = archive.get(address)
        if snapshot is not None and snapshot.status == 200 and (other := named_by(snapshot)):
            yield other
    yield from direct(addresses)[len(addresses) :]
    answer = archive.get(question(own))
    if answer is not None and (page := held_at(answer)):
        yield page


def _in_json(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for part in (value, value.get("post")) if isinstance(value, dict) else ():
        if isinstance(part, dict) and isinstance(part.get("canonical_url"), str):
            return str(part["canonical_url"])
    return None


def _confirmed(page: Element, url: str) -> str | None:
    """Return where a page of Google Drive leads that asks whether to download what it could not scan for viruses."""
    if urlsplit(url).hostname not in _DOWNLOADS:
        return None
    for form in page.xpath("//form[@id='download-form' or @id='downloadForm']"):
        fields = [(f.get("name"), f.get("value", "")) for f in form.xpath(".//input[@type='hidden' and @name]")]
        target = urlsplit(urljoin(url, form.get("action", "")))
        # Elsewhere a form of that name promises nothing.
        if target.scheme == "https" and target.hostname in _DOWNLOADS and target.path:
            query = dict([*parse_qsl(target.query), *fields])
            return str(target._replace(query=urlencode(query)).geturl())
    return None


def _in_page(snapshot: Snapshot) -> str | None:
    try:
        page = parse(snapshot.body, snapshot.content_type)
    except ReadError:
        return None
    if confirmed := _confirmed(page, snapshot.url):
        return confirmed
    # A landing page names its paper (Google Scholar's inclusion guidelines); any page may name itself.
    for path in (
        "//meta[@name='citation_pdf_url']/@content",
        "//link[@rel='canonical']/@href",
        "//meta[@property='og:url']/@content",
    ):
        values = page.xpath(path)
        if isinstance(values, list) and values:
            return str(values[0])
    return None
