"""Repositories: their README, as the front page shows it."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources.html import read_html
from ingest.sources.html.parse import decode
from ingest.sources.markdown import markdown_blocks

_NAMES = ("README.md", "readme.md", "Readme.md", "README.rst", "README")


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return the README's raw addresses at HEAD, then the repository's page."""
    path = urlsplit(resource.url).path
    raw = tuple(f"https://raw.githubusercontent.com{path}/HEAD/{name}" for name in _NAMES)
    return (*raw, resource.url)


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a README. Raises ReadError."""
    if "html" in snapshot.content_type.lower() and "raw.githubusercontent" not in snapshot.url:
        page = read_html(snapshot.body, snapshot.content_type, snapshot.url)
        return Document(
            resource.url, resource.url, page.title or resource.title, page.blocks, coverage=page.coverage,
            reader=page.reader, partial=page.partial, snapshot=snapshot.digest, fetched=snapshot.fetched,
        )  # fmt: skip
    return read_markdown(snapshot, resource)


def read_markdown(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a Markdown text. Raises ReadError when there is none."""
    blocks = tuple(markdown_blocks(decode(snapshot.body, snapshot.content_type)))
    if not blocks:
        raise ReadError("the README is empty")
    title = next((block.text for block in blocks if block.type == "heading"), resource.title)
    name = "/".join(urlsplit(resource.url).path.strip("/").split("/")[:2])
    return Document(
        resource=resource.url,
        url=resource.url,
        title=title if title.casefold() in resource.title.casefold() else f"{name}: {title}",
        blocks=blocks,
        media="markdown",
        reader="markdown",
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )
