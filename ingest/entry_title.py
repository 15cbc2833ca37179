"""What a link of the list is called: the curator's title where there is one, else the best that the words give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ingest.inline_links import Inline, Link, tidy

# A link's own words that say nothing without those around it.
_GENERIC = re.compile(
    r"(?:here|link|this|article|papers?|pdf|arxiv|code|video|blog|post|blog ?post|slides?|notes?|part \d+|\d+|"
    r"website|web ?page|page|demo|repo|repository|github|google colab|colab|source|docs?|documentation|read more|more|"
    r"project(?: page)?|dataset|model|weights|tutorial|talk|poster|supplement)?",
    re.IGNORECASE,
)
# Words by which a sentence begins that speaks of a link and does not name it.
_SENTENCE = re.compile(r"(?:here(?:'s|’s| is| are)|there(?:'s|’s| is| are)|this is|see|check out)\b", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^\[\^[^\]]{1,40}\]:?\s*")
_BETWEEN = r"\s:：\-–—|,，、(\[·•"
_LEADING = re.compile(rf"^[{_BETWEEN})\]]{{1,20}}")
_TRAILING = re.compile(
    rf"[{_BETWEEN}]{{0,20}}(?:\b(?:here|at|see|is|and|in|with|or)\b)?[{_BETWEEN}]{{0,20}}$", re.IGNORECASE
)
_JOINED = re.compile(r"[\W_]{0,10}(?:and|or|with|plus)?[\W_]{0,10}", re.IGNORECASE)
_ENDED = re.compile(r"[.!?]\s")
_MOST_CHARACTERS = 300
_MOST_BEFORE = 120
# A generic link so near behind a named one speaks of it.
_NEAR = 60


@dataclass(frozen=True, slots=True)
class Title:
    """A title; ``given`` where the curator gave it, so that it outranks the page's own."""

    text: str
    given: bool


def title_of(link: Link, run: Inline, context: Sequence[str] = ()) -> Title:
    """Return what a link is called; ``context`` is what the items above it say, where they have no link."""
    label = link.label
    if label and not is_generic(label):
        # A phrase out of a sentence, as in "the problem of [entanglement in images](…)".
        embedded = label[:1].islower() and " " in label and link.start > 0
        return Title(_short(label), not embedded and not _SENTENCE.match(label))
    words = _words_about(link, run)
    if words:
        # Words before a bare address may be its title or a sentence about it; the page knows.
        whole = f"{words} — {label}" if label and label.casefold() not in words.casefold() else words
        return Title(_short(whole), bool(label))
    if label and not label.startswith("^"):
        return Title(_short(f"{context[-1]} — {label}"), True) if context else Title(_short(label), False)
    return Title(_short(link.url) if link.broken else _from_address(link.url), False)


def is_generic(label: str) -> bool:
    """Whether a link's words say nothing by themselves: "here", "[pdf]", a footnote's mark, an emoji."""
    return label.startswith("^") or _GENERIC.fullmatch(re.sub(r"^[\W_]+|[\W_]+$", "", label)) is not None


def _words_about(link: Link, run: Inline) -> str:
    """Return what names a link that does not name itself: a link or words before it, or ""."""
    before = [other for other in run.links if other is not link and other.end <= link.start]
    if link.label and (named := [other for other in before if _names(other)]):
        between = run.text[named[-1].end : link.start]
        if named[0].start < 3 and not _JOINED.fullmatch(between):
            return named[0].label
        if len(between) <= _NEAR and not _ENDED.search(between):
            return named[-1].label
    start, begin = link.start, 0
    for other in reversed(before):
        begin = other.end
        if not _JOINED.fullmatch(run.text[begin:start]):
            break
        if _names(other):
            return other.label
        # One of a row: what is said before the row is said of each.
        start, begin = other.start, 0
    words = _trimmed(run.text[max(begin, start - 4 * _MOST_BEFORE) : start])
    if len(words) > _MOST_BEFORE:
        words = _trimmed(_ENDED.split(words)[-1])
    return words if len(words) <= _MOST_BEFORE else ""


def _names(link: Link) -> bool:
    return bool(link.label) and not is_generic(link.label)


def _trimmed(text: str) -> str:
    words = _FOOTNOTE.sub("", tidy(text))
    return _LEADING.sub("", _TRAILING.sub("", words)).strip()


def _short(title: str) -> str:
    return title if len(title) <= _MOST_CHARACTERS else title[: _MOST_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"


def _from_address(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    last = re.sub(r"\.(?:html?|php|aspx?|md|ipynb|pdf)$", "", pieces[-1]) if pieces else ""
    last = re.sub(r"-[0-9a-f]{10,}$", "", last)
    words = tidy(re.sub(r"[-_+]+", " ", last))
    if parts.query or not re.search(r"[^\W\d]", words) or words == "index":
        # Nothing in it reads as words: the address as a person would say it.
        return _short(f"{host}{parts.path.rstrip('/')}{'?' + parts.query if parts.query else ''}")
    return _short(f"{words} ({host})")
