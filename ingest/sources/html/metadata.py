"""What a page declares of itself: title, authors, date, language, canonical address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.document import Block
from ingest.sources.html.blocks import inline_text, squeeze
from ingest.sources.html.parse import Element

_NO_TITLE = re.compile(r"^(?:home|index|untitled.*|blog|welcome|homepage|main page|\W*)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+(?:[|·•»–—]|--?|::)\s+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """``date`` is ISO 8601 (a day), ``language`` a BCP 47 tag; "" where the page says nothing."""

    title: str
    authors: tuple[str, ...]
    date: str
    language: str
    canonical: str


def read_metadata(page: Element, blocks: tuple[Block, ...], url: str) -> Metadata:
    """Return what the page declares, its first heading where its title says nothing."""
    linked = list(_json_ld(page))
    return Metadata(
        title=_title(page, blocks, linked),
        authors=_authors(page, linked),
        date=_date(page, linked),
        language=(page.get("lang") or page.get("xml:lang") or "").strip(),
        canonical=_canonical(page, url),
    )


def _meta(page: Element, *wanted: str) -> Iterator[str]:
    for name in wanted:
        for element in page.iter("meta"):
            if name in ((element.get("property") or "").lower(), (element.get("name") or "").lower()):
                content = squeeze(element.get("content") or "")
                if content:
                    yield content


def _title(page: Element, blocks: tuple[Block, ...], linked: list[dict[str, Any]]) -> str:
    first = next((block.text for block in blocks[:8] if block.type == "heading" and block.level == 1), "")
    heading = first or next((inline_text(h) for h in page.iter("h1") if inline_text(h)), "")
    candidates = [*_meta(page, "citation_title", "og:title", "twitter:title", "dc.title")]
    candidates += [str(item["headline"]) for item in linked if isinstance(item.get("headline"), str)]
    element = page.find(".//head/title")
    declared = squeeze(element.text_content()) if element is not None else ""
    front = next((squeeze(e.text_content()) for e in page.iter("d-title") if e.find("h1") is None), "")
    for candidate in (*candidates, declared):
        bare = _without_site(candidate, heading)
        if bare and not _NO_TITLE.match(bare):
            return bare[:300]
    for candidate in (
        heading,
        front.split("\n")[0],
        next((b.text for b in blocks if b.type == "heading"), ""),
    ):
        if candidate and not _NO_TITLE.match(candidate):
            return candidate[:300]
    return declared[:300]


def _without_site(title: str, heading: str) -> str:
    if heading and heading.casefold() in title.casefold() and len(heading) > 8:
        return heading
    parts = _SEPARATOR.split(title)
    return max(parts, key=len) if len(parts) > 1 and len(max(parts, key=len)) > len(title) / 2 else title


def _authors(page: Element, linked: list[dict[str, Any]]) -> tuple[str, ...]:
    found = list(_meta(page, "citation_author", "author", "article:author", "dc.creator", "parsely-author"))
    if not found:
        for item in linked:
            people = item.get("author")
            for person in people if isinstance(people, list) else [people]:
                name = person.get("name") if isinstance(person, dict) else person
                if isinstance(name, str):
                    found.append(squeeze(name))
    if not found:
        found = [squeeze(e.text_content()) for e in page.xpath("//*[@rel='author' or @itemprop='author']")][:3]
    clean = (name for name in found if 1 < len(name) < 80 and not name.startswith(("http", "@")))
    return tuple(dict.fromkeys(clean))[:50]


def _date(page: Element, linked: list[dict[str, Any]]) -> str:
    names = (
        "article:published_time",
        "citation_publication_date",
        "citation_date",
        "date",
        "dc.date",
        "pubdate",
    )
    candidates = [value.replace("/", "-") for value in _meta(page, *names)]
    candidates += [str(item.get("datePublished")) for item in linked]
    candidates += [e.get("datetime") or "" for e in page.iter("time")][:1]
    return next((match.group() for value in candidates if (match := _DATE.search(value))), "")


def _canonical(page: Element, url: str) -> str:
    for element in page.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            address = urljoin(url, str(element.get("href") or ""))
            if urlsplit(address).scheme in ("http", "https"):
                return address
    return url


def _json_ld(page: Element) -> Iterator[dict[str, Any]]:
    for script in page.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json" or len(script.text or "") > 200_000:
            continue
        try:
            value = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        items = value.get("@graph", [value]) if isinstance(value, dict) else value
        yield from (item for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
