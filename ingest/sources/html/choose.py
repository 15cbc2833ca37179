"""Which element is the body of a page, chosen by measuring what each choice would lose.

In this order, the first that loses little wins:

1. the smallest element that holds nearly all that trafilatura found (trafilatura is the first reader);
2. what the page itself marks as its body (article, main, articleBody, the names that templates share);
3. the whole page without its frame.

Little is less than a tenth of the prose that the whole page without its frame holds.
"""

from __future__ import annotations

import re
from collections import Counter

import trafilatura
from lxml import etree

from ingest.sources.html.parse import Element

_LOSES_LITTLE = 0.9
_MARKED = (
    ".//d-article | .//dt-article | .//*[@itemprop='articleBody'] | .//article | .//main | .//*[@role='main'] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' markdown-body ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' entry-content ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' post-content ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' post-body ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' article-content ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' article-body ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' available-content ')] | "
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' ltx_document ')] | "
    ".//*[@id='content' or @id='main-content' or @id='mw-content-text' or @id='quarto-document-content']"
)
_PROSE = frozenset("p li pre td th dd dt blockquote figcaption h1 h2 h3 h4 h5 h6 d-math d-footnote summary".split())
# trafilatura takes seconds on pages larger than this; they are chosen by their own marks.
_LARGE = 3_000_000


def choose_body(page: Element, stripped: Element, size: int) -> tuple[Element, str]:
    """Return the body below ``stripped`` (the page without its frame), and the name of the rule that chose it.

    ``page`` is the untouched page; ``size`` its number of bytes.
    """
    whole = _prose(stripped)
    if not whole:
        return stripped, "page"
    first = _trafilatura_words(page) if size < _LARGE else Counter()
    if sum(first.values()) > 50:
        element = _smallest_with(stripped, first)
        if _prose(element) >= _LOSES_LITTLE * whole:
            return _widened(element, stripped), "trafilatura"
    marked = [element for element in stripped.xpath(_MARKED) if _prose(element) >= _LOSES_LITTLE * whole]
    if marked:
        return min(marked, key=_prose), "marked"
    return stripped, "page"


def _trafilatura_words(page: Element) -> Counter[str]:
    try:
        text = trafilatura.extract(page, output_format="txt", include_comments=False, include_tables=True)
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        # It fails on some odd trees; the page's own marks decide then.
        return Counter()
    return Counter(re.findall(r"\w{2,}", (text or "").casefold()))


def _smallest_with(stripped: Element, words: Counter[str]) -> Element:
    """Return the deepest element that still holds 97 % of the words."""
    need = 0.97 * _held(stripped, words)
    current = stripped
    while True:
        inner = next(
            (child for child in current if isinstance(child.tag, str) and len(child) and _held(child, words) >= need),
            None,
        )
        if inner is None:
            return current
        current = inner


def _held(element: Element, words: Counter[str]) -> int:
    return sum((Counter(re.findall(r"\w{2,}", element.text_content().casefold())) & words).values())


def _widened(element: Element, stripped: Element) -> Element:
    """Return the page's own article element around a choice, where that adds little: its title stands there."""
    for above in element.iterancestors("article", "main", "d-article"):
        if above is stripped or _prose(above) > 1.25 * _prose(element):
            break
        return above
    return element


def _prose(element: Element) -> int:
    """Return the words in elements of running text, each counted once."""
    count = 0
    for piece in element.iter(*_PROSE):
        if not any(above.tag in _PROSE for above in piece.iterancestors() if above is not element):
            count += len(piece.text_content().split())
    return count
