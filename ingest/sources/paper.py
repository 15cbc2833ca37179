"""Papers: arXiv's own HTML, then ar5iv's, then the PDF; any other PDF by its own address."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urldefrag

from config.errors import ReadError
from ingest.archive import Archive, Snapshot
from ingest.catalogues import about
from ingest.document import Document
from ingest.resource import Resource
from ingest.sources import article
from ingest.sources.pdf import read_pdf
from ingest.url import arxiv_id


def addresses(resource: Resource) -> tuple[str, ...]:
    """Return where the paper's text may be, the most legible form first."""
    identifier = arxiv_id(resource.url)
    if identifier is None:
        return article.addresses(resource)
    return (
        f"https://arxiv.org/html/{identifier}",
        f"https://ar5iv.labs.arxiv.org/html/{identifier}",
        f"https://arxiv.org/pdf/{identifier}",
    )


def discovery(resource: Resource, archive: Archive) -> tuple[str, ...]:
    """Return the address that tells title, authors and date as arXiv has them."""
    identifier = arxiv_id(resource.url)
    return (about(identifier),) if identifier else ()


def accepts(snapshot: Snapshot) -> bool:
    """Whether this is the paper: ar5iv sends to the abstract, or says that its conversion failed, where it has none."""
    abstract = arxiv_id(snapshot.url) is not None and "/abs/" in snapshot.url
    return not abstract and b"Conversion to HTML had a Fatal error" not in snapshot.body


def read(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a paper. Raises ReadError."""
    if b"%PDF-" in snapshot.body[:1024]:
        return read_pdf_snapshot(snapshot, resource)
    if "pdf" in snapshot.content_type.lower():
        raise ReadError("it is served as PDF but is none")
    return article.read(snapshot, resource)


def read_pdf_snapshot(snapshot: Snapshot, resource: Resource) -> Document:
    """Return the document of a PDF. Raises ReadError."""
    text = read_pdf(snapshot.body)
    document = Document(
        resource=resource.url,
        url=urldefrag(snapshot.url).url,
        title=text.title or resource.title,
        blocks=text.blocks,
        media="pdf",
        authors=text.authors,
        date=text.date,
        coverage=text.coverage,
        reader="pdf",
        partial=text.partial,
        snapshot=snapshot.digest,
        fetched=snapshot.fetched,
    )
    if not text.blocks:
        raise ReadError("no text in the PDF")
    return replace(document, title=" ".join(document.title.split()))
