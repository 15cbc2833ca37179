"""Headings: their text, their rank, and the id by which an address can name them."""

from __future__ import annotations

import re

from ingest.sources.html.frame import names
from ingest.sources.html.inline import inline_text, squeeze
from ingest.sources.html.parse import Element

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAY_ASK = frozenset("div p tr li span a strong b".split())
_FEWEST_WORDS, _MOST_WORDS = 3, 40
_MOST_WORDS_OF_HEADING = 25
_SIGNS = re.compile(r"\s*(?:[#¶§🔗⚓]|Permalink|Link to this heading|Anchor)\s*$")


def heading_level(element: Element) -> int | None:
    """Return the rank (1 to 6) of a heading, None for what is none."""
    level = HEADINGS.get(element.tag)
    if level is None and element.get("role") == "heading":
        stated = element.get("aria-level") or "2"
        level = min(6, max(1, int(stated))) if stated.isascii() and stated.isdigit() else 2
    # Some pages set their text in headings, for the size of its letters.
    return level if level and len(element.text_content().split()) <= _MOST_WORDS_OF_HEADING else None


def is_question(element: Element) -> bool:
    """Whether an element is the question that what comes after it answers: pages of such have few headings else.

    It is one by its element (a term, a summary, a button that opens) or by its name, and by its question mark.
    """
    after = element.getnext()
    if element.tag in ("dt", "summary"):
        # A term without a definition is one of a list of the questions.
        asked = after is not None and (after.tag == "dd" or element.tag == "summary")
    elif element.tag in _MAY_ASK:
        asked = "question" in names(element)
    else:
        asked = element.tag == "button"
    if not asked:
        return False
    text = heading_text(element)
    return text.endswith(("?", "\uff1f")) and _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS


def heading_text(element: Element) -> str:
    """Return what a heading says, without the sign that links to it."""
    return _SIGNS.sub("", inline_text(element)).strip()


def first_heading(element: Element) -> Element | None:
    """Return the first heading below an element."""
    return next(element.iter(*HEADINGS), None)


def heading_id(element: Element) -> str | None:
    """Return the id that an address can name for a heading: its own, one in it, or one just before it."""
    if element.get("id"):
        return str(element.get("id"))
    for inside in element.iter("a", "span"):
        name = inside.get("id") or inside.get("name")
        if name:
            return str(name)
    before = element.getprevious()
    if before is not None and before.tag == "a" and not squeeze(before.text_content()):
        name = before.get("id") or before.get("name")
        if name:
            return str(name)
    above = element.getparent()
    for _ in range(2):
        if above is None or above.tag in ("body", "html", "main"):
            return None
        if above.get("id") and first_heading(above) is element:
            return str(above.get("id"))
        above = above.getparent()
    return None
