"""What stands at the edges of a body and is no part of it, told by its shape and its words where names say nothing.

Many sites are built without names to go by (utility classes, classes made by a machine, pages written by hand); there
rows of links, colophons and sections such as "Related posts" are what a reader passes over at the top and the end.
"""

from __future__ import annotations

import re

from ingest.sources.html.frame import drop, link_density, words_in
from ingest.sources.html.parse import Element

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_OTHER_PAGES = re.compile(
    r"(?:related|recent|similar|popular|latest|recommended|suggested|trending|other|more|further|previous) (?:\w+ )?"
    r"(?:posts?|articles?|stories|reads?|entries|projects|content|publications)|related|recommended(?: for you)?|"
    r"(?:you|readers) (?:may|might)(?: also)? (?:like|enjoy|be interested in).*|read (?:next|more|also)|keep reading|"
    r"more (?:from|by|like|in|on) .*|(?:share|tweet|like|follow|bookmark)(?: this.*| on .*| me.*| us.*)?|sharing|"
    r"(?:written|posted|published) by|about (?:the )?authors?|tags|categories|archives?|up next|next up|"
    r"what to read next",
    re.IGNORECASE,
)
_INVITATION = re.compile(
    r"\d+ (?:comments?|responses?|replies|thoughts on .*|reactions)|(?:comments?|responses?|replies) \(\d+\)|"
    r"comments (?:are )?closed|leave a (?:reply|comment|response)|(?:post|add|write) a comment|"
    r"(?:join the )?(?:discussion|conversation) about this (?:post|video|podcast)|join the (?:discussion|conversation)|"
    r"subscribe(?: (?:to|for|now|via) .*)?|(?:join|get|sign up for) (?:our|my|the) (?:newsletter|mailing list).*|"
    r"newsletter|stay (?:up to date|in touch|tuned)|ready for more\??",
    re.IGNORECASE,
)
_CONVERSATION = re.compile(r"comments?|responses?|replies|reactions|webmentions?|pingbacks?", re.IGNORECASE)
_SIGNS_OF_ONE = re.compile(
    r"\b(?:reply|ago|says|said|wrote|likes?|upvote|permalink|disqus|log in|sign in)\b", re.IGNORECASE
)
_CONTENTS = re.compile(r"(?:table of )?contents|on this page|in this (?:article|post|page)|toc|outline", re.IGNORECASE)
_COLOPHON = re.compile(
    r"©|\(c\) (?:copyright )?(?:19|20)\d\d|copyright|all rights reserved|powered by|generated (?:by|on|with|using)|"
    r"(?:built|made|created|site|theme|published) (?:with|by|using) |last (?:updated|modified|edited|revised)|"
    r"^(?:share|tweet|edit (?:this )?(?:page|on github)|back to (?:top|\w+)|subscribe|follow|sign (?:in|up)|listen|"
    r"view (?:page )?source|print|improve this page|report (?:an )?issue|suggest (?:an )?edit|"
    r"was this (?:page )?helpful)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:member-only (?:story|post)|featured|listen|share|\d+ min(?:ute)?s? read|[·•|\s-]|reading time:?)+",
    re.IGNORECASE,
)
# A row of links is one line or two; a longer one is a list that the page is about.
_MOST_WORDS_IN_ROW = 60
_MOST_WORDS_IN_COLOPHON = 40
_MOST_WORDS_IN_LABEL = 8
_MENU_SHARE = 0.25


def trim_edges(body: Element) -> None:
    """Remove in place rows of links and colophons at both ends, and closing sections about other pages."""
    total = words_in(body)
    if total < 50:
        return
    _drop_sections(body, total)
    for last in (False, True):
        _trim(body, last, total)


