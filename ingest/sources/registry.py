"""Each kind of resource and what reads it. A new kind is one file beside this one, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.archive import Archive, Snapshot
from ingest.document import Document
from ingest.resource import Kind, Resource
from ingest.sources import article, book, channel, notebook, paper, repository, site, video

if TYPE_CHECKING:
    from ingest.worker import Ask


def _nothing_further(resource: Resource, archive: Archive) -> tuple[str, ...]:
    return ()


def _no_children(resource: Resource, archive: Archive, most: int) -> tuple[Resource, ...]:
    return ()


def _as_it_comes(resource: Resource, languages: Sequence[str]) -> Callable[[Ask], Snapshot] | None:
    return None


def _any(snapshot: Snapshot) -> bool:
    return True


def _if_linked(resource: Resource) -> bool:
    return resource.linked


def _never(resource: Resource) -> bool:
    return False


def _as_listed(resource: Resource, archive: Archive) -> Resource:
    return resource


@dataclass(frozen=True, slots=True)
class Source:
    """What a kind can do.

    ``addresses``: where its bytes may be, in order. ``read``: a snapshot → a document, or ReadError.
    ``accepts``: whether a snapshot is the thing at all, and not what stands in its place.
    ``discovery``: the next addresses to try for what lists its children or tells its title, the first
    that succeeds is enough; ``children``: those, from the archive alone, at most so many.
    ``settled``: the resource by what the archive shows of it: a better title, another kind.
    ``fetched``: whether its bytes can be fetched. ``receive``: what fetches that which no single response holds.
    ``missing``: what the report says when nothing was received.
    """

    addresses: Callable[[Resource], tuple[str, ...]]
    read: Callable[[Snapshot, Resource], Document]
    accepts: Callable[[Snapshot], bool] = _any
    discovery: Callable[[Resource, Archive], tuple[str, ...]] = _nothing_further
    children: Callable[[Resource, Archive, int], tuple[Resource, ...]] = _no_children
    settled: Callable[[Resource, Archive], Resource] = _as_listed
    fetched: Callable[[Resource], bool] = _if_linked
    receive: Callable[[Resource, Sequence[str]], Callable[[Ask], Snapshot] | None] = _as_it_comes
    missing: str = "not in the archive"

    def missing_reason(self, resource: Resource, offline: bool) -> str:
        """Return why nothing is there, and what can be done."""
        if self.missing != "not in the archive":
            return self.missing
        if offline:
            return "not in the archive, and this build was offline: build again with a network"
        return "nothing was received: open it in a browser, save it, and import it"


SOURCES: dict[Kind, Source] = {
    "article": Source(article.addresses, article.read),
    "paper": Source(paper.addresses, paper.read, accepts=paper.accepts, discovery=paper.discovery),
    "video": Source(
        video.addresses,
        video.read,
        accepts=video.accepts,
        discovery=video.discovery,
        settled=video.titled,
        fetched=video.fetched,
        receive=video.receive,
        missing="no captions in the archive; download them (for example with yt-dlp) and import them",
    ),
    "notebook": Source(notebook.addresses, notebook.read),
    "repository": Source(repository.addresses, repository.read, accepts=repository.accepts),
    "book": Source(
        article.addresses, article.read, discovery=book.discovery, settled=book.settled, children=book.chapters
    ),
    "blog": Source(article.addresses, article.read, discovery=site.discovery, children=site.posts),
    "channel": Source(
        channel.addresses, channel.read, fetched=_never, missing="a channel: listed by its title and note"
    ),
    "project page": Source(article.addresses, article.read),
}
