"""Entries → resources: one for each canonical URL, with who cites it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ingest.reading_list import Entry
from ingest.url import archive_key, arxiv_id, canonical_url, github_repository, youtube_id

Kind = Literal[
    "article", "paper", "video", "notebook", "repository", "book", "blog", "channel", "project page"
]  # fmt: skip

UNLINKED = "list:"
# The path of one post, also where a list puts it under "Blogs": in a folder of posts or of a date, or a name of words.
_POST = re.compile(
    r"/(?:p|posts?|blogs?|articles?)/[^/]+|/\d{4}/\d{2}/|/\d{4}-\d{2}|/[^/]+[-_][^/]+[-_][^/]+$|/(?!index\.)[^/]+\.html?$"
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing to read. ``url`` is canonical, or ``list:…`` for an entry that gives no address."""

    url: str
    kind: Kind
    title: str
    entries: tuple[Entry, ...] = ()
    parent: str | None = None

    @property
    def section(self) -> tuple[str, ...]:
        """Heading path of the first entry."""
        return self.entries[0].section if self.entries else ()

    @property
    def named(self) -> bool:
        """Whether the curator gave the title; else the document's own is better."""
        return any(entry.titled for entry in self.entries)

    @property
    def note(self) -> str:
        """What the curator says of it, all entries together."""
        return "\n".join(dict.fromkeys(entry.note for entry in self.entries if entry.note))

    @property
    def linked(self) -> bool:
        """Whether there is an address to read it from."""
        return not self.url.startswith(UNLINKED)


def resources_from(entries: Sequence[Entry]) -> tuple[Resource, ...]:
    """Return one resource for each canonical URL and for each entry without one, in order of first mention.

    Addresses that differ in scheme, ``www.`` or the slash at their end are one resource, known by the first.
    """
    grouped: dict[str, list[Entry]] = {}
    known: dict[str, str] = {}
    for entry in entries:
        url = canonical_url(entry.url) if entry.url else _unlinked(entry)
        grouped.setdefault(known.setdefault(archive_key(url), url), []).append(entry)
    return tuple(Resource(url, guess_kind(url, some[0]), _title(some), tuple(some)) for url, some in grouped.items())


def _title(entries: Sequence[Entry]) -> str:
    return next((entry.title for entry in entries if entry.titled), entries[0].title)


def guess_kind(url: str, entry: Entry) -> Kind:
    """Return what an address most likely is, by its form and by where the list puts it."""
    if url.startswith(UNLINKED):
        return kind_by_words(entry)
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/").lower()
    if host == "youtube.com" or host == "vimeo.com":
        return "video" if youtube_id(url) or host == "vimeo.com" else "channel"
    if arxiv_id(url) or path.endswith(".pdf") or host in ("openreview.net", "aclanthology.org"):
        return "paper"
    if path.endswith(".ipynb") or host == "colab.research.google.com":
        return "notebook"
    if github_repository(url):
        return "repository"
    section = " ".join(entry.section).lower()
    if re.search(r"(?:^|[/-])book(?:$|[/-])", path) or re.search(r"\bbooks?\b", section):
        return "book"
    root = path in ("", "/index.html")
    if re.search(r"/(?:blogs?|posts|articles|archive)$", path):
        return "blog"
    if re.search(r"\bblogs?\b", section) and not _POST.search(path):
        return "blog"
    if host.startswith(("magazine.", "blog.")) and root:
        return "blog"
    return "project page" if root or _project_like(host, path) else "article"


def _project_like(host: str, path: str) -> bool:
    """A page or two deep on a host of project pages, or a research lab's site for one thing."""
    return host.startswith(("sites.", "research.")) or (host.endswith(".github.io") and path.count("/") == 1)


def kind_by_words(entry: Entry) -> Kind:
    """Return what an entry without an address most likely is."""
    words = entry.title.lower()
    if re.search(r"\bpaper\b", words):
        return "paper"
    if re.search(r"\bbook\b|\bchapter\b", words):
        return "book"
    if re.search(r"\bvideo\b|\blecture\b", words):
        return "video"
    return "article"


def _unlinked(entry: Entry) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", entry.title.lower()).strip("-")[:80] or f"line-{entry.line}"
    return UNLINKED + slug
