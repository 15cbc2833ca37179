"""Files that a person saved → what they hold, and the address that they name for themselves."""

from __future__ import annotations

import codecs
import email
import json
import re
from email import policy
from email.errors import MessageError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from config.errors import ReadError
from ingest.sources.pdf import arxiv_stamp

KINDS = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".mhtml": "text/html", ".mht": "text/html",
    ".pdf": "application/pdf", ".ipynb": "application/x-ipynb+json", ".md": "text/markdown; charset=utf-8",
}  # fmt: skip
"""Content type by suffix of a file."""

# As browsers write it, and as SingleFile does, in a comment at the head of a page.
_SAVED_FROM = re.compile(rb"saved from url=\(\d+\)(https?://[^\s]+)|^\s*url:\s*(https?://[^\s]+)", re.IGNORECASE | re.M)
# As yt-dlp names its files: "Title [dQw4w9WgXcQ].en.vtt".
_VIDEO_IN_NAME = re.compile(
    r"\[([\w-]{11})\](?:\.[\w-]+)?$|^(?:youtube[-_])?([\w-]{11})(?:\.[a-z]{2}(?:-\w+)?)?$", re.IGNORECASE
)
_ARXIV_NAME = re.compile(r"^(?:arxiv[-_:.]?)?(\d{4}\.\d{4,5})(?:v\d+)?(?:\s*\(\d+\))?$", re.IGNORECASE)

# What no text has; an escape may change the alphabet of one.
_CONTROLS = bytes({*range(32)} - set(b"\t\n\v\f\r\x1b"))
# One stray control character does not make a page unreadable; of random bytes a tenth are such.
_MOST_CONTROLS = 0.02


def is_binary(body: bytes) -> bool:
    """Whether bytes are no text in any encoding that pages are saved in."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    start = body[:100_000]
    return len(start) - len(start.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(start)


def page_of(suffix: str, body: bytes) -> tuple[str, bytes, str | None]:
    """Return a file's content type, its body, and the address that its format gives (MHTML's). Raises ReadError."""
    if suffix not in (".mhtml", ".mht"):
        return KINDS[suffix], body, None
    try:
        message = email.message_from_bytes(body, policy=policy.default)
        parts = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
        if not parts:
            raise ReadError("no page in it")
        page, kind = parts[0].get_payload(decode=True), str(parts[0].get_content_type())
        charset = parts[0].get_content_charset()
        address = message.get("Snapshot-Content-Location") or parts[0].get("Content-Location")
    except (MessageError, LookupError, ValueError, RecursionError) as error:
        raise ReadError(f"not MHTML that can be read: {error}") from error
    if not isinstance(page, bytes) or not page:
        raise ReadError("the page in it is empty")
    return f"{kind}; charset={charset}" if charset else kind, page, str(address).strip() if address else None


def address_of(file: Path, body: bytes) -> str | None:
    """Return the address that a file names for itself, or that its name tells, or None."""
    suffix = file.suffix.lower()
    if suffix == ".pdf":
        match = _ARXIV_NAME.match(file.stem)
        number = match.group(1) if match else arxiv_stamp(body)
        return f"https://arxiv.org/pdf/{number}" if number else None
    if suffix == ".ipynb":
        return _of_notebook(body)
    return _of_page(body) if suffix in (".html", ".htm", ".xhtml", ".mhtml", ".mht") else None


def video_of(file: Path) -> str | None:
    """Return the address of the video that captions belong to, by their file's name."""
    match = _VIDEO_IN_NAME.search(file.stem)
    return f"https://www.youtube.com/watch?v={match.group(1) or match.group(2)}" if match else None


def _of_page(body: bytes) -> str | None:
    saved = _SAVED_FROM.search(body[:20_000])
    if saved:
        return (saved.group(1) or saved.group(2)).decode("ascii", errors="ignore")
    try:
        tree = lxml_html.document_fromstring(body[:2_000_000])
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    for path in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        values = tree.xpath(path)
        for value in values if isinstance(values, list) else ():
            if str(value).strip().startswith(("http://", "https://")):
                return str(value).strip()
    return None


def _of_notebook(body: bytes) -> str | None:
    """Return where Colab had a notebook from, which it keeps in the notebook."""
    value: Any = json.loads(body)
    for key in ("metadata", "colab"):
        value = value.get(key) if isinstance(value, dict) else None
    sources = value.get("provenance") if isinstance(value, dict) else None
    for source in sources if isinstance(sources, list) else ():
        file = source.get("file_id") if isinstance(source, dict) else None
        if isinstance(file, str) and urlsplit(file).scheme == "https":
            return file
        if isinstance(file, str) and re.fullmatch(r"[\w-]{20,60}", file):
            return f"https://colab.research.google.com/drive/{file}"
    return None
