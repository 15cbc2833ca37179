"""A work that the list names without a link: its title as one would look for it, and when another title is the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

# Titles that are as alike as this differ by a slip or by typography.
ALIKE = 0.95
# Fewer words than this name a matter as often as a work.
_ENOUGH_WORDS = 4
_LEAD = re.compile(
    r"^(?:(?:please|to|todo:?|must|should|read|re-?read|see|study|skim|review|the|a|an|this|original|seminal|classic|"
    r"research)\s+)*(?:paper|article|preprint)\b[\s:–—,-]*(?:(?:called|titled|named)\s+)?",
    re.IGNORECASE,
)
_ERRAND = re.compile(r"^(?:please\s+)?(?:re-?read|read|see|study|skim|look up)\s+", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{10,300})[”\"»]")
_AUTHORS = (
    re.compile(r"^(?P<title>.+?)\s+by\s+(?P<authors>[^()]+?)(?:\s*\(?\d{4}\)?)?$", re.IGNORECASE),
    re.compile(r"^(?P<title>.+?)\s*\((?P<authors>[^()]*?)(?:,?\s*\d{4})?\)$"),
    re.compile(r"^(?P<title>.+?)\s*[,–—-]\s*(?P<authors>[^,–—]+ et al\.?)(?:,?\s*\(?\d{4}\)?)?$"),
)
_SURNAME = re.compile(r"[^\W\d_][\w'’-]+")
_NO_NAMES = frozenset("and et al the others".split())


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a title, surnames where the list gives them, and whether it is called a paper."""

    title: str
    authors: tuple[str, ...] = ()
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """A published work as a catalogue gives it; ``source`` is who says so."""

    url: str
    title: str
    authors: tuple[str, ...]
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """A work and how alike its title is (0 to 1); ``certain``: it may be taken without asking."""

    work: Work
    alike: float
    certain: bool

    @property
    def evidence(self) -> str:
        """Return in words why this may be the work."""
        names = ", ".join(self.work.authors[:3]) + (" and others" if len(self.work.authors) > 3 else "")
        by = f" by {names}" if names else ""
        year = f" ({self.work.date[:4]})" if self.work.date else ""
        return f"{self.work.source} has “{self.work.title}”{by}{year}, its title {self.alike:.0%} alike"


def sought(words: str) -> tuple[Sought, ...]:
    """Return what an item of the list may be looking for: as it stands, and without what may be its authors."""
    lead = _LEAD.match(words)
    rest = words[lead.end() :] if lead else _ERRAND.sub("", words)
    paper = lead is not None
    if quoted := _QUOTED.search(rest):
        names = _surnames(rest[quoted.end() :])
        return (Sought(quoted.group(1).strip(), names, paper),)
    rest = rest.strip(" .:–—-")
    parted = [match for pattern in _AUTHORS if (match := pattern.match(rest))]
    found = [Sought(match["title"].strip(" ,.:"), _surnames(match["authors"]), paper) for match in parted]
    return tuple(wanted for wanted in (Sought(rest, (), paper), *found) if len(fold(wanted.title).split()) >= 2)


def best_match(wanted: Sequence[Sought], works: Sequence[Work]) -> Match | None:
    """Return the work whose title is most alike, or None where there is none.

    It is certain when its title is the same but for a slip, it is long enough to name one work, the
    list calls it a paper or names one of its authors, and no work by others has that title.
    """
    pairs = [(_alike(one.title, work.title), one, work) for one in wanted for work in works]
    if not pairs:
        return None
    alike, one, work = max(pairs, key=lambda pair: (pair[0], bool(pair[1].authors) and _agrees(pair[1], pair[2])))
    agrees = _agrees(one, work)
    rivals = [
        other
        for score, _, other in pairs
        if score >= ALIKE and other.url != work.url and not _names(other) & _names(work)
    ]
    named = bool(one.authors) and agrees
    certain = (
        alike >= ALIKE
        and agrees
        and (named or (one.paper and len(fold(one.title).split()) >= _ENOUGH_WORDS))
        and (named or not rivals)
    )
    return Match(work, alike, certain)


def fold(title: str) -> str:
    """Return a title without what varies between those who cite it: accents, case, punctuation, TeX."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\\[a-z]+|[${}]", "", title))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", letters))


def _alike(one: str, other: str) -> float:
    """Return 1 minus the edit distance over the longer length; 0 where numbers differ, for those tell works apart."""
    a, b = fold(one), fold(other)
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return 0.0
    return Levenshtein.normalized_similarity(a, b)


def _agrees(one: Sought, work: Work) -> bool:
    return not one.authors or bool({fold(name) for name in one.authors} & _names(work))


def _names(work: Work) -> set[str]:
    return {name for author in work.authors for name in fold(author).split() if len(name) > 1}


def _surnames(text: str) -> tuple[str, ...]:
    named = (word for word in _SURNAME.findall(text) if word[0].isupper() and word.casefold() not in _NO_NAMES)
    return tuple(named)
