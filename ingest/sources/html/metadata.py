"""What a page declares of itself: title, authors, date, language, canonical address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.document import Block
from ingest.sources.html.inline import inline_text, squeeze
from ingest.sources.html.parse import Element

_NO_TITLE = re.compile(
    r"(?:home|index|untitled(?: document)?.*|blog|welcome|home ?page|main page|start|articles?|posts?|documentation|"
    r"docs|loading\W*|document|new page|title|\W*)",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"\s+(?:[|·•»«–—:-]|--|::|/|⋆|›)\s+|\s*[|»]\s*")
_NUMBER = re.compile(
    r"^(?:(?:[Cc]hapter|[Ss]ection|[Aa]ppendix|[Pp]art)\s+)?(?:\d+|[A-Z]\.\d+)(?:\.\d+)*[.:]?\s+(?=\w)"
)
_MANUAL = re.compile(r"\b(?:documentation|docs|manual|reference)$", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%a, %d %b %Y")
_DEGREES = re.compile(r"(?:ph\.?d|m\.?d|m\.?sc|b\.?sc|jr|sr|dr|prof|esq|ii|iii)\.?", re.IGNORECASE)
# Of a name: the signs that lead to its notes, and markup that a template left in.
_MARKUP = re.compile(r"<sup>.*?</sup>|<[^>]*>|[*†‡§¶]+$")
_ARTICLES = frozenset(
    "Article BlogPosting NewsArticle TechArticle ScholarlyArticle Report Chapter WebPage LearningResource HowTo".split()
)
TITLES = frozenset("title post-title entry-title article-title page-title headertitle".split())
_LONGEST_TITLE = 300
_MOST_LINKED = 200_000
Stated = dict[str, list[str]]
Things = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Metadata:
    """``date`` is ISO 8601 (a day), ``language`` a BCP 47 tag; "" where the page says nothing.

    ``closed``: the page declares that it is not to be read for free (schema.org's isAccessibleForFree).
    """

    title: str
    authors: tuple[str, ...]
    date: str
    language: str
    canonical: str
    closed: bool


def read_metadata(page: Element, blocks: tuple[Block, ...], url: str) -> Metadata:
    """Return what the page declares, its first heading where its title says nothing."""
    linked = list(_json_ld(page))
    front = _front_matter(page)
    stated = _stated(page)
    return Metadata(
        title=_title(page, blocks, stated, linked, front)[:_LONGEST_TITLE],
        authors=_authors(page, stated, linked, front),
        date=_date(page, stated, linked, front),
        language=_language(page, stated),
        canonical=_canonical(page, url),
        closed=any(str(item.get("isAccessibleForFree")).lower() == "false" for item in linked),
    )


def _stated(page: Element) -> Stated:
    """Return what the page's meta elements say, by their lower-cased names, in order."""
    stated: Stated = {}
    for element in page.iter("meta"):
        content = squeeze(element.get("content") or "")
        keys = (element.get("property"), element.get("name"), element.get("itemprop"), element.get("http-equiv"))
        for key in {key.lower() for key in keys if key and content}:
            stated.setdefault(key, []).append(content)
    return stated


def _meta(stated: Stated, *wanted: str) -> list[str]:
    return [content for name in wanted for content in stated.get(name, ())]


# --- title -----------------------------------------------------------------------------------------------------------


def _title(page: Element, blocks: tuple[Block, ...], stated: Stated, linked: Things, front: dict[str, Any]) -> str:
    """Return the first of the declared titles that says something, without the name of the site.

    The page's own heading decides what of "A | B" is the title. It is a heading of the first rank, or one that the
    page opens with: one far down, or within a figure, is none.
    """
    headings = _opening_headings(page, blocks)
    sites = {name.casefold() for name in _meta(stated, "og:site_name", "application-name", "citation_journal_title")}
    declared = [
        *([squeeze(str(front["title"]))] if isinstance(front.get("title"), str) else []),
        *_meta(stated, "citation_title", "og:title", "twitter:title", "dc.title", "dcterms.title"),
        *(squeeze(str(item["headline"])) for item in linked if isinstance(item.get("headline"), str)),
    ]
    element = page.find(".//head/title")
    if element is not None:
        declared.append(squeeze(element.text_content()))
    for candidate in declared:
        bare = _without_site(candidate, headings, sites)
        if bare and not _NO_TITLE.fullmatch(bare) and bare.casefold() not in sites:
            return bare
    for heading in headings:
        if not _NO_TITLE.fullmatch(heading):
            return heading
    return next((candidate for candidate in declared if not _NO_TITLE.fullmatch(candidate)), "")


def _opening_headings(page: Element, blocks: tuple[Block, ...]) -> list[str]:
    opening = [block.text for block in blocks[:4] if block.type == "heading" and block.level <= 2]
    ranked = [block.text for block in blocks[:12] if block.type == "heading" and block.level == 1]
    front = [squeeze(element.text_content()) for element in page.iter("d-title") if element.find(".//h1") is None]
    front += [
        squeeze(element.text_content()) for element in page.iter("div") if not TITLES.isdisjoint(_classes(element))
    ][:1]
    anywhere = [
        text for element in page.iter("h1") if element.getparent().tag != "figure" and (text := inline_text(element))
    ]
    return list(dict.fromkeys(text for text in (*ranked, *opening, *front, *anywhere[:2]) if 0 < len(text) < 300))


def unnumbered(heading: str) -> str:
    """Return a heading without the number that it bears in its book."""
    return _NUMBER.sub("", heading)


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def _without_site(title: str, headings: list[str], sites: set[str]) -> str:
    for heading in headings:
        bare = unnumbered(heading)
        if len(heading) > 8 and title.endswith((f": {heading}", f"/{heading}")):
            return heading
        if len(heading) > 8 and title.startswith(heading) and title[len(heading) :][:1].isalnum():
            # A note at the heading, run into it where a page's title is made of it.
            return heading
        if title.startswith(f"{bare} (") and title.endswith(")"):
            # "Page (Project 1.2)": the manual that it is a page of.
            return bare
    parts = [part for part in SEPARATOR.split(title) if part and not _NO_TITLE.fullmatch(part)]
    if len(parts) > 1 and _MANUAL.search(parts[-1]):
        # "Page — Project 1.2 documentation": what generators of manuals put after each title.
        parts = parts[:-1]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return title
    folded = [heading.casefold() for heading in headings]
    # A heading that runs over separators of its own: "GPT-2: Part 1 - The Model | A Blog".
    whole = next((h for h in headings if len(h) > 8 and title.casefold().startswith(h.casefold())), None)
    if whole is not None and len(SEPARATOR.split(whole)) > 1:
        return whole
    own = [part for part in parts if part.casefold() in folded]
    if own and (own[0] == parts[0] or len(own) == 1):
        return own[0]
    others = [part for part in parts if part.casefold() not in sites]
    if sites and len(others) < len(parts):
        return title if len(others) > 1 else others[0]
    longest = max(parts, key=len)
    # Without a heading to tell by, only a short name at the end is taken for the site's.
    return parts[0] if parts[0] == longest and len(parts) == 2 and len(longest) > len(title) / 2 else title


# --- authors, date, language, address --------------------------------------------------------------------------------


def _authors(page: Element, stated: Stated, linked: Things, front: dict[str, Any]) -> tuple[str, ...]:
    found = [
        squeeze(str(person.get("author") or "")) for person in front.get("authors") or () if isinstance(person, dict)
    ]
    found = found or list(_meta(stated, "citation_author", "dc.creator", "dcterms.creator"))
    if not found:
        for written in _meta(stated, "author", "article:author", "parsely-author", "twitter:data1"):
            found += _people(written)
            break
    if not found:
        for item in linked:
            people = item.get("author")
            for person in people if isinstance(people, list) else [people]:
                name = person.get("name") if isinstance(person, dict) else person
                if isinstance(name, str):
                    found.append(squeeze(name))
    if not found:
        found = [squeeze(e.text_content()) for e in page.xpath("//*[@rel='author' or @itemprop='author']")][:3]
    bare = (squeeze(_MARKUP.sub("", name)) for name in found)
    clean = (name for name in bare if 1 < len(name) < 80 and not name.startswith(("http", "@", "/")))
    return tuple(dict.fromkeys(clean))[:50]


def _people(written: str) -> list[str]:
    """Return the names of "A B, C D and E F"; a degree, or a surname put first, parts no names."""
    parts = [part for part in re.split(r"\s*[,;]\s*|\s+(?:and|&)\s+", written) if part]
    if len(parts) == 1 or any(_DEGREES.fullmatch(part) for part in parts):
        return [written]
    whole = all(" " in part for part in parts) or all(part.islower() for part in parts)
    return parts if len(parts) > 2 or whole else [written]


def _date(page: Element, stated: Stated, linked: Things, front: dict[str, Any]) -> str:
    candidates = [str(front.get("published") or front.get("publishedDate") or front.get("date") or "")]
    candidates += _meta(
        stated, "article:published_time", "citation_publication_date", "citation_date", "citation_online_date",
        "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "pubdate",
        "publish_date", "article:published", "sailthru.date",
    )  # fmt: skip
    candidates += [str(item.get("datePublished") or item.get("dateCreated") or "") for item in linked]
    candidates += [element.get("datetime") or "" for element in page.iter("time") if not _of_another(element)][:1]
    return next((day for value in candidates if (day := _day(value))), "")


def _of_another(element: Element) -> bool:
    """Whether a time stands in a comment or beside a link to another page."""
    return any(above.tag in ("aside", "footer", "li", "nav") for above in element.iterancestors())


def _day(written: str) -> str:
    """Return the day (ISO 8601) that a text names, "" for none."""
    found = _DAY.search(written)
    if found:
        year, month, day = map(int, found.groups())
        return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
    short = " ".join(written.split()[:4]).strip(".")
    for form in _WRITTEN:
        try:
            return datetime.strptime(short, form).date().isoformat()
        except ValueError:
            continue
    return ""


def _language(page: Element, stated: Stated) -> str:
    tag = page.get("lang") or page.get("xml:lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    tag = tag or next(iter(_meta(stated, "content-language", "og:locale", "dc.language", "citation_language")), "")
    tag = tag.split(",")[0].strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else ""


def _canonical(page: Element, url: str) -> str:
    for element in page.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            try:
                address = urljoin(url, str(element.get("href") or ""))
                if urlsplit(address).scheme in ("http", "https"):
                    return address
            except ValueError:
                continue
    return url


# --- what pages hold for machines ------------------------------------------------------------------------------------


def _json_ld(page: Element) -> Iterator[dict[str, Any]]:
    """Yield the things that a page describes by JSON-LD, articles first."""
    things: list[dict[str, Any]] = []
    for script in page.iter("script"):
        if (script.get("type") or "").lower() == "application/ld+json":
            value = _json(script.text or "")
            items = value.get("@graph", [value]) if isinstance(value, dict) else value
            things += [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    yield from sorted(things, key=lambda item: not _ARTICLES.intersection(_types(item)))


def _types(item: dict[str, Any]) -> list[str]:
    stated = item.get("@type")
    return [str(name) for name in (stated if isinstance(stated, list) else [stated])]


def _front_matter(page: Element) -> dict[str, Any]:
    """Return what Distill's template is told: {"title", "authors": [{"author"}], "published"}."""
    for script in page.xpath("//d-front-matter/script | //dt-front-matter/script"):
        value = _json(script.text or "")
        if isinstance(value, dict):
            return value if isinstance(value.get("authors"), list) else {**value, "authors": []}
    for script in page.xpath("//script[@type='text/front-matter']"):
        found = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", script.text or "", re.MULTILINE)
        if found:
            return {"title": found.group(1)}
    return {}


def _json(text: str) -> Any:
    if len(text) > _MOST_LINKED:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
