"""Articles, project pages: one page of HTML (or a PDF or Markdown that stands at its address)."""

from __future__ import annotations

import re

from config.errors import ReadError
from ingest.archive import Snapshot
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources.html import read_html

# A page that names the PDF of a paper and says less than this is where one finds it, not the paper.
_LANDING_WORDS = 1000
_PDF_ELSEWHERE = re.compile(rb"<meta[^>]+name=[\"']?citation_pdf_url\b", re.IGNORECASE)


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return the addresses to look at, in order: what the list gives, then the canonical form."""
    given = tuple(entry.url for entry in resource.entries if entry.url)
    return tuple(dict.fromkeys((*given, resource.url))) if resource.linked else ()


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a page. Raises ReadError."""
    kind = snapshot.content_type.lower()
    if snapshot.body[:5] == b"%PDF-":
        from ingest.sources.paper import read_pdf_snapshot

        return read_pdf_snapshot(snapshot, resource)
    if "markdown" in kind:
        from ingest.sources.repository import read_markdown

        return read_markdown(snapshot, resource)
    if kind and not any(part in kind for part in ("html", "xml", "text/plain", "octet-stream")):
        raise ReadError(f"{kind.split(';')[0]} is not a page that can be read")
    page = read_html(snapshot.body, snapshot.content_type, snapshot.url)
    words = sum(len(block.text.split()) for block in page.blocks)
    landing = words < _LANDING_WORDS and _PDF_ELSEWHERE.search(snapshot.body[:200_000]) is not None
    return Document(
        resource=resource.url,
        url=snapshot.url,
        title=page.title or resource.title,
        blocks=page.blocks,
        media="html",
        authors=page.authors,
        date=page.date,
        language=page.language,
        coverage=page.coverage,
        reader=page.reader,
        partial=page.partial or ("the page has the abstract alone; the paper is a PDF elsewhere" if landing else ""),
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )
