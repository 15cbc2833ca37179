"""What stands around the body of a page: taken off by its element and by names that templates share."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from lxml import etree

from ingest.sources.html.parse import Element

# Never read by anyone.
_MACHINERY = frozenset(
    "style template object embed applet canvas audio video iframe frame input select textarea "
    "datalist link meta base noscript d-front-matter dt-front-matter d-bibliography dialog".split()
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NAV_ROLES = frozenset(
    "navigation banner contentinfo search menu menubar complementary dialog alertdialog alert tablist".split()
)
# For screen readers and printers alone; the names are those of Bootstrap, WordPress, Drupal, Foundation, GOV.UK, H5BP.
_VISUALLY_HIDDEN = re.compile(
    r"(?:^|\s)(?:(?:[\w-]+[-_])?(?:sr-only|visually-?hidden|hidden-visually|visuallyHidden(?:_\w+)?)|screen-reader-(?:text|only)|"
    r"show-for-sr|element-invisible|assistive-text|off-?screen|d-print-only|print-only)(?:\s|$)"
)
# Set where nobody looks, or cut down to nothing.
_SET_APART = re.compile(
    r"(?:left|top|text-indent)\s*:\s*-\d{4,}(?:px|em)?|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_DISPLAY_NONE = re.compile(r"(?:^|\s)d-none(?:\s|$)")
_DISPLAY_SOME = re.compile(r"(?:^|\s)d-(?:sm|md|lg|xl|xxl)-(?!none)")

# Thai and Lao, kana, Chinese characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")

# Whole words of class and id names, as they are split below.
_COMMENTS = frozenset("comments commentlist commentarea commentform disqus respond giscus utterances".split())
_ALWAYS = frozenset(
    "cookie cookies gdpr consent sharedaddy breadcrumb breadcrumbs pagination pager paginav "
    "sidebar newsletter subscribe subscription signup paywall skiplink".split()
)
_IF_SMALL = re.compile(
    r"share\w{0,8}|sharing|socials?|social(?:icons|links|share)|addtoany|addthis|related(?:posts?|articles?|reading)?|"
    r"recommended|recommendations?|nav|navs|navbar|navigation|navheader|navfooter|navlinks?|navmenu|navset\w*|"
    r"(?:top|side|bottom|page|doc|post|left|right|sub|main|site|prev|next)nav|menus?|footer|postfooter|masthead|"
    r"toolbar|topbar|widgets?|promo|advert\w*|ads?|banner|toc|tocnav|tocwrapper|minitoc|popup|modal|tags|taglist|"
    r"byline|clipboard|copybtn|readmore|prevnext|feedback|rating|(?:up|down)?votes?|likes|claps|bio|"
    r"authorbox|authorbio|tooltip|tooltiptext|ttc|popover|hovercard|colophon|cta|editsection|editlink|versionbox|catlinks|printfooter|siteinfo"
)
# What stands before the cells of a notebook.
_CELL_NUMBER = re.compile(r"\s*(?:In|Out)?\s*\[[\d ]*\]:?\s*")
NOTES = frozenset("footnotes footnote endnotes references bibliography refs notes citations doc-endnotes".split())
# Elements of the text itself: their names are given by authors, not by templates.
_TEXT = frozenset(
    "p code pre li h1 h2 h3 h4 h5 h6 body html em strong b i table tr td th dt dd dl figcaption figure".split()
)
# What the page itself calls its body, and calls so once.
_OWN_MARK = etree.XPath("descendant::*[self::main or self::d-article or @role='main' or @itemprop='articleBody'][1]")
# An element with this share of the page's words is not frame, whatever it is called.
_TOO_MUCH = 0.4
_SMALL = 0.08


def strip_frame(body: Element) -> None:
    """Remove in place what no reader of the body would call part of it."""
    total = max(1, words_in(body))
    waiting = [child for child in body if isinstance(child.tag, str)]
    while waiting:
        element = waiting.pop()
        if _is_frame(element, total):
            drop(element)
        else:
            waiting.extend(child for child in element if isinstance(child.tag, str))


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
    return count(element.text_content())


def count(text: str) -> int:
    """Return the number of words of a text; in scripts that set none apart, two characters are taken for one."""
    words = len(text.split())
    # Of such a script each character takes three bytes.
    if len(text.encode("utf-8", "replace")) < 1.2 * len(text):
        return words
    return words + len(_UNSPACED.findall(text)) // 2


def link_density(element: Element) -> float:
    """Return the share (0 to 1) of an element's words that are links."""
    total = words_in(element)
    linked = sum(words_in(anchor) for anchor in element.iter("a") if anchor.get("href"))
    return linked / total if total else 0.0


def names(element: Element) -> frozenset[str]:
    """Return the words of an element's class and id, in lower case, split at case and punctuation."""
    return _split_names(element.get("class")) | _split_names(element.get("id"))


