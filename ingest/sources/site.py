"""Blogs and books: a root address → its posts or chapters, from what the archive holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.resource import Resource
from ingest.sources.html.blocks import squeeze
from ingest.sources.html.parse import Element, parse
from ingest.url import archive_key, canonical_url

_FEEDS = ("feed.xml", "rss.xml", "atom.xml", "index.xml", "feed", "rss")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_SITEMAP = "sitemap.xml"
_MOST_SITEMAPS = 5
_MOST_LISTED = 5000
# Pages of a site that are no posts of it.
_NOT_A_POST = re.compile(
    r"/(?:tags?|categor(?:y|ies)|authors?|about|contact|archives?|search|privacy|terms|subscribe|feed|rss|page/\d+|"
    r"index|404|login|account|cv|resume|publications?|projects?|donate|comments?|recommendations)(?:/|\.\w+)?$|"
    r"\.(?:xml|rss|atom|json|png|jpe?g|gif|svg|css|js|zip|mp4|ico|txt|bib)$",
    re.IGNORECASE,
)
_NOT_A_CHAPTER = re.compile(r"\.(?:pdf|png|jpe?g|svg|zip|xml|css|js|bib|txt)$", re.IGNORECASE)
_POSTS_FOLDER = re.compile(r"^(?:p|posts?|blogs?|articles?|writings?|essays?|#)$", re.IGNORECASE)

Shape = tuple[str, ...]


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return what to ask next for a blog's posts: its feed; where that and its index page give none, its sitemap."""
    feeds = _feeds(resource, archive)
    if not any(archive.get(address) or archive.failed(address) for address in feeds):
        return feeds
    if _from_feed(resource, archive) or _from_index(resource, archive, frozenset()):
        # A feed that gave posts is where new ones appear.
        return tuple(address for address in feeds if archive.get(address))[:1]
    sitemap = urljoin(resource.url, "/" + _SITEMAP)
    inner = _inner_sitemaps(sitemap, archive)
    return next(((address,) for address in inner if not (archive.get(address) or archive.failed(address))), (sitemap,))


