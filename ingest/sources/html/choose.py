"""Which element is the body of a page, chosen by measuring what each choice would lose.

In this order, the first that loses little wins:

1. trafilatura (the first reader) finds the text; the body is what the page itself marks around what was found, or,
   where it marks nothing, the element that holds it with whatever else of text stands beside it;
2. the same element although much stands outside it, when trafilatura and the page's own mark agree that this is
   none of the article (long comments, other posts), and no other element of weight bears such a mark;
3. another element that the page marks as its body (article, main, articleBody, the names that templates share);
4. the whole page without its frame.

Little is less than a tenth of the prose that the whole page without its frame holds.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

import trafilatura
from lxml import etree
from trafilatura.settings import Document

from ingest.sources.html.frame import NOTES, drop, link_density, names, words_in
from ingest.sources.html.parse import Element

_LOSES_LITTLE = 0.9
_AGREED = 0.4
# What trafilatura finds says where the body is if it has so many characters.
_ENOUGH = 250
_MARKED_TAGS = frozenset("d-article dt-article article main".split())
_MARKED_CLASSES = frozenset(
    "markdown-body entry-content post-content post-body article-content article-body articleBody available-content "
    "ltx_document theme-doc-markdown post__content gh-content rst-content blog-content".split()
)
_MARKED_IDS = frozenset("content main-content mw-content-text quarto-document-content main_content".split())
# Names that say as much where a page says nothing better.
_NAMED = frozenset(
    "content contents main maincolumn maincontent main-content page-content content-body body document article post "
    "entry story prose text container".split()
)
_SECTIONS = frozenset("section div footer aside ol ul dl d-appendix".split())
_OPENINGS = ("div", "header", "section", "d-title", "dt-title")
# A line of fewer words beside the title may be of its author, its date, its site.
_STANDFIRST = 12
_BODY_LIKE = ("p", "pre", "table", "dl", "blockquote", "figure", "h1", "h2", "h3", "li", "dt", "dd")
# trafilatura takes seconds on pages larger than this; they are chosen by their own marks.
_LARGE = 3_000_000


def choose_body(page: Element, stripped: Element, size: int) -> tuple[Element, str]:
    """Return the body below ``stripped`` (the page without its frame), and the name of the rule that chose it.

    ``page`` is the untouched page; ``size`` its number of bytes.
    """
    body, rule = _chosen(page, stripped, size)
    _take_in_notes(body, stripped)
    _take_in_opening(body)
    return body, rule


def _chosen(page: Element, stripped: Element, size: int) -> tuple[Element, str]:
    whole = _prose(stripped)
    if not whole:
        return stripped, "page"
    marks = [element for element in stripped.iterdescendants() if _is_marked(element)]
    first = _trafilatura_words(page) if size < _LARGE else Counter()
    if first:
        body = _marked_around(_smallest_with(stripped, first), marks, first)
        held = _prose(body)
        if held >= _LOSES_LITTLE * whole:
            return body, "trafilatura"
        if held >= _AGREED * whole and body in marks and not _has_peer(body, marks, held):
            return body, "agreed"
    fitting = [element for element in marks if _prose(element) >= _LOSES_LITTLE * whole]
    if fitting:
        return min(fitting, key=_prose), "marked"
    return stripped, "page"


def _take_in_notes(body: Element, stripped: Element) -> None:
    """Move to the end of the body the notes and references that a template sets after it."""
    around = set(body.iterancestors())
    elements = list(stripped.iterdescendants())
    later = elements[elements.index(body) :] if body in elements else []
    for element in later:
        outside = element not in around and element is not body and body not in element.iterancestors()
        if outside and element.tag in _SECTIONS and (element.tag == "d-appendix" or names(element) & NOTES):
            drop(element)
            element.tail = None
            body.append(element)


def _take_in_opening(body: Element) -> None:
    """Move to the front of the body what a template sets before it beside the title.

    That is the first section of a manual's page, or the standfirst: a paragraph that says what the page is about.
    """
    if body.find(".//h1") is not None:
        return
    for around in (body, *islice(body.iterancestors(), 2)):
        for before in islice(around.itersiblings(*_OPENINGS, preceding=True), 4):
            if before.tag != "d-title" and before.find(".//h1") is None:
                continue
            sections = [h for h in before.iter("h2", "h3") if sum(words_in(e) for e in h.itersiblings()) > 2]
            told = [p for p in before.iter("p") if words_in(p) >= _STANDFIRST and link_density(p) < 0.3]
            for element in reversed([before] if sections and link_density(before) < 0.3 else told):
                drop(element)
                element.tail, body.text = body.text, None
                body.insert(0, element)
            return


def _trafilatura_words(page: Element) -> Counter[str]:
    try:
        # Its own comparison with other extractors is left out: what it loses is measured here.
        found = trafilatura.bare_extraction(page, output_format="txt", include_comments=False, fast=True)
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        # It fails on some odd trees; the page's own marks decide then.
        return Counter()
    text = (found.raw_text or "") if isinstance(found, Document) else ""
    return _words(text) if len(text) > _ENOUGH else Counter()


def _words(text: str) -> Counter[str]:
    """Return the longer words: they tell a place as well as all do, in half the time."""
    return Counter(re.findall(r"\w{4,}", text.casefold()))


def _smallest_with(stripped: Element, words: Counter[str]) -> Element:
    """Return the deepest element that still holds 97 % of the words."""
    left = _words(stripped.text_content())
    may_lose = 0.03 * (left & words).total()
    current = stripped
    while True:
        children = [child for child in current if isinstance(child.tag, str) and len(child)]
        if not children:
            return current
        # Of an element's children at most one can hold so much, so it is the longest.
        inner = children[0] if len(children) == 1 else max(children, key=lambda child: len(child.text_content()))
        beside = [current.text or ""]
        for child in current:
            if child is not inner:
                beside.append(_text(child))
            beside.append(child.tail or "")
        for word, count in _words(" ".join(beside)).items():
            may_lose -= min(words[word], left[word]) - max(0, min(words[word], left[word] - count))
            left[word] -= count
        if may_lose < 0:
            return current
        current = inner


def _text(element: Element) -> str:
    return str(element.text_content()) if isinstance(element.tag, str) else ""


def _held(element: Element, words: Counter[str]) -> int:
    return (_words(element.text_content()) & words).total()


def _marked_around(found: Element, marks: list[Element], words: Counter[str]) -> Element:
    """Return the page's own mark of the body nearest to what was found, else what was found with its surroundings."""
    around = [found, *found.iterancestors()]
    for element in around:
        if element in marks:
            return element
    need = _LOSES_LITTLE * _held(found, words)
    within = [mark for mark in marks if found in mark.iterancestors() and _held(mark, words) >= need]
    if within:
        return within[-1]
    for element in around:
        if element.tag != "body" and not _NAMED.isdisjoint(
            f"{element.get('class') or ''} {element.get('id') or ''}".split()
        ):
            return element
    while (parent := found.getparent()) is not None:
        if not any(_adds_text(child) for child in parent if child is not found):
            break
        found = parent
    return found


def _adds_text(element: Element) -> bool:
    """Whether an element is of the kind that a body is made of, and not a row of links."""
    if not isinstance(element.tag, str):
        return False
    if element.tag not in _BODY_LIKE and next(element.iter(*_BODY_LIKE), None) is None:
        return False
    return words_in(element) > 3 and link_density(element) < 0.5


def _has_peer(body: Element, marks: list[Element], held: int) -> bool:
    """Whether another element of weight, neither around nor within, bears a mark too: then neither is the body."""
    around = {body, *body.iterancestors()}
    return any(mark not in around and body not in mark.iterancestors() and _prose(mark) > 0.25 * held for mark in marks)


def _is_marked(element: Element) -> bool:
    """Whether the page itself marks an element as its body."""
    if element.tag in _MARKED_TAGS or element.get("id") in _MARKED_IDS:
        return True
    classes = element.get("class")
    return (
        (classes is not None and not _MARKED_CLASSES.isdisjoint(classes.split()))
        or element.get("role") == "main"
        or element.get("itemprop") == "articleBody"
    )


def _prose(element: Element) -> int:
    """Return the words of running text: all but those of links, which menus are made of, and of drawings."""
    return words_in(element) - sum(words_in(other) for other in element.iter("a", "svg"))
