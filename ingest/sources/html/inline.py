"""What is within a line: text as browsers show it, formulas as ``$LaTeX$``, signs of notes and permalinks left out."""

from __future__ import annotations

import re

from ingest.sources.html.frame import names
from ingest.sources.html.maths import formula, normalised
from ingest.sources.html.parse import Element

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meter nobr output q ruby rb "
    "s samp small span strike strong sub u var wbr sup time tt d-cite dt-cite rt rp".split()
)
_FOOTNOTE_MARK = re.compile(r"^\s*[\[(]?(?:\d{1,3}|[a-z*†‡§]|note \d+)[\])]?\s*$", re.IGNORECASE)
_SIGNS = re.compile(r"[#¶§🔗⚓↩⤴↑^\ufe0e\ufe0f]+")
_MARKER = re.compile(r"[•●◦▪■‣∙·*–—-]|\d{1,3}[.)]")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_SIDENOTES = frozenset(("sidenote", "marginnote", "marginalia"))
_NOTE_NAMES = frozenset(("footnote", "footnotes", "fn", "noteref", "reference", "mark"))
# LaTeXML puts a note's number before its text twice, as a mark and as a tag.
_OWN_NUMBER = re.compile(r"^(?:\d{1,3}\s*){1,2}(?=\D)")
# No text, or text for others than who reads along.
_UNREAD = frozenset(("svg", "d-cite", "dt-cite", "rp", "rt"))


def squeeze(text: str) -> str:
    """Return text with its white space collapsed as browsers do."""
    return _SPACE.sub(" ", text).strip()


def inline_text(element: Element) -> str:
    """Return the text of an element as one line, formulas as ``$LaTeX$``."""
    parts: list[str] = []
    gather(element, parts, [])
    return one_line(parts)


def one_line(parts: list[str]) -> str:
    """Return gathered pieces as one line, displayed formulas set inline."""
    return squeeze("".join(piece if not shown else f"${piece}$" for piece, shown in normalised("".join(parts))))


def gather(element: Element, parts: list[str], notes: list[str], skip: frozenset[str] = frozenset()) -> None:
    """Add the pieces of text below an element to ``parts``, and its footnotes and sidenotes to ``notes``."""
    if element.text:
        parts.append(element.text)
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in skip:
            found = formula(child)
            if found is not None:
                if found[0]:
                    parts.append(f"${found[0]}$")
            elif tag == "br":
                parts.append(" ")
            elif is_note(child):
                notes.append(note_text(child))
            elif not is_sign(child):
                apart = tag not in INLINE and tag != "img"
                if apart:
                    parts.append(" ")
                gather(child, parts, notes, skip)
                if apart:
                    parts.append(" ")
        if child.tail:
            parts.append(child.tail)


def is_note(element: Element) -> bool:
    """Whether an element is a note that stands at its place but is no part of the sentence there."""
    tag = element.tag
    if tag in ("d-footnote", "dt-fn"):
        return True
    if tag not in ("span", "small", "aside") or not element.get("class"):
        return False
    return bool(names(element) & _SIDENOTES) or "ltx_note" in element.get("class").split()


def note_text(element: Element) -> str:
    """Return what a note says, without its number."""
    text = inline_text(element)
    return _OWN_NUMBER.sub("", text) if "ltx_note" in (element.get("class") or "").split() else text


def is_sign(element: Element) -> bool:
    """Whether an element is a sign and no text: the mark of a note or citation, a permalink, a drawing."""
    tag = element.tag
    if tag in _UNREAD:
        return True
    if tag == "sup":
        return _is_footnote_mark(element)
    if tag == "span":
        return _is_marker(element)
    return tag == "a" and (is_permalink(element) or _is_footnote_anchor(element))


def _is_marker(element: Element) -> bool:
    """Whether a span is the bullet or the number of the list's item that it begins, which the list itself has."""
    above = element.getparent()
    return (
        above is not None
        and above.tag == "li"
        and above[0] is element
        and not (above.text or "").strip()
        and _MARKER.fullmatch(element.text_content().strip()) is not None
    )


def is_permalink(element: Element) -> bool:
    """Whether a link shows no more than a sign, such as one that names its heading or leads back from a note."""
    if len(element.text_content()) > 12:
        return False
    text = squeeze(element.text_content())
    if not text:
        return element.find(".//img") is None
    return bool(_SIGNS.fullmatch(text)) or bool(names(element) & {"headerlink", "permalink"} and len(text) < 3)


def _is_footnote_mark(element: Element) -> bool:
    if not _FOOTNOTE_MARK.match(element.text_content()):
        return False
    parent = element.getparent()
    return (
        element.find(".//a") is not None
        or (parent is not None and parent.tag == "a" and (parent.get("href") or "").find("#") >= 0)
        or bool(names(element) & _NOTE_NAMES)
    )


def _is_footnote_anchor(element: Element) -> bool:
    """Whether a link is the mark of a note that stands in the line instead of above it."""
    return (
        (element.get("href") or "").find("#") >= 0
        and bool(names(element) & {"footnote", "fnref", "noteref"})
        and _FOOTNOTE_MARK.match(element.text_content()) is not None
    )
