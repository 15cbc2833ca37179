"""Blogs: a root address → its posts, from what the archive holds; what is below a root, whatever it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice
from urllib.parse import urlsplit

from ingest.archive import Archive
from ingest.resource import Resource
from ingest.sources.listings import (
    MOST_LISTED,
    feed_items,
    feeds,
    inner_sitemaps,
    page_links,
    same_site,
    sitemap_items,
    sitemaps,
)
from ingest.url import archive_key, canonical_url

# Pages of a site that are no posts of it: by their own name, by a folder that they stand in, by what they are.
# The last is the sample that a generator of blogs puts into a new one.
_NOT_A_POST = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|series|authors?|about(?:-me|-us)?|contact|archives?|search|privacy(?:-policy)?|"
    r"terms|subscribe|feed|rss|404|login|sign-?(?:in|up)|account|now|uses|cv|resume|publications?|projects?|portfolio|"
    r"talks|donate|comments?|recommendations|newsletter|sitemap)(?:/|\.\w+)?$|"
    r"/(?:tags?|categor(?:y|ies)|authors?|page|wp-content|wp-json|cdn-cgi)/|"
    r"\.(?:xml|rss|atom|json|png|jpe?g|gif|svg|webp|css|js|zip|mp4|ico|txt|bib)$|"
    r"/welcome-to-jekyll(?:/|\.html)?$",
    re.IGNORECASE,
)
# Roots whose posts may stand elsewhere on their host; below any other path a root speaks for itself alone.
_ROOT_NAME = re.compile(
    r"^(?:|blogs?|posts?|articles?|archives?|writings?|essays?|notes|news|home|all)$", re.IGNORECASE
)
_POSTS_FOLDER = re.compile(r"^(?:p|posts?|blogs?|articles?|writings?|essays?|#)$", re.IGNORECASE)

Shape = tuple[str, ...]


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return what to ask next for a blog's posts: a feed, its sitemap, and the sitemaps which that lists."""

    def asked(address: str) -> bool:
        return archive.get(address) is not None or archive.failed(address) is not None

    named = feeds(resource.url, archive)
    if not any(map(asked, named)):
        return named
    if not any(map(asked, sitemaps(resource.url))):
        return sitemaps(resource.url)
    for address in inner_sitemaps(resource.url, archive):
        if not asked(address):
            return (address,)
    # A feed is where new posts appear: the one that is there is looked at again.
    return tuple(address for address in named if archive.get(address))[:1]


def posts(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    """Return a blog's posts, from the archive alone.

    What its feeds list are posts. What its own index page links to, its sitemap lists or the archive holds
    is taken when its address looks like theirs, or like posts' where they show none. Below a root
    of which nothing is known, all that the archive holds is taken.
    """
    found = _posts_of(feed_items(resource.url, archive), resource)
    shapes = {_shape(url) for url in found}
    linked = _posts_of(page_links(resource.url, archive, framed=False), resource) or _posts_of(
        page_links(resource.url, archive), resource
    )
    for listed in (linked, _posts_of(sitemap_items(resource.url, archive), resource)):
        like = _shapes_of_posts(listed, alone=not shapes)
        more = {url: title for url, title in listed.items() if _shape(url) in shapes | like}
        for url, title in more.items():
            found[url] = found.get(url) or title
        shapes |= like
    for address in archive.pages():
        url = canonical_url(address)
        own = _shape(url)
        below = is_below(url, resource.url)
        # Pages that stand right below a host are alike by chance: elsewhere than below the root they are no posts.
        if (below and (not shapes or own in shapes)) or (len(own) > 1 and own in shapes):
            found.setdefault(url, "")
    return children_of({url: title for url, title in found.items() if _may_be_post(url, resource)}, resource, archive)[
        :most
    ]


def _posts_of(listed: Iterable[tuple[str, str]], resource: Resource) -> dict[str, str]:
    """Return address → title of what may be posts; those below the root alone, where it has several."""
    found: dict[str, str] = {}
    for url, title in islice(listed, MOST_LISTED):
        with suppress(ValueError):
            if _may_be_post(address := canonical_url(url), resource):
                found[address] = found.get(address) or title
    below = {url: title for url, title in found.items() if is_below(url, resource.url)}
    own = _path(resource.url).strip("/")
    return below if len(below) > 1 or not _ROOT_NAME.match(own.rsplit("/", 1)[-1]) else found


def _shapes_of_posts(found: Iterable[str], alone: bool) -> set[Shape]:
    """Return the shapes of posts' addresses: those in a folder of posts or of a date; ``alone``, else the commonest."""
    shapes = Counter(_shape(url) for url in found)
    wanted = {shape for shape in shapes if any(_POSTS_FOLDER.match(part) for part in shape[:-1])}
    if not wanted and alone and shapes:
        wanted = {shapes.most_common(1)[0][0]}
    return wanted


def _shape(url: str) -> Shape:
    """Return the folders of an address, numbers as "#", and "*" for its own name."""
    path = _path(url).strip("/")
    return (*("#" if part.isdigit() else part.lower() for part in path.split("/")[:-1]), "*")


def _path(url: str) -> str:
    return re.sub(r"/index(?:\.\w+)?$", "/", urlsplit(url).path)


def _may_be_post(url: str, resource: Resource) -> bool:
    path = _path(url)
    return (
        same_site(url, resource.url)
        and archive_key(url) != archive_key(resource.url)
        and not _NOT_A_POST.search(path)
        and path.strip("/") != ""
    )


def is_below(url: str, root: str) -> bool:
    """Whether an address is below a root's folder ("/blog" and "/" hold what is below their site, too)."""
    if not same_site(url, root):
        return False
    folder = urlsplit(root).path
    if not folder.endswith("/"):
        above, _, last = folder.rpartition("/")
        folder = f"{above}/" if "." in last else f"{folder}/"
    path = urlsplit(url).path
    return path.startswith(folder) and path.rstrip("/") != folder.rstrip("/")


def children_of(found: Mapping[str, str], root: Resource, archive: Archive) -> tuple[Resource, ...]:
    """Return a resource for each address, one for several forms of it: the form in which it was received."""
    kept: dict[str, Resource] = {}
    for url, title in found.items():
        key = archive_key(url)
        if key != archive_key(root.url) and key not in kept:
            address = canonical_url(archive.as_held(url))
            kept[key] = Resource(address, "article", title or _words(url), (), root.url)
    return tuple(kept.values())


def _words(url: str) -> str:
    last = _path(url).rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[-_]+", " ", re.sub(r"\.\w+$", "", last)) or url
