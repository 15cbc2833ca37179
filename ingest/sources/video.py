"""Videos: their captions, put back into sentences, each with its second."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.captions import parse_caption_json
from ingest.document import Block, Document, Locator
from ingest.resource import Resource
from ingest.sources.speech import passages
from ingest.url import youtube_id

if TYPE_CHECKING:
    from ingest.worker import Ask


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return the watch address; captions are kept under it."""
    return (resource.url,)


def accepts(snapshot: Snapshot) -> bool:
    """Whether these are captions, not the page that shows the video."""
    return "json" in snapshot.content_type.lower() or snapshot.body.lstrip()[:1] in (b"[", b"{")


def fetched(resource: Resource) -> bool:
    """Whether captions can be fetched: from YouTube alone."""
    return youtube_id(resource.url) is not None


def receive(resource: Resource, languages: Sequence[str]) -> Callable[[Ask], Snapshot] | None:
    """Return what fetches a video's captions, or None where nothing can."""
    from ingest.transcripts import fetch_captions  # brings the client: a process that only reads starts without it

    video = youtube_id(resource.url)
    return None if video is None else partial(fetch_captions, video, resource.url, tuple(languages))


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return the oEmbed address that tells a video's title, where the list does not give one (oembed.com)."""
    if youtube_id(resource.url) is None or resource.named:
        return ()
    return ("https://www.youtube.com/oembed?format=json&url=" + quote(resource.url, safe=""),)


def titled(resource: Resource, archive: Archive) -> Resource:
    """Return the resource with the title that oEmbed gave."""
    for address in discovery(resource, archive):
        snapshot = archive.get(address)
        with suppress(ValueError, TypeError, RecursionError):
            value = json.loads(snapshot.body) if snapshot else None
            if isinstance(value, dict) and isinstance(title := value.get("title"), str) and title.strip():
                return replace(resource, title=" ".join(title.split())[:300])
    return resource


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a video's captions. Raises ReadError when there are none."""
    if not accepts(snapshot):
        raise ReadError("the page of a video holds no captions; import them (import FILE.vtt --url …)")
    said = passages(parse_caption_json(snapshot.body))
    blocks = tuple(Block("paragraph", passage.text, Locator("time", int(passage.second))) for passage in said)
    if not blocks:
        raise ReadError("the captions are empty")
    return Document(
        resource=resource.url,
        url=resource.url,
        title=resource.title,
        blocks=blocks,
        media="video",
        reader="captions",
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )
