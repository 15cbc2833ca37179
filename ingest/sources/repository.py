"""Repositories: their README, as the front page shows it; and other pages that are Markdown or plain text."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Block, Document
from ingest.resource import Resource
from ingest.sources.html import read_html
from ingest.sources.html.parse import LARGEST_BYTES, decode, tidy
from ingest.sources.markdown import markdown_blocks
from ingest.sources.restructured import restructured_blocks

# GitHub's interface for programs; sixty requests an hour without an account, so it is the last that is asked.
INTERFACE = "https://api.github.com/"
_RAW = "https://raw.githubusercontent.com"
_NAMES = ("README.md", "readme.md", "Readme.md", "README.rst", "README.txt", "README")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# What the raw host gives of a symbolic link: where it leads.
_LINK = re.compile(rb"[\w./-]*readme[\w.-]*", re.IGNORECASE)
_TITLE = re.compile(r"^title:\s*(.+?)\s*$", re.MULTILINE)


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return the README's raw addresses at HEAD, then what finds it by any name and in any folder, then the page."""
    path = urlsplit(resource.url).path
    raw = tuple(f"{_RAW}{path}/HEAD/{name}" for name in _NAMES)
    return (*raw, f"{INTERFACE}repos{path}/readme", resource.url)


def accepts(snapshot: Snapshot) -> bool:
    """Whether a snapshot is a README, and not the name of the file that it is a link to."""
    return not (snapshot.url.startswith(_RAW) and _LINK.fullmatch(snapshot.body.strip()))


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a README. Raises ReadError."""
    if "html" in snapshot.content_type.lower() and "raw.githubusercontent" not in snapshot.url:
        page = read_html(snapshot.body, snapshot.content_type, snapshot.url)
        return Document(
            resource.url, resource.url, page.title or resource.title, page.blocks, coverage=page.coverage,
            reader=page.reader, partial=page.partial, snapshot=snapshot.digest, fetched=snapshot.fetched,
        )  # fmt: skip
    document = read_markdown(_told(snapshot) if snapshot.url.startswith(INTERFACE) else snapshot, resource)
    title = document.title
    name = "/".join(urlsplit(resource.url).path.strip("/").split("/")[:2])
    return replace(document, title=title if title.casefold() in resource.title.casefold() else f"{name}: {title}")


def _told(snapshot: Snapshot) -> Snapshot:
    """Return the README that GitHub's interface answers with (https://docs.github.com/en/rest/repos/contents)."""
    try:
        answer = json.loads(snapshot.body)
        name, body = str(answer["name"]), base64.b64decode(answer["content"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReadError(f"GitHub's answer about the README cannot be read ({type(error).__name__})") from error
    return replace(snapshot, url=f"{_RAW}/{quote(name)}", content_type="text/plain; charset=utf-8", body=body)


def read_markdown(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a Markdown, reStructuredText or plain text, by its name. Raises ReadError."""
    if len(snapshot.body) > LARGEST_BYTES:
        raise ReadError(f"the text is larger than {LARGEST_BYTES // 1_000_000} MB")
    text = decode(snapshot.body, snapshot.content_type)
    last = urlsplit(snapshot.url).path.rsplit("/", 1)[-1].lower()
    declared = ""
    if last.endswith(".rst"):
        blocks, reader = restructured_blocks(text), "restructured"
    elif last.endswith(".txt") or ("." not in last and "markdown" not in snapshot.content_type.lower()):
        blocks, reader = plain_blocks(text), "text"
    else:
        front = _FRONT_MATTER.match(text)
        if front is not None:
            named = _TITLE.search(front.group(1))
            declared, text = named.group(1).strip("'\"") if named else "", text[front.end() :]
        blocks, reader = tuple(markdown_blocks(text)), "markdown"
    if not blocks:
        raise ReadError("the README is empty")
    return Document(
        resource=resource.url,
        url=resource.url,
        title=declared or _first_heading(blocks) or resource.title,
        blocks=blocks,
        media="markdown",
        reader=reader,
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Return the paragraphs of a plain text: what blank lines part."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", tidy(text).replace("\r\n", "\n")))
    return tuple(Block("paragraph", paragraph) for paragraph in paragraphs if re.search(r"\w", paragraph))


def _first_heading(blocks: tuple[Block, ...]) -> str:
    headings = [block for block in blocks if block.type == "heading"]
    # One of a lower rank is the title where the text opens with it; later it only parts the text ("Installation").
    opening = headings[0].text if blocks[0].type == "heading" else ""
    return next((block.text for block in headings if block.level == 1), opening)
