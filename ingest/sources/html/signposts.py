"""Lines that only lead on, wherever they stand: "Next: … Up: …", "previous | next", "Available languages: en | fr"."""

from __future__ import annotations

import re

from ingest.sources.html.frame import drop, words_in
from ingest.sources.html.parse import Element

_WAY = r"(?:next|prev(?:ious)?|forwards?|backwards?|up|fast forward|fast back)"
_PLACE = (
    r"(?:home|top|back(?: to top)?|(?:general |concept |function )?index|(?:table of |short |full )?contents|toc|start)"
)
_TONGUE = r"(?:available|other|in|languages?|translations?)"
_PART = r"(?: (?:page|chapter|section|part|post|article|topic|node|up))?"
_SIGN = re.compile(rf"(?:[\W_]|\b(?:{_WAY}|{_PLACE}|{_TONGUE}){_PART}\b)*", re.IGNORECASE)
_LEADS = re.compile(rf"\b{_WAY}{_PART}\b", re.IGNORECASE)
_RELATIONS = frozenset(("next", "prev", "previous", "up"))
_LINES = frozenset(("p", "div", "table", "ul", "ol", "center", "span", "small", "tr", "tbody", "td", "li"))
_MOST_WORDS = 60


def drop_signposts(body: Element) -> None:
    """Remove in place the lines that say no more than which page comes next, which before and what is above."""
    for anchor in list(body.iter("a")):
        if not anchor.get("href") or not _leads(anchor):
            continue
        found = None
        for above in anchor.iterancestors():
            if above is body or above.tag not in _LINES or words_in(above) > _MOST_WORDS or not _is_signpost(above):
                break
            found = above
        if found is not None and found.tag not in ("td", "li"):
            drop(found)


def _leads(anchor: Element) -> bool:
    """Whether a link says where it leads: by its own words, its relation or the word that stands before it."""
    if _is_related(anchor):
        return True
    before = anchor.getprevious()
    words = (before.tail if before is not None else anchor.getparent().text) or ""
    return len(words) < 40 and bool(_LEADS.search(f"{words} {anchor.text_content()[:40]}"))


def _is_signpost(element: Element) -> bool:
    """Whether an element holds links, at least one of which leads on, and beside them no words but those of signs."""
    beside: list[str] = []
    _gather_beside(element, beside)
    said = " ".join(beside)
    if not _SIGN.fullmatch(said):
        return False
    return bool(_LEADS.search(said)) or all(
        _is_related(anchor) or _SIGN.fullmatch(anchor.text_content())
        for anchor in element.iter("a")
        if anchor.get("href")
    )


def _is_related(anchor: Element) -> bool:
    """Whether a link says of itself that it leads on, or to the same page in another language."""
    relations = set((anchor.get("rel") or "").lower().split())
    return bool(_RELATIONS & relations) or (bool(anchor.get("hreflang")) and "alternate" in relations)


def _gather_beside(element: Element, beside: list[str]) -> None:
    beside.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and not (child.tag == "a" and child.get("href")):
            _gather_beside(child, beside)
        beside.append(child.tail or "")
