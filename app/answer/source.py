"""A question that names its source ("in the LoRA paper, …", "according to Olah, …") → the resources that it means."""

from __future__ import annotations

import re
from dataclasses import replace

from index.lexical import words
from index.search import Filters, Searcher
from index.store import ResourceRow

KIND = (
    r"(?:paper|article|book|blog(?: post)?|post|video|talk|lecture|notebook|tutorial|course|lesson|docs?|documentation|"
    r"quickstart|chapter|page|guide|repo(?:sitory)?)s?"
)
# Each names the source, and leaves the rest of the question.
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\s*(?:in|from) (?:the |an? )?(?P<source>[^,?]{{2,60}}? {KIND}),\s*(?P<rest>.+)$",
        r"^\s*according to (?:the |an? )?(?P<source>[^,?]{2,60}),\s*(?P<rest>.+)$",
        r"^(?P<rest>.+?),? according to (?:the |an? )?(?P<source>[^,?]{2,60}?)\s*\??\s*$",
        rf"^(?P<rest>.+?) (?:in|from|by) the (?P<source>[^,?]{{2,60}}? {KIND})\s*\??\s*$",
        r"^\s*what (?:does|do|did) (?:the )?(?P<source>[^,?]{2,60}?) (?:say|says|write|explain|think) (?:about|on|of) "
        r"(?P<rest>.+)$",
    )
)
_GENERIC = re.compile(rf"\b(?:{KIND}|authors?|by|of|on|the|a|an)\b", re.IGNORECASE)


def limited_to_source(question: str, filters: Filters | None, searcher: Searcher) -> tuple[str, Filters | None]:
    """Return the question without its source, and filters that admit what it means by it.

    Both are returned as they came where the question names no source, or none that the list has.
    """
    for form in _FORMS:
        match = form.match(question)
        if match is None:
            continue
        urls = resources_named(match["source"], searcher)
        if urls and (filters is None or not filters.resources):
            return match["rest"], replace(filters or Filters(), resources=urls)
    return question, filters


def resources_named(source: str, searcher: Searcher) -> tuple[str, ...]:
    """Return the addresses of what was read whose title, address or author has all words of a source's name."""
    wanted = set(words(_GENERIC.sub(" ", source)))
    if not wanted:
        return ()
    rows = [row for row in searcher.store.resources if row.read]
    named = [row for row in rows if wanted <= set(words(f"{row.title} {_spaced(row.url)}"))]
    return tuple(row.url for row in named or [row for row in rows if wanted <= _authors(row, searcher)])


def _spaced(url: str) -> str:
    return re.sub(r"[\W_]+", " ", url)


def _authors(row: ResourceRow, searcher: Searcher) -> set[str]:
    return set(words(" ".join(searcher.document(row.number).authors)))
