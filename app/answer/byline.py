"""A question for who made a source of the list → what the source gives as its authors."""

from __future__ import annotations

import re

from app.answer.source import KIND, resources_named
from app.answer.stretch import Stretch, block_units
from index.lexical import words
from index.search import Filters, Hit, Searcher
from index.store import ResourceRow
from ingest.document import Document

_MADE = r"(?:written|authored|published|recorded|made|created)"
_SOURCE = rf"(?:the |an? |this )?(?P<source>[^,?]{{2,80}}? {KIND}|(?<=wrote )[^,?]{{2,80}}?|(?<=of )[^,?]{{2,80}}?)"
_ASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*who (?:wrote|authored|published|recorded|made|created|gave|presented)\s+{_SOURCE}\W*$",
        rf"^\W*(?:who|what|which|name)\b.{{0,16}}\bauthors? (?:of|behind)\s+{_SOURCE}\W*$",
        rf"^\W*(?:by )?whom? (?:is|was|were)\s+{_SOURCE}\s+{_MADE}\W*(?:by)?\W*$",
    )
)
# What is called so is of this kind; "article", "tutorial" or "guide" is said of anything.
_KINDS = ("paper", "video", "notebook")
# A by-line stands above what it is on.
_BLOCKS = 8
# This share of a title's words means the title.
_TITLE = 0.6
# This share of the authors is named in it.
_SHARE = 0.5


def sources_asked(question: str, filters: Filters | None, searcher: Searcher) -> list[Document]:
    """Return the documents whose authors a question asks for; none where it asks for something else."""
    admits = (filters or Filters()).admits
    match = next((match for form in _ASKS if (match := form.match(question))), None)
    if match is None:
        return []
    urls = resources_named(match["source"], searcher)
    rows = [row for row in searcher.store.resources if row.url in urls and admits(row)]
    return [searcher.document(row.number) for row in rows if _is_meant(match["source"], row)]


def _is_meant(source: str, row: ResourceRow) -> bool:
    """Whether a resource that has all words of a name may be meant by it: "the LoRA paper" is no article on LoRA."""
    ending = re.search(rf"{KIND}$", source, re.IGNORECASE)
    if ending is None:
        return len(words(source)) >= _TITLE * len(words(row.title))
    kind = ending.group().lower().rstrip("s")
    return row.kind == kind or kind not in _KINDS


def byline(sources: list[Document], searcher: Searcher) -> tuple[Hit, Stretch] | None:
    """Return the by-line of the sources (all of them by the same authors) under a hit; None where there is none."""
    document = _by_one(sources)
    if document is None:
        return None
    for index, block in enumerate(document.blocks[:_BLOCKS]):
        named = sum(author in block.text for author in document.authors)
        units = tuple(block_units(document.blocks, index))
        if units and named >= _SHARE * len(document.authors):
            within = Filters(resources=(document.resource,))
            hits = searcher.search(document.title, 1, within, notes=False).hits
            return (hits[0], units) if hits else None
    return None


def told_of_authors(sources: list[Document]) -> str:
    """Return what is known of the authors of sources in which no sentence names them."""
    document = _by_one(sources)
    if document is None:
        return f"What was read of “{sources[0].title}” does not name its authors."
    return f"“{document.title}” gives as its authors: {', '.join(document.authors)}."


def _by_one(sources: list[Document]) -> Document | None:
    named = [document for document in sources if document.authors]
    return named[0] if len({document.authors for document in named}) == 1 else None
