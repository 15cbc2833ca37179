"""What stands around the body of a page: taken off by its element and by names that templates share."""

from __future__ import annotations

import re

from ingest.sources.html.parse import Element

# Never read by anyone.
_MACHINERY = frozenset(
    "style template object embed applet canvas audio video iframe frame input select textarea "
    "datalist link meta base d-front-matter d-bibliography dialog".split()
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NAV_ROLES = frozenset(
    "navigation banner contentinfo search menu menubar complementary dialog alertdialog alert".split()
)
_VISUALLY_HIDDEN = re.compile(r"(?:^|\s)(?:sr-only|visually-hidden|screen-reader-text|visuallyhidden|d-none)(?:\s|$)")

# Whole words of class and id names, as they are split below.
_ALWAYS = frozenset(
    "comments commentlist disqus respond cookie cookies gdpr consent sharedaddy breadcrumb breadcrumbs pagination "
    "pager sidebar newsletter subscribe subscription signup paywall".split()
)
_IF_SMALL = frozenset(
    "share sharing social related recommended recommendations nav navbar navigation menu footer masthead toolbar "
    "widget widgets promo advert advertisement ads ad banner toc popup modal tags byline clipboard copybtn "
    "postnav readmore prevnext feedback rating upvote upvotes likes".split()
)
# Elements of the text itself: their names are given by authors, not by templates.
_TEXT = frozenset(
    "p span code pre li h1 h2 h3 h4 h5 h6 body html em strong b i table tr td th dt dd figcaption".split()
)
# An element with this share of the page's words is not frame, whatever it is called.
_TOO_MUCH = 0.4
_SMALL = 0.08


def strip_frame(body: Element) -> None:
    """Remove in place what no reader of the body would call part of it."""
    total = max(1, words_in(body))
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        if _is_frame(element, total):
            drop(element)


def drop(element: Element) -> None:
    """Remove an element, keeping the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def words_in(element: Element) -> int:
    """Return the number of words below an element."""
    return len(element.text_content().split())


def link_density(element: Element) -> float:
    """Return the share (0 to 1) of an element's words that are links."""
    total = words_in(element)
    linked = sum(words_in(anchor) for anchor in element.iter("a"))
    return linked / total if total else 0.0


def names(element: Element) -> set[str]:
    """Return the words of an element's class and id, in lower case, split at case and punctuation."""
    raw = f"{element.get('class') or ''} {element.get('id') or ''}"
    return {part.lower() for part in re.split(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", raw) if part}


def _is_frame(element: Element, total: int) -> bool:
    tag = element.tag
    if tag in _MACHINERY or (tag == "script" and not (element.get("type") or "").startswith("math/tex")):
        return True
    if tag == "noscript":
        # Lazy pictures keep their real image here; words are for machines without scripts.
        return element.find(".//img") is None or words_in(element) > 0
    if _is_hidden(element):
        return True
    if tag in ("nav", "d-contents", "d-byline"):
        return True
    if tag in ("button", "form") and not _holds(element, total, 0.2):
        return True
    if (element.get("role") or "") in _NAV_ROLES and not _holds(element, total, _TOO_MUCH):
        return True
    inside = _inside_article(element)
    if tag in ("header", "footer", "aside"):
        if not inside:
            return not (_holds(element, total, _TOO_MUCH) or (tag == "header" and element.find(".//h1") is not None))
        return tag == "footer" and (link_density(element) > 0.3 or _holds_less(element, total, 0.05))
    if tag == "a":
        return "skip" in names(element) and (element.get("href") or "").startswith("#")
    if tag in _TEXT:
        return False
    found = names(element) - _named_by_heading(element)
    if found & _ALWAYS and not _holds(element, total, 0.2):
        return True
    if found & _IF_SMALL:
        return _holds_less(element, total, _SMALL) or (link_density(element) > 0.6 and not _holds(element, total, 0.25))
    return False


def _named_by_heading(element: Element) -> set[str]:
    """Return the words of an id that repeats a heading inside: "related-work" is no list of related posts."""
    words = {part.lower() for part in re.split(r"[^A-Za-z]+", element.get("id") or "") if part}
    for heading in element.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if words <= set(re.findall(r"[a-z]+", heading.text_content().lower())):
            return words
        break
    return set()


def _is_hidden(element: Element) -> bool:
    classes = element.get("class") or ""
    if "katex" in classes or element.tag in (
        "math",
        "mjx-container",
        "mjx-assistive-mml",
        "annotation",
        "semantics",
    ):
        return False
    if element.get("hidden") is not None and element.get("hidden") != "until-found" and element.tag != "details":
        return True
    if _HIDDEN_STYLE.search(element.get("style") or "") and element.tag != "math":
        return True
    if element.get("aria-hidden") == "true" and not _within_katex(element) and element.tag not in ("img", "svg"):
        return True
    return bool(_VISUALLY_HIDDEN.search(classes))


def _within_katex(element: Element) -> bool:
    return any("katex" in (above.get("class") or "") for above in element.iterancestors())


def _inside_article(element: Element) -> bool:
    return any(above.tag in ("article", "main", "d-article", "dt-article") for above in element.iterancestors())


def _holds(element: Element, total: int, share: float) -> bool:
    return words_in(element) > share * total


def _holds_less(element: Element, total: int, share: float) -> bool:
    return words_in(element) < share * total
