"""What arXiv's and Crossref's interfaces for programs are asked, and what their answers say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from lxml import etree

from ingest.archive import Archive, Snapshot
from ingest.document import Document
from ingest.titles import Work, fold
from ingest.url import arxiv_id

# https://info.arxiv.org/help/api/user-manual.html
_ARXIV = "https://export.arxiv.org/api/query?"
# https://api.crossref.org/swagger-ui/index.html
_CROSSREF = "https://api.crossref.org/works?"
CATALOGUES = (_ARXIV, _CROSSREF)
_MOST = 5
_LONGEST = 300


def questions(title: str) -> tuple[str, str]:
    """Return the addresses that ask both catalogues for a title."""
    words = fold(title)[:_LONGEST]
    return (
        _ARXIV + urlencode({"search_query": f'ti:"{words}"', "max_results": _MOST}, quote_via=quote),
        _CROSSREF
        + urlencode(
            {"query.bibliographic": words, "rows": _MOST, "select": "DOI,title,author,issued"}, quote_via=quote
        ),
    )


def about(paper: str) -> str:
    """Return the address that tells what arXiv knows of one paper."""
    return _ARXIV + urlencode({"id_list": paper, "max_results": 1}, quote_via=quote, safe="/")


def described(document: Document, archive: Archive) -> Document:
    """Return a document with the title, authors and date that arXiv gives, where it was asked."""
    paper = arxiv_id(document.resource)
    work = next(iter(works(about(paper), archive)), None) if paper else None
    if work is None or work.url != document.resource:
        return document
    return replace(document, title=work.title, authors=work.authors or document.authors, date=work.date)


def works(address: str, archive: Archive) -> tuple[Work, ...]:
    """Return the works that the archived answer at an address names."""
    snapshot = archive.get(address)
    if snapshot is None or snapshot.status != 200:
        return ()
    return tuple(_from_arxiv(snapshot) if address.startswith(_ARXIV) else _from_crossref(snapshot))


def _from_arxiv(snapshot: Snapshot) -> Iterator[Work]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(snapshot.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for entry in root.iter("{*}entry"):
        identifier = _web_identifier(entry.findtext("{*}id") or "")
        title = _line(entry.findtext("{*}title"))
        if identifier and title:
            names = (_line(name.text) for name in entry.iterfind("{*}author/{*}name"))
            authors = tuple(name for name in names if name)
            date = _line(entry.findtext("{*}published"))[:10]
            yield Work(f"https://arxiv.org/abs/{identifier}", title, authors, date, "arXiv")


def _web_identifier(address: str) -> str | None:
    try:
        return arxiv_id(address.strip())
    except ValueError:
        return None


def _from_crossref(snapshot: Snapshot) -> Iterator[Work]:
    try:
        items = json.loads(snapshot.body)["message"]["items"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        title, doi = _first_text(item.get("title")), item.get("DOI")
        if title and isinstance(doi, str) and doi.startswith("10."):
            authors = item.get("author")
            names = (
                [_name(author) for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
            )
            url = f"https://doi.org/{quote(doi, safe='/()-._;:')}"
            yield Work(url, title, tuple(name for name in names if name), _year(item.get("issued")), "Crossref")


def _first_text(value: Any) -> str:
    return _line(value[0]) if isinstance(value, list) and value and isinstance(value[0], str) else ""


def _name(author: dict[str, Any]) -> str:
    parts = [author.get("given"), author.get("family") or author.get("name")]
    return _line(" ".join(part for part in parts if isinstance(part, str)))


def _year(issued: Any) -> str:
    try:
        return str(int(issued["date-parts"][0][0]))
    except (KeyError, TypeError, IndexError, ValueError):
        return ""


def _line(text: str | None) -> str:
    return " ".join((text or "").split())[:_LONGEST]
