"""What a site says it holds, from the archive: its feeds, its sitemaps, the links of a page."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.sources.html.inline import squeeze
from ingest.sources.html.parse import Element, parse

Listed = Iterator[tuple[str, str]]
"""(absolute address, title or "") pairs, in the order in which they are listed."""

MOST_LISTED = 5000
_FEEDS = ("feed.xml", "rss.xml", "atom.xml", "index.xml", "feed", "rss")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
# Where sitemaps.org, Yoast, Astro and WordPress put them.
_SITEMAPS = ("sitemap.xml", "sitemap_index.xml", "sitemap-index.xml", "wp-sitemap.xml")
_MOST_INNER = 5
_LARGEST_UNPACKED = 50_000_000
_FRAME = frozenset(("nav", "header", "footer", "aside"))
_ITEM = frozenset(("article", "main", "section", "li"))
# What a link says that leads to what another one, or a picture, names.
_MORE = re.compile(r"^\W*(?:(?:continue|keep) reading|read (?:more|on|the)|more|view|open|link)\b", re.IGNORECASE)


def feeds(root: str, archive: Archive) -> tuple[str, ...]:
    """Return the feeds that a root page names, then where feeds usually are."""
    snapshot = archive.get(root)
    page = _page(snapshot) if snapshot is not None else None
    named: list[str] = []
    if snapshot is not None and page is not None:
        for link in page.iter("link"):
            kind, relation = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
            address = joined(snapshot.url, link.get("href") or "")
            if kind in _FEED_TYPES and "alternate" in relation and "comments" not in address:
                named.append(address)
    guesses = [urljoin(base, name) for base in _bases(root) for name in _FEEDS]
    return tuple(dict.fromkeys(address for address in (*named, *guesses) if same_site(address, root)))


def feed_items(root: str, archive: Archive) -> Listed:
    """Yield the items of every feed of a root that the archive holds (RSS, Atom, JSON Feed)."""
    for address in feeds(root, archive):
        yield from _items(archive.get(address))


def sitemaps(root: str) -> tuple[str, ...]:
    """Return where the sitemap of a root may be."""
    return tuple(urljoin(base, name) for base in _bases(root) for name in _SITEMAPS)


def inner_sitemaps(root: str, archive: Archive) -> tuple[str, ...]:
    """Return the sitemaps that an index of sitemaps lists (sitemaps.org): a few, those of posts first."""
    for address in sitemaps(root):
        snapshot = archive.get(address)
        tree = _xml(snapshot) if snapshot is not None else None
        if tree is not None:
            inner = [(item.findtext("{*}loc") or "").strip() for item in tree.iter("{*}sitemap")]
            own = [url for url in inner if same_site(url, root)]
            return tuple(sorted(own, key=lambda url: "post" not in url.lower())[:_MOST_INNER])
    return ()


def sitemap_items(root: str, archive: Archive) -> Listed:
    """Yield the addresses of every sitemap of a root that the archive holds."""
    for address in (*sitemaps(root), *inner_sitemaps(root, archive)):
        yield from _items(archive.get(address))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML that the archive holds: the address at which it was received, and its tree."""

    url: str
    root: Element

    def anchors(self, within: Element | None = None) -> Iterator[tuple[Element, str]]:
        """Yield each link to its own site with its absolute address, below an element or on the whole page."""
        base = next((joined(self.url, e.get("href") or "") for e in self.root.iter("base")), "") or self.url
        for anchor in (self.root if within is None else within).iter("a"):
            address = joined(base, anchor.get("href", ""))
            if anchor.get("href") is not None and address and same_site(address, self.url):
                yield anchor, address


def page_of(url: str, archive: Archive) -> Page | None:
    """Return the page at an address; None where the archive holds none, or no HTML."""
    snapshot = archive.get(url)
    root = _page(snapshot) if snapshot is not None else None
    return None if snapshot is None or root is None else Page(snapshot.url, root)


def page_links(root: str, archive: Archive, framed: bool = True) -> Listed:
    """Yield the links of the root page to its own site; without what frames it when not ``framed``."""
    page = page_of(root, archive)
    for anchor, address in page.anchors() if page is not None else ():
        if framed or not _in_frame(anchor):
            yield address, link_title(anchor)


def link_title(anchor: Element) -> str:
    """Return what a link calls the page that it leads to; "" where it says no more than that it leads there."""
    title = squeeze(anchor.text_content())
    return "" if _MORE.match(title) else title


def joined(base: str, address: str) -> str:
    """Return an absolute web address without its fragment, or "" for what is none."""
    try:
        whole = urldefrag(urljoin(base, address.strip())).url
        return whole if urlsplit(whole).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def same_site(url: str, root: str) -> bool:
    """Whether two addresses are of one host, ``www.`` aside."""
    return _host(url) == _host(root)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _bases(root: str) -> tuple[str, ...]:
    """Return the root's own folder, then the host's: many sites on shared hosts live in a folder."""
    last = urlsplit(root).path.rsplit("/", 1)[-1]
    folder = root if root.endswith("/") else urljoin(root, ".") if "." in last else root + "/"
    return tuple(dict.fromkeys((folder, urljoin(folder, "/"))))


def _in_frame(anchor: Element) -> bool:
    for above in anchor.iterancestors():
        if above.tag in _ITEM and above.find("nav") is None:
            return any(outer.tag == "nav" for outer in above.iterancestors())
        if above.tag in _FRAME or above.get("role") in ("navigation", "banner", "contentinfo"):
            return True
    return False


def _items(snapshot: Snapshot | None) -> Listed:
    """Yield the items of a feed or sitemap; nothing where it is none."""
    if snapshot is None or snapshot.status != 200:
        return
    if snapshot.body.lstrip()[:1] == b"{":
        yield from _json_items(snapshot)
        return
    root = _xml(snapshot)
    if root is None:
        return
    for item in root.iter("{*}item", "{*}entry", "{*}url"):
        title = squeeze(item.findtext("{*}title") or "")
        link = item.findtext("{*}link") or item.findtext("{*}loc") or ""
        if not link.strip():
            alternate = (e for e in item.iterfind("{*}link") if e.get("rel") in (None, "alternate"))
            link = next((e.get("href") or "" for e in alternate), "")
        if link.strip() and (address := joined(snapshot.url, link)):
            yield address, title


def _json_items(snapshot: Snapshot) -> Listed:
    with suppress(ValueError, RecursionError):
        value = json.loads(snapshot.body)
        items = value.get("items") if isinstance(value, dict) else None
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get("url"), str):
                title = item.get("title")
                yield joined(snapshot.url, item["url"]), squeeze(title) if isinstance(title, str) else ""


def _page(snapshot: Snapshot) -> Element | None:
    if snapshot.status != 200 or "html" not in snapshot.content_type.lower():
        return None
    try:
        return parse(snapshot.body, snapshot.content_type)
    except ReadError:
        return None


def _xml(snapshot: Snapshot) -> etree._Element | None:
    body = snapshot.body
    if body[:2] == b"\x1f\x8b":
        try:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(_LARGEST_UNPACKED)
        except (OSError, EOFError, zlib.error):
            return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root
