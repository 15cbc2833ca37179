"""Cues → passages of speech: what rolls said once, marks out, sentences whole, each passage with its second."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.captions import Cue

# A passage of speech: about a quarter of a minute, so that a link to its start lands near every word of it.
_MOST_WORDS = 45
# Speech without punctuation is parted where it rests, or after so many words before one that takes up a new thought,
# or after more of them where a line of the screen ends.
_ENOUGH_WORDS = 25
_NEARLY_WORDS = 36
_TAKES_UP = frozenset("so now but and okay ok well then because let's lets next first finally here".split())
# A rest is this long; speech is at least this fast, in seconds a word, even where the cue stands longer.
_PAUSE_SECONDS = 1.5
_WORD_SECONDS = 0.45
# Of neighbouring cues, the share that repeat each other where automatic captions roll up the screen.
_ROLLING = 0.25
_NOISE = re.compile(
    r"\[(?![\d\s.,+-]+\])[^\]\n]{0,40}\]|♪[^♪\n]*♪|[♪♫]+|"
    r"\((?:[\w' ]*\b(?:music|applause|applauds?|laughter|laughs?|laughing|chuckles?|inaudible|crosstalk|coughs?|sighs?|"
    r"clears throat|cheering|silence|indistinct|unintelligible|mumbles)\b[\w' ]*)\)|"
    r"\*(?:music|applause|laughter|laughs?|inaudible)\*",
    re.IGNORECASE,
)
# Who speaks: after YouTube's marks in any case, else in capitals; a dash where speakers change.
_SPEAKER = re.compile(
    r"(?:^|\s)(?:>>+|≫|&gt;&gt;)\s*(?:[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3}:\s+)?|"
    r"^\s*(?:[-–]\s+)?(?:[A-Z][A-Z.'’-]+(?:\s[A-Z][A-Z.'’-]+){1,3}|[A-Z]{4,}|Speaker \d+|SPEAKER_?\d+):\s+|"
    r"^\s*[-–]\s+(?=\S)",
    re.MULTILINE,
)
_END = re.compile(r"[.!?…][\"'”’)]*$")
_NO_END = re.compile(r"^(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|etc|[A-Z])\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said in one go, and the second from which on."""

    text: str
    second: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    second: float
    first: bool
    rested: bool

    @property
    def ends(self) -> bool:
        return bool(_END.search(self.text)) and not _NO_END.match(self.text)


def passages(cues: Sequence[Cue]) -> list[Passage]:
    """Return what cues say, in their order in time, in passages of whole sentences where sentences show."""
    words = list(_words(_once(sorted(cues, key=lambda cue: cue.start))))
    punctuated = sum(word.ends for word in words) > len(words) / 60
    units = _sentences(words) if punctuated else _stretches(words)
    found: list[Passage] = []
    current: list[_Word] = []
    for unit in units:
        if current and (not punctuated or len(current) + len(unit) > _MOST_WORDS):
            found.append(_passage(current))
            current = []
        current = [*current, *unit]
    if current:
        found.append(_passage(current))
    return found


def _passage(words: Sequence[_Word]) -> Passage:
    return Passage(" ".join(word.text for word in words), words[0].second)


def _once(cues: Sequence[Cue]) -> list[Cue]:
    """Return cues without marks, and without what each repeats of the ones before, as automatic captions roll."""
    clean = [Cue(text, cue.start, cue.duration) for cue in cues if (text := _clean(cue.text))]
    repeats = sum(_rolls(one.text.split(), other.text.split()) for one, other in pairwise(clean))
    # One or two words may come twice in speech; a whole line does not.
    least = 1 if repeats > _ROLLING * len(clean) else 3
    kept: list[Cue] = []
    shown: list[str] = []
    for cue in clean:
        words = cue.text.split()
        overlap = _overlap(shown, words)
        overlap = overlap if overlap >= least or (overlap == len(words) and overlap > 1) else 0
        if fresh := words[overlap:]:
            kept.append(Cue(" ".join(fresh), cue.start, cue.duration))
            shown = words
    return kept


def _rolls(before: Sequence[str], words: Sequence[str]) -> bool:
    overlap = _overlap(before, words)
    return overlap > 2 or 0 < overlap == min(len(before), len(words))


def _overlap(before: Sequence[str], words: Sequence[str]) -> int:
    """Return how many words at the end of what was shown are those that come first."""
    most = min(len(before), len(words))
    return next((count for count in range(most, 0, -1) if list(before[-count:]) == list(words[:count])), 0)


def _clean(text: str) -> str:
    plain = html.unescape(html.unescape(text)).replace("\u200b", "")
    return " ".join(_NOISE.sub(" ", _SPEAKER.sub(" ", plain)).split())


def _words(cues: Sequence[Cue]) -> Iterator[_Word]:
    ended = 0.0
    for number, cue in enumerate(cues):
        texts = cue.text.split()
        # Where the next cue comes before this one ends, this one's words are said by then.
        room = cues[number + 1].start - cue.start if number + 1 < len(cues) else cue.duration
        lasts = min(cue.duration, room) if room > 0 else cue.duration
        spoken = min(lasts, max(_WORD_SECONDS * len(texts), 1.0)) if lasts > 0 else 0.0
        for place, text in enumerate(texts):
            rested = place == 0 and cue.start - ended > _PAUSE_SECONDS
            yield _Word(text, cue.start + lasts * place / len(texts), place == 0, rested)
        ended = max(ended, cue.start + spoken)


def _sentences(words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """Yield whole sentences; one that does not end is cut at a length that nobody says in one go."""
    sentence: list[_Word] = []
    for word in words:
        sentence.append(word)
        if word.ends or len(sentence) >= 3 * _MOST_WORDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _stretches(words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """Yield stretches of speech that has no sentences: up to a rest, or a new thought, or as long as a passage is."""
    stretch: list[_Word] = []
    for word in words:
        thought = len(stretch) >= _ENOUGH_WORDS and word.text.casefold() in _TAKES_UP
        line = len(stretch) >= _NEARLY_WORDS and word.first
        if stretch and ((word.rested and len(stretch) > 3) or thought or line or len(stretch) >= _MOST_WORDS):
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch
