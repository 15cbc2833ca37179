"""Each kind of resource and what reads it. A new kind is one file beside this one, and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.archive import Archive, Snapshot
from ingest.document import Document
from ingest.resource import Kind, Resource
from ingest.sources import article, channel, notebook, paper, repository, site, video


def _none(resource: Resource) -> tuple[str, ...]:
    return ()


def _no_children(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Source:
    """What a kind can do.

    ``addresses``: where its bytes may be, in order. ``read``: a snapshot → a document, or ReadError.
    ``discovery``: further addresses that list its children; ``children``: those, from the archive
    alone, at most so many. ``fetched``: whether plain fetching can get it. ``missing``: what the
    report says when nothing was received.
    """

    addresses: Callable[[Resource], tuple[str, ...]]
    read: Callable[[Snapshot, Resource], Document]
    discovery: Callable[[Resource], tuple[str, ...]] = _none
    children: Callable[[Resource, Archive, int], tuple[Resource, ...]] = _no_children
    fetched: bool = True
    missing: str = "not in the archive"

    def fetchable(self, resource: Resource) -> tuple[str, ...]:
        """Return the addresses to fetch, or () for what plain fetching cannot get."""
        return self.addresses(resource) if self.fetched and resource.linked else ()

    def missing_reason(self, resource: Resource, offline: bool) -> str:
        """Return why nothing is there, and what can be done."""
        if self.missing != "not in the archive":
            return self.missing
        return "not in the archive, and this build was offline" if offline else "nothing was received"


SOURCES: dict[Kind, Source] = {
    "article": Source(article.addresses, article.read),
    "paper": Source(paper.addresses, paper.read),
    "video": Source(
        video.addresses,
        video.read,
        fetched=False,
        missing="no captions in the archive; download them (for example with yt-dlp) and concordance import them",
    ),
    "notebook": Source(notebook.addresses, notebook.read),
    "repository": Source(repository.addresses, repository.read),
    "book": Source(article.addresses, article.read, children=site.chapters),
    "blog": Source(article.addresses, article.read, discovery=site.discovery, children=site.posts),
    "channel": Source(
        channel.addresses, channel.read, fetched=False, missing="a channel: listed by its title and note"
    ),
    "project page": Source(article.addresses, article.read),
}
