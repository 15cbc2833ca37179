"""Blogs and books: a root address → its posts or chapters, from what the archive holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from config.errors import ReadError
from ingest.archive import Archive
from ingest.resource import Resource
from ingest.sources.html.blocks import squeeze
from ingest.sources.html.parse import Element, parse
from ingest.url import archive_key, canonical_url

_FEEDS = ("feed.xml", "rss.xml", "atom.xml", "index.xml", "feed", "rss")
_SITEMAPS = ("sitemap.xml",)
# Pages of a site that are no posts of it.
_NOT_A_POST = re.compile(
    r"/(?:tags?|categor(?:y|ies)|authors?|about|contact|archives?|search|privacy|terms|subscribe|feed|rss|page/\d+|"
    r"index|404|login|account|cv|resume|publications?|projects?|donate|comments?|recommendations)(?:/|\.\w+)?$|"
    r"\.(?:xml|rss|atom|json|png|jpe?g|gif|svg|css|js|zip|mp4|ico|txt|bib)$",
    re.IGNORECASE,
)


def discovery(resource: Resource) -> tuple[str, ...]:
    """Return the addresses that may list a blog's posts: its feeds and its sitemap, beside the root and at the host."""
    folder = resource.url if resource.url.endswith("/") else resource.url + "/"
    host = urljoin(folder, "/")
    guesses = [urljoin(base, name) for base in dict.fromkeys((folder, host)) for name in _FEEDS[:4]]
    return (*guesses, *(urljoin(host, name) for name in _SITEMAPS))


def posts(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    """Return a blog's posts: by its feed, its sitemap, its own index page, and what the archive holds below it."""
    found: dict[str, str] = {}
    for address in discovery(resource):
        snapshot = archive.get(address)
        if snapshot is not None and snapshot.status == 200:
            for url, title in _listed(snapshot.body, snapshot.url):
                found.setdefault(canonical_url(url), title)
    for url, title in _index_links(resource, archive):
        found.setdefault(canonical_url(url), title)
    for url in archive.urls():
        if _below(url, resource.url):
            found.setdefault(canonical_url(url), "")
    own = archive_key(resource.url)
    children = [
        Resource(url, "article", title or _words(url), (), resource.url)
        for url, title in found.items()
        if _same_site(url, resource.url) and archive_key(url) != own and not _NOT_A_POST.search(urlsplit(url).path)
    ]
    return tuple(_without_twins(children)[:most])


def chapters(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    """Return a book's chapters in the order of its own contents, then others that the archive holds below it."""
    found: dict[str, str] = {}
    for url, title in _index_links(resource, archive):
        if _below(url, resource.url):
            found.setdefault(canonical_url(url), title)
    for url in archive.urls():
        if _below(url, resource.url):
            found.setdefault(canonical_url(url), "")
    own = archive_key(resource.url)
    children = [
        Resource(url, "article", title or _words(url), (), resource.url)
        for url, title in found.items()
        if archive_key(url) != own and not re.search(r"\.(?:pdf|png|jpe?g|svg|zip|xml|css|js|bib)$", url, re.IGNORECASE)
    ]
    return tuple(_without_twins(children)[:most])


def _listed(body: bytes, base: str) -> Iterator[tuple[str, str]]:
    """Yield (address, title) of the items of a feed or sitemap; nothing where it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is None:
        return
    for item in root.iter("{*}item", "{*}entry", "{*}url"):
        title = squeeze(item.findtext("{*}title") or "")
        link = item.findtext("{*}link") or item.findtext("{*}loc") or ""
        if not link.strip():
            link = next(
                (e.get("href") or "" for e in item.iterfind("{*}link") if e.get("rel") in (None, "alternate")),
                "",
            )
        address = urljoin(base, link.strip())
        if urlsplit(address).scheme in ("http", "https"):
            yield urldefrag(address).url, title


def _index_links(resource: Resource, archive: Archive) -> Iterator[tuple[str, str]]:
    snapshot = archive.get(resource.url)
    if snapshot is None or snapshot.status != 200 or "html" not in snapshot.content_type.lower():
        return
    try:
        page: Element = parse(snapshot.body, snapshot.content_type)
    except ReadError:
        return
    for anchor in page.iter("a"):
        address = urldefrag(urljoin(snapshot.url, anchor.get("href") or "")).url
        title = squeeze(anchor.text_content())
        if urlsplit(address).scheme in ("http", "https") and _same_site(address, resource.url) and title:
            yield address, title


def _same_site(url: str, root: str) -> bool:
    return (urlsplit(url).hostname or "").removeprefix("www.") == (urlsplit(root).hostname or "").removeprefix("www.")


def _below(url: str, root: str) -> bool:
    """Whether an address is below a root's folder ("/blog" and "/" hold what is below their site, too)."""
    if not _same_site(url, root):
        return False
    folder = urlsplit(root).path
    folder = (
        folder
        if folder.endswith("/")
        else folder.rsplit("/", 1)[0] + "/"
        if "." in folder.rsplit("/", 1)[-1]
        else folder + "/"
    )
    path = urlsplit(url).path
    return path.startswith(folder) and path.rstrip("/") != folder.rstrip("/")


def _without_twins(children: list[Resource]) -> list[Resource]:
    kept: dict[str, Resource] = {}
    for child in children:
        kept.setdefault(archive_key(child.url), child)
    return list(kept.values())


def _words(url: str) -> str:
    last = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[-_]+", " ", re.sub(r"\.\w+$", "", last)) or url