@lru_cache(4096)
def _split_names(raw: str | None) -> frozenset[str]:
    if not raw:
        return frozenset()
    return frozenset(part.lower() for part in re.split(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", raw) if part)


@lru_cache(4096)
def _is_suspect(name: str) -> bool:
    return name in _COMMENTS or _always({name}) or _IF_SMALL.fullmatch(name) is not None


def _always(found: Collection[str]) -> bool:
    return any(name in _ALWAYS or name.endswith("sidebar") for name in found)


def _is_frame(element: Element, total: int) -> bool:
    tag = element.tag
    if tag in _MACHINERY or (tag == "script" and not (element.get("type") or "").startswith("math/")):
        return True
    attributes = element.attrib
    if attributes and _is_hidden(element):
        return True
    if tag in ("nav", "d-contents", "d-byline", "dt-byline"):
        return True
    if tag == "button":
        return not _labels_what_it_opens(element)
    if tag == "form":
        return not _holds(element, total, 0.2)
    if tag in ("header", "footer", "aside"):
        return _is_outer(element, total)
    if tag in ("ul", "ol") and next(element.iterancestors("header"), None) is not None and link_density(element) > 0.6:
        # A menu in a header that also holds the title.
        return True
    if not attributes or tag in _TEXT:
        return False
    if (element.get("role") or "") in _NAV_ROLES and not _holds(element, total, _TOO_MUCH):
        return True
    if tag == "a":
        return "skip" in names(element) and (element.get("href") or "").startswith("#")
    return _is_named_frame(element, total)


def _is_outer(element: Element, total: int) -> bool:
    """Whether a header, a footer or an aside is the page's and not the article's."""
    found = names(element)
    if found & NOTES:
        return False
    inside = any(
        above.tag in ("article", "main", "d-article", "dt-article") or above.get("role") == "main"
        for above in element.iterancestors()
    )
    if not inside and element.tag == "aside" and "sidebar" not in found and _within_text(element):
        inside = True
    if not inside:
        return not (
            _holds(element, total, _TOO_MUCH) or (element.tag == "header" and element.find(".//h1") is not None)
        )
    if element.tag == "footer":
        return link_density(element) > 0.3 or not _holds(element, total, 0.05)
    return bool(found) and _is_named_frame(element, total)


def _within_text(element: Element) -> bool:
    """Whether an element has running text on both sides."""
    return all(
        any(piece.tag in _TEXT for piece in element.itersiblings(preceding=preceding)) for preceding in (True, False)
    )


def _is_named_frame(element: Element, total: int) -> bool:
    found = names(element)
    if "prompt" in found and _CELL_NUMBER.fullmatch(element.text_content()):
        return True
    if not any(map(_is_suspect, found)) or _OWN_MARK(element):
        return False
    if found & _COMMENTS and not _split_names(element.get("class")) & _COMMENTS:
        found -= _named_by_heading(element)
    if found & _COMMENTS:
        return element.find(".//h1") is None and not _holds(element, total, 0.8)
    if _always(found) and not ("sidebar" in found and _is_set_beside(element)):
        found -= _named_by_heading(element)
        # On a short page a list of all pages can outweigh the text; it is links then, and holds no title.
        if _always(found) and (
            not _holds(element, total, 0.2) or (link_density(element) > 0.7 and element.find(".//h1") is None)
        ):
            return True
    if any(_IF_SMALL.fullmatch(name) for name in found):
        found -= _named_by_heading(element)
        if any(_IF_SMALL.fullmatch(name) for name in found):
            return not _holds(element, total, _SMALL) or (
                not _holds(element, total, 0.25) and link_density(element) > 0.6
            )
    return False


def _is_set_beside(element: Element) -> bool:
    """Whether it is a box that the text sets beside itself: paragraphs are its siblings, and it is no list of links."""
    beside = (
        sibling
        for preceding in (True, False)
        for sibling in element.itersiblings(preceding=preceding)
        if sibling.tag == "p" or (sibling.tag == "div" and len((sibling.text or "").split()) > 4)
    )
    return next(beside, None) is not None and link_density(element) < 0.5


def _labels_what_it_opens(button: Element) -> bool:
    """Whether a button is all there is of a heading, or a question: a section that opens and closes."""
    if len(button.text_content().split()) > 2 and button.text_content().strip().endswith("?"):
        return True
    for above in button.iterancestors("h1", "h2", "h3", "h4", "h5", "h6", "summary"):
        return "".join(above.itertext()).strip() == "".join(button.itertext()).strip() != ""
    return False


def _named_by_heading(element: Element) -> set[str]:
    """Return the words of an id that repeats a heading inside: "related-work" is no list of related posts."""
    words = {part.lower() for part in re.split(r"[^A-Za-z]+", element.get("id") or "") if part}
    if not words:
        return words
    for heading in element.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if words <= set(re.findall(r"[a-z]+", heading.text_content().lower())):
            return words
        break
    return set()


def _is_hidden(element: Element) -> bool:
    classes = element.get("class") or ""
    if "katex" in classes or element.tag in ("math", "mjx-container", "mjx-assistive-mml", "annotation", "semantics"):
        return False
    if element.get("role") == "tabpanel":
        # What stands under a tab that is not chosen is text all the same.
        return False
    if element.get("hidden") is not None and element.get("hidden") != "until-found" and element.tag != "details":
        return True
    style = element.get("style") or ""
    if style and (_HIDDEN_STYLE.search(style) or _SET_APART.search(style)):
        return True
    if element.get("aria-hidden") == "true" and not _within_katex(element) and element.tag not in ("img", "svg"):
        return True
    if _DISPLAY_NONE.search(classes):
        return not _DISPLAY_SOME.search(classes)
    return bool(_VISUALLY_HIDDEN.search(classes))


def _within_katex(element: Element) -> bool:
    return any("katex" in (above.get("class") or "") for above in element.iterancestors())


def _holds(element: Element, total: int, share: float) -> bool:
    return words_in(element) > share * total