def posts(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    """Return a blog's posts, from the archive alone.

    Its feed and its own index page tell them; where those give nothing, its sitemap, as far as its
    addresses look like posts. What else the archive holds below the root is taken when it looks
    like its siblings.
    """
    found = _from_feed(resource, archive)
    shapes = frozenset(_shape(url) for url in found)
    for url, title in _from_index(resource, archive, shapes).items():
        found.setdefault(url, title)
    if not found:
        found = _from_sitemap(resource, archive)
    shapes = frozenset(_shape(url) for url in found)
    for address in archive.urls():
        if _below(address, resource.url) and (not shapes or _shape(address) in shapes):
            found.setdefault(canonical_url(address), "")
    children = [
        Resource(url, "article", title or _words(url), (), resource.url)
        for url, title in found.items()
        if _may_be_post(url, resource)
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
        if archive_key(url) != own and not _NOT_A_CHAPTER.search(urlsplit(url).path)
    ]
    return tuple(_without_twins(children)[:most])


def _feeds(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return the feeds that the root page names, then where feeds usually are."""
    snapshot = archive.get(resource.url)
    named: list[str] = []
    page = _page(snapshot) if snapshot is not None else None
    if snapshot is not None and page is not None:
        for link in page.iter("link"):
            kind, relation = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
            address = _joined(snapshot.url, link.get("href") or "")
            if kind in _FEED_TYPES and "alternate" in relation and "comments" not in address:
                named.append(address)
    folder = resource.url if resource.url.endswith("/") else resource.url + "/"
    bases = dict.fromkeys((folder, urljoin(folder, "/")))
    guesses = [urljoin(base, name) for base in bases for name in _FEEDS]
    return tuple(dict.fromkeys(address for address in (*named, *guesses) if _same_site(address, resource.url)))


def _from_feed(resource: Resource, archive: Archive) -> dict[str, str]:
    for address in _feeds(resource, archive):
        snapshot = archive.get(address)
        if snapshot is None or snapshot.status != 200:
            continue
        found = _posts_of(_listed(snapshot.body, snapshot.url), resource)
        if found:
            return found
    return {}


def _from_index(resource: Resource, archive: Archive, shapes: frozenset[Shape]) -> dict[str, str]:
    """Return what the root page links to and looks like a post: like those of the feed, or like one another."""
    found = _posts_of(_index_links(resource, archive), resource)
    if shapes:
        return {url: title for url, title in found.items() if _shape(url) in shapes}
    return _siblings(found)


def _from_sitemap(resource: Resource, archive: Archive) -> dict[str, str]:
    found: dict[str, str] = {}
    for address in _inner_sitemaps(urljoin(resource.url, "/" + _SITEMAP), archive):
        snapshot = archive.get(address)
        if snapshot is not None and snapshot.status == 200:
            found |= _posts_of(_listed(snapshot.body, snapshot.url), resource)
    return _siblings(found)


def _inner_sitemaps(address: str, archive: Archive) -> tuple[str, ...]:
    """Return a sitemap and those that it lists (sitemaps.org), not more than a few."""
    snapshot = archive.get(address)
    root = _xml(snapshot.body) if snapshot is not None else None
    if root is None:
        return (address,)
    inner = [(item.findtext("{*}loc") or "").strip() for item in root.iter("{*}sitemap")]
    return (address, *[url for url in inner if _same_site(url, address)][:_MOST_SITEMAPS])


def _posts_of(listed: Iterable[tuple[str, str]], resource: Resource) -> dict[str, str]:
    """Return address → title of what may be posts; those below the root alone, where it has several."""
    found: dict[str, str] = {}
    for url, title in islice(listed, _MOST_LISTED):
        with suppress(ValueError):
            if _may_be_post(address := canonical_url(url), resource):
                found.setdefault(address, title)
    below = {url: title for url, title in found.items() if _below(url, resource.url)}
    return below if len(below) > 1 else found


def _siblings(found: dict[str, str]) -> dict[str, str]:
    """Return those whose addresses look like posts: in a folder of posts or of a date, else the commonest shape."""
    shapes = Counter(_shape(url) for url in found)
    wanted = {shape for shape in shapes if any(_POSTS_FOLDER.match(part) for part in shape[:-1])}
    if not wanted and shapes:
        wanted = {shapes.most_common(1)[0][0]}
    return {url: title for url, title in found.items() if _shape(url) in wanted}


def _shape(url: str) -> Shape:
    """Return the folders of an address, numbers as "#", and "*" for its own name."""
    path = re.sub(r"/index\.\w+$", "", urlsplit(url).path).strip("/")
    return (*("#" if part.isdigit() else part.lower() for part in path.split("/")[:-1]), "*")


def _may_be_post(url: str, resource: Resource) -> bool:
    return (
        _same_site(url, resource.url)
        and archive_key(url) != archive_key(resource.url)
        and not _NOT_A_POST.search(urlsplit(url).path)
        and urlsplit(url).path.strip("/") != ""
    )


def _listed(body: bytes, base: str) -> Iterator[tuple[str, str]]:
    """Yield (address, title) of the items of a feed or sitemap; nothing where it is none."""
    root = _xml(body)
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
        if address := _joined(base, link.strip()):
            yield address, title


def _index_links(resource: Resource, archive: Archive) -> Iterator[tuple[str, str]]:
    snapshot = archive.get(resource.url)
    page = _page(snapshot) if snapshot is not None else None
    if snapshot is None or page is None:
        return
    for anchor in page.iter("a"):
        address = _joined(snapshot.url, anchor.get("href") or "")
        title = squeeze(anchor.text_content())
        if title and address and _same_site(address, resource.url):
            yield address, title


def _page(snapshot: Snapshot) -> Element | None:
    if snapshot.status != 200 or "html" not in snapshot.content_type.lower():
        return None
    try:
        return parse(snapshot.body, snapshot.content_type)
    except ReadError:
        return None


def _xml(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _joined(base: str, address: str) -> str:
    """Return an absolute web address without its fragment, or "" for what is none."""
    try:
        joined = urldefrag(urljoin(base, address)).url
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


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
