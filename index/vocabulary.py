"""The words of a generation as they are written: what a mistyped word was meant to be, what letters stand for.

words.json holds every word in lower case with how often it stands, the commonest spelling of those that are
written otherwise ("U-Net"), the abbreviations that the documents spell out (index/glossary.py), and the phrases
that initials may stand for.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.command import command
from config.errors import DamagedIndexError
from index.glossary import Glossary, mine
from index.lexical import STOP

FILE = "words.json"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SPELT = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
# Here any word has a capital.
_OPENS = re.compile(r"(?:^|[.!?:\n\"“(])\s*$")
_PHRASE_WORD = re.compile(r"[A-Za-z]+|[.,;:!?()\n]")
# Shorter words have too many neighbours to tell which was meant.
_SHORTEST = 4
# One slip in a short word, two in a long one: 80 and 95 % of the mistypings that Damerau 1964 counted are one.
_LONG = 8
# Initials of a phrase that stands less often than this are a coincidence.
_PHRASES_AT_LEAST = 4


def write_vocabulary(folder: Path, texts: Sequence[str]) -> None:
    """Write the vocabulary of the chunks' texts."""
    counts = Counter(word for text in texts for word in written(text))
    (folder / FILE).write_text(
        json.dumps(
            {
                "words": dict(counts),
                "spellings": _spellings(texts),
                "glossary": mine(texts),
                "initials": _initials(texts),
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )


def written(text: str) -> Iterator[str]:
    """Yield the words of a text in lower case, as they are written; digits are no words."""
    return (match.group().lower() for match in _WORD.finditer(text))


def _spellings(texts: Iterable[str]) -> dict[str, str]:
    """Return words in lower case, without hyphens → how they are written most often, where that differs."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for match in _SPELT.finditer(text):
            form = match.group()
            if form.istitle() and _OPENS.search(text, max(0, match.start() - 3), match.start()):
                continue
            counts[form.replace("-", "").lower()][form] += 1
    best = {word: max(forms, key=lambda form: (forms[form], form)) for word, forms in sorted(counts.items())}
    return {word: form for word, form in best.items() if form != word}


def _initials(texts: Iterable[str]) -> dict[str, str]:
    """Return initials → the phrase of two to five words that has them most often; no stop word starts or ends it."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        run: list[str] = []
        for match in _PHRASE_WORD.finditer(text.lower()):
            word = match.group()
            if not word[0].isalpha() or word in STOP:
                run = []
                continue
            run = [*run[-4:], word]
            counts.update(tuple(run[-size:]) for size in range(3, len(run) + 1))
    best: dict[str, tuple[int, str]] = {}
    for phrase, count in counts.items():
        if count >= _PHRASES_AT_LEAST:
            letters = "".join(word[0] for word in phrase)
            best[letters] = max(best.get(letters, (0, "")), (count, " ".join(phrase)))
    return {letters: phrase for letters, (_, phrase) in sorted(best.items())}


class Vocabulary:
    """The written words of one generation."""

    def __init__(self, folder: Path) -> None:
        """Name the file; it is read when first needed."""
        self._file = folder / FILE

    @cached_property
    def _read(self) -> dict[str, Any]:
        try:
            read = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DamagedIndexError(f"{self._file}: {error}; run '{command('build')}'") from error
        if not isinstance(read, dict):
            raise DamagedIndexError(f"{self._file}: not a vocabulary; run '{command('build')}'")
        return read

    @property
    def glossary(self) -> Glossary:
        """Abbreviations that the documents spell out."""
        glossary: Glossary = self._read["glossary"]
        return glossary

    def phrase(self, initials: str) -> str | None:
        """Return the commonest phrase with these initials (lower case), if any."""
        found: str | None = self._read["initials"].get(initials)
        return found

    def spelling(self, word: str) -> str:
        """Return a word, given in lower case, as it is written most often."""
        spellings: dict[str, str] = self._read["spellings"]
        if word.endswith("s") and word not in spellings:
            return spellings.get(word[:-1], word[:-1]) + "s"
        return spellings.get(word, word)

    def holds(self, word: str) -> bool:
        """Whether a word stands anywhere as it is written."""
        return word in self._read["words"]

    def meant(self, word: str) -> str | None:
        """Return the word that was most likely meant by one that stands nowhere; None when none is near.

        The nearest by slips (a letter more, less, another, or two swapped), the commonest among equals;
        the first letter is taken to be right.
        """
        if len(word) < _SHORTEST or not word.isalpha():
            return None
        slips = 1 if len(word) < _LONG else 2
        near = self._by_start.get(word[0], [])
        found = process.extract(word, near, scorer=OSA.distance, processor=None, score_cutoff=slips, limit=20)
        counts = self._read["words"]
        best = min(found, key=lambda item: (item[1], -counts[item[0]]), default=None)
        return None if best is None else str(best[0])

    @cached_property
    def _by_start(self) -> dict[str, list[str]]:
        starts: dict[str, list[str]] = {}
        for word in self._read["words"]:
            if len(word) >= _SHORTEST:
                starts.setdefault(word[0], []).append(word)
        return starts