def _drop_sections(body: Element, total: int) -> None:
    for heading in list(body.iter(*_HEADINGS)):
        text = " ".join(heading.text_content().split()).strip(" :…")
        if len(text) > 80 or heading.getparent() is None:
            continue
        if _CONTENTS.fullmatch(text):
            section = _section_of(heading, body, total)
            linked = [element for element in section if element is not heading and words_in(element)]
            if linked and all(link_density(element) > 0.7 for element in linked):
                _drop_all(section)
        elif _OTHER_PAGES.fullmatch(text):
            section = _section_of(heading, body, total)
            if _is_late(heading, body, total) and (
                sum(words_in(element) for element in section) < 15
                or any(link_density(element) > 0.2 for element in section if element is not heading)
            ):
                _drop_all(section)
        elif _INVITATION.fullmatch(text) and _is_late(heading, body, total):
            _drop_all(_section_of(heading, body, total))
        elif _CONVERSATION.fullmatch(text) and _is_late(heading, body, total):
            section = _section_of(heading, body, total)
            said = " ".join(element.text_content() for element in section)
            if len(said.split()) < 15 or len(_SIGNS_OF_ONE.findall(said)) > 1:
                _drop_all(section)


def _section_of(heading: Element, body: Element, total: int) -> list[Element]:
    """Return the element that a heading opens, or the heading with its siblings up to the next of its rank."""
    whole = heading
    for above in heading.iterancestors():
        if above is body or words_in(above) > 0.4 * total or next(above.iter(*_HEADINGS)) is not heading:
            break
        if _text_before(above, heading):
            break
        whole = above
    if whole is not heading and words_in(whole) > words_in(heading):
        return [whole]
    section = [whole]
    for sibling in whole.itersiblings():
        first = sibling if sibling.tag in _HEADINGS else next(sibling.iter(*_HEADINGS), None)
        if first is not None and first.tag <= heading.tag:
            break
        if isinstance(sibling.tag, str):
            section.append(sibling)
    return section


def _text_before(above: Element, heading: Element) -> bool:
    for piece in above.iter():
        if piece is heading:
            return False
        if (piece.text or "").strip():
            return True
    return False


def _is_late(heading: Element, body: Element, total: int) -> bool:
    """Whether at least two fifths of the words stand before."""
    before = 0
    for piece in body.iter():
        if piece is heading:
            break
        before += len((piece.text or "").split())
        if before > 0.4 * total:
            return True
        before += len((piece.tail or "").split()) if not len(piece) else 0
    return before > 0.4 * total


def _drop_all(elements: list[Element]) -> None:
    for element in elements:
        drop(element)


def _trim(body: Element, last: bool, total: int) -> None:
    """Take rows of links off one end, level by level."""
    current = body
    for _ in range(12):
        while True:
            outermost = _outermost(current, last)
            if outermost is None:
                return
            if not _is_row(outermost, last, total):
                break
            drop(outermost)
        if outermost.tag in ("p", "pre", "table", "dl", "blockquote", "figure", "ol", *_HEADINGS):
            return
        current = outermost


def _outermost(element: Element, last: bool) -> Element | None:
    """Return the first or last child that has words, unless bare text of the element stands before it."""
    edge = element.text if not last else (element[-1].tail if len(element) else element.text)
    if edge and edge.strip():
        return None
    for child in reversed(element) if last else element:
        if isinstance(child.tag, str) and child.text_content().strip():
            return child
        if child.tag in ("img", "figure", "math", "picture") or (child.tail or "").strip():
            return None
    return None


def _is_row(element: Element, last: bool, total: int) -> bool:
    if element.tag in ("pre", "figure", "blockquote", "details") or _stands_under_heading(element):
        return False
    if next(element.iter(*_HEADINGS, "pre", "figure", "math", "script", "th"), None) is not None:
        return False
    words = words_in(element)
    if last and words <= _MOST_WORDS_IN_COLOPHON and _COLOPHON.search(" ".join(element.text_content().split())):
        return True
    if element.tag == "table":
        return False
    if not last and words <= _MOST_WORDS_IN_LABEL and _LABEL.fullmatch(element.text_content().strip()):
        return True
    links = sum(1 for anchor in element.iter("a") if anchor.get("href") and words_in(anchor))
    density = link_density(element)
    if words <= _MOST_WORDS_IN_ROW and links > 1 and density >= 0.6:
        return True
    return not last and links > 4 and density >= 0.8 and words < _MENU_SHARE * total


def _stands_under_heading(element: Element) -> bool:
    """Whether a heading comes right before: then a list of links is what that section says."""
    before = element.getprevious()
    while before is not None and not (isinstance(before.tag, str) and before.text_content().strip()):
        before = before.getprevious()
    return before is not None and before.tag in _HEADINGS and before.tag != "h1"
