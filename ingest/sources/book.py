"""Books and manuals: a first page → its chapters, from what the archive holds; a page deep inside is an article.

A list links to a book, or to one page of it, whose frame shows the contents of the whole book all the same. Which of
the two an address is, its page tells. A book's first page stands above its chapters (``book/`` over ``book/one.html``),
or is the first in the contents that it shows, or is little else than those contents.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from ingest.archive import Archive
from ingest.resource import Resource
from ingest.sources.html.frame import names, strip_frame, words_in
from ingest.sources.html.parse import Element
from ingest.sources.listings import MOST_LISTED, Page, joined, link_title, page_of, same_site
from ingest.sources.site import children_of, is_below
from ingest.url import archive_key, canonical_url

_NOT_A_CHAPTER = re.compile(
    r"/(?:genindex|py-modindex|search|print|404|toc)(?:\.html?|/)?$|/(?:_sources|_static|assets)/|"
    r"\.(?:pdf|png|jpe?g|gif|svg|webp|zip|xml|css|js|json|bib|txt|epub|ico)$",
    re.IGNORECASE,
)
_INDEX = re.compile(r"/(?:index(?:\.\w+)?)?$", re.IGNORECASE)
_CONTENTS = frozenset("toc contents content nav navigation menu sidebar index".split())
_GROUPS = frozenset(("ul", "ol", "nav", "aside"))
# A page of whose words so many are of links to chapters is their contents.
_MOSTLY = 0.5
_FEWEST = 2


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return where a book's contents are that its pages show in a frame."""
    page = page_of(resource.url, archive)
    return tuple(_framed(page))[:1] if page is not None else ()


def settled(resource: Resource, archive: Archive) -> Resource:
    """Return the resource, as an article where its own page shows it to be one of a book's pages and not the first."""
    page = page_of(resource.url, archive)
    if page is None or _below_itself(resource.url, page, archive) or _beside_itself(page, archive):
        return resource
    # A menu right below a host is a site's, and no book's.
    deep = "." in _name(page.url) or urlsplit(_folder_around(page.url)).path != "/"
    inside = deep and any(_is_same(url, page) for _, url in _largest_group(page, archive))
    return replace(resource, kind="article") if inside else resource


def chapters(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    """Return a book's chapters in the order of its own contents, then others that the archive holds below it."""
    page = page_of(resource.url, archive)
    found: dict[str, str] = {}
    for url, title in _below_itself(resource.url, page, archive) or (_beside_itself(page, archive) if page else ()):
        with suppress(ValueError):
            address = canonical_url(url)
            found[address] = found.get(address) or title
    return children_of(found, resource, archive)[:most]


def _below_itself(root: str, page: Page | None, archive: Archive) -> list[tuple[str, str]]:
    """Return what a page links to and the archive holds below it; nothing where the address names a file."""
    if not _INDEX.search(urlsplit(root).path) and "." in _name(root):
        return []
    linked = [(url, link_title(anchor)) for anchor, url in islice(_anchors(page, archive) if page else (), MOST_LISTED)]
    held = [(url, "") for url in archive.pages()]
    return [(url, title) for url, title in (*linked, *held) if _is_chapter(url, root)]


def _beside_itself(page: Page, archive: Archive) -> list[tuple[str, str]]:
    """Return what a page lists as the first of it, or as little else than it."""
    folder = _folder_around(page.url)
    group = _largest_group(page, archive)
    contents = [(anchor, url) for anchor, url in group if _is_chapter(url, folder)]
    if not (len({url for _, url in contents}) > _FEWEST and _is_same(group[0][1], page)):
        body = copy.deepcopy(page.root.find("body"))
        if body is None:
            return []
        strip_frame(body)
        contents = [(anchor, url) for anchor, url in page.anchors(body) if _is_chapter(url, folder)]
        linked = sum(words_in(anchor) for anchor, _ in contents)
        if len({url for _, url in contents}) < _FEWEST or linked <= _MOSTLY * words_in(body):
            return []
    return [(url, link_title(anchor)) for anchor, url in contents[:MOST_LISTED]]


def _largest_group(page: Page, archive: Archive) -> list[tuple[Element, str]]:
    """Return the links of the list, menu or sidebar that leads to most pages: where a page shows contents, these."""
    groups: dict[Element, list[tuple[Element, str]]] = {}
    for anchor, url in _anchors(page, archive):
        around = [e for e in anchor.iterancestors() if e.tag in _GROUPS or e.get("role") == "navigation"]
        if around and not ("#" in anchor.get("href") and _is_same(url, page) and not _is_current(anchor)):
            groups.setdefault(around[-1], []).append((anchor, url))
    return max(groups.values(), key=lambda group: len({url for _, url in group}), default=[])


def _anchors(page: Page, archive: Archive) -> Iterator[tuple[Element, str]]:
    yield from page.anchors()
    for address in _framed(page):
        inner = page_of(address, archive)
        yield from inner.anchors() if inner is not None else ()


def _framed(page: Page) -> Iterator[str]:
    """Yield the addresses of frames that hold contents, by their names; mdBook has one for readers without scripts."""
    for frame in page.root.iter("iframe", "frame"):
        address = joined(page.url, frame.get("src", ""))
        called = {*names(frame), *re.split(r"\W+", _name(address).lower())}
        if address and same_site(address, page.url) and not _CONTENTS.isdisjoint(called):
            yield address


def _is_current(anchor: Element) -> bool:
    """Whether a menu names the page that it stands on by this link; else "#" opens something, or is a place in it."""
    return anchor.get("href") == "#" and not {"current", "active"}.isdisjoint((anchor.get("class") or "").split())


def _is_chapter(url: str, root: str) -> bool:
    return is_below(url, root) and not _NOT_A_CHAPTER.search(urlsplit(url).path)


def _is_same(url: str, page: Page) -> bool:
    return archive_key(url) == archive_key(page.url)


def _folder_around(url: str) -> str:
    return urljoin(url, ".." if url.endswith("/") else ".")


def _name(url: str) -> str:
    return urlsplit(url).path.rsplit("/", 1)[-1]
