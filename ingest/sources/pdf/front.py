"""The front of a paper: its title and who wrote it, from the type on its first page and what the file declares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from ingest.sources.pdf.join import join_lines
from ingest.sources.pdf.lines import Line, Sheet, stamp

_WORDS = re.compile(r"[^\W\d_]{3,}")
_ABSTRACT = re.compile(
    r"^\W*(?:abstract|summary|introduction|(?:1|i)\.?\s+introduction|contents|keywords)\b", re.IGNORECASE
)
# What makes a line an affiliation, an address or a date rather than names.
_NOT_NAMES = re.compile(
    r"@|https?:|www\.|\d{3}|\b(?:universit\w*|institut\w*|department|dept|school|college|laborator\w*|labs?|research|"
    r"center|centre|inc|corp\w*|company|google|microsoft|facebook|deepmind|openai|group|faculty|academy|hospital|"
    r"version|draft|preprint|abstract|under review|published|conference|proceedings|journal|submitted|accepted|"
    r"usa|germany|france|china|canada|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|the|of|for|and the|with|from|on|in)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"^(?:[^\W\d_a-z][\w'’.-]*\s+){1,4}(?:(?:van|von|de|der|den|da|di|la|le|bin|el)\s+)*[^\W\d_a-z][\w'’.-]+$"
)
_MARKS = re.compile(r"[\d∗*†‡§¶♠♣♢♡⋆,;\s]+$|\^\{?[^\s}]*\}?|_\{?[^\s}]*\}?")
_FILE_NAME = re.compile(
    r"\.(?:dvi|tex|docx?|pdf|indd)$|^untitled|^microsoft word|^(?:paper|main|ms|template)$", re.IGNORECASE
)
_NOBODY = re.compile(r"@|^(?:anonymous|unknown|none|author|user|admin|administrator|root|owner)\b", re.IGNORECASE)
_MOST_AUTHORS = 100


def title_of(lines: Sequence[Line], body_size: float, known: Counter[str], declared: str) -> tuple[str, list[Line]]:
    """Return a paper's title, and the lines that it stands in: the largest type at the head of the first page."""
    declared = " ".join(declared.split())
    good = declared if len(declared) > 8 and not _FILE_NAME.search(declared) else ""
    first = [line for line in lines if line.page == 1]
    highest = max((line.top for line in first), default=0.0)
    # Figures on the first page may have larger type than the title, but stand below it.
    first = [line for line in first if line.top > 0.6 * highest][:60]
    wordy = [line for line in first if _WORDS.search(line.text)]
    largest = max((line.size for line in wordy), default=0.0)
    if largest < 1.1 * body_size:
        return good, []
    start = next(n for n, line in enumerate(first) if line.size == largest and _WORDS.search(line.text))
    used = [first[start]]
    for line in first[start + 1 : start + 6]:
        if abs(line.size - largest) > 0.6 or used[-1].bottom - line.top > 1.5 * largest:
            break
        used.append(line)
    shown = join_lines([line.text for line in used], known)
    # Small capitals and footnote marks are the type's, not the title's.
    same = re.sub(r"\W", "", shown).casefold() == re.sub(r"\W", "", good).casefold()
    return (good if same or len(shown) < 9 else shown) or shown, used


def authors_of(lines: Sequence[Line], title: Sequence[Line], declared: str) -> tuple[str, ...]:
    """Return who wrote a paper: as the file declares it, else the names between its title and its abstract."""
    named = [re.sub(r"\s*\([^)]*\)", "", name).strip() for name in re.split(r"\s*[;,]\s*|\s+and\s+", declared)]
    named = [name for name in named if 2 < len(name) < 60 and _WORDS.search(name) and not _NOBODY.search(name)]
    if named:
        return tuple(dict.fromkeys(named))
    if not title:
        return ()
    floor = title[-1].bottom
    found: list[str] = []
    for line in [line for line in lines if line.page == 1 and line.top <= floor + 1][:40]:
        if _ABSTRACT.match(line.text):
            break
        for cell in line.cells:
            pieces = re.split(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+|(?<=[\w.])[\d∗*†‡§¶♠♣⋆]+(?:,[\d∗*†‡§¶]+)*\s*", cell)
            names = [_MARKS.sub("", piece).strip(" ,.∗*†‡§") for piece in pieces]
            names = [name for name in names if name]
            if names and all(_NAME.match(name) and not _NOT_NAMES.search(name) for name in names):
                found.extend(names)
    return tuple(dict.fromkeys(found))[:_MOST_AUTHORS]


def date_of(sheets: Sequence[Sheet], metadata: Mapping[str, str]) -> str:
    """Return when a paper was put on arXiv, by its stamp, else when the file was made (ISO 8601 date), or ""."""
    stamped = stamp(sheets)
    if stamped is not None:
        try:
            return f"{datetime.strptime(stamped[1], '%d %b %Y'):%Y-%m-%d}"
        except ValueError:
            pass
    match = re.match(r"D:(\d{4})(\d{2})(\d{2})", metadata.get("CreationDate") or "")
    if match and 1 <= int(match.group(2)) <= 12 and 1 <= int(match.group(3)) <= 31:
        return "-".join(match.groups())
    return ""
