"""A question as typed → what is looked for: slips put right, abbreviations spelt out, each word with its weight."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from rapidfuzz.distance import OSA
from tokenizers import Tokenizer

from index.asking import BENEFIT_NOUNS, LIMIT_NOUNS, QUESTION_WORDS
from index.embed import packaged_folder
from index.lexical import STOP, stem, words
from index.vocabulary import Vocabulary, written

# Of a word that was not typed but follows from one that was.
_IMPLIED = 0.5
# Shorter parts of a compound are in many words by chance.
_PART = 4
_POINTS = tuple(words(" ".join(nouns)) for nouns in (BENEFIT_NOUNS, LIMIT_NOUNS))
_TOKEN = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    ``typed`` is the question with slips put right and spelt as the list spells it; ``text``, with abbreviations
    spelt out, is embedded; ``terms`` are stems with their weights (1 for what was typed); ``notes`` tell what was
    changed, such as
    "aray → array" and "CFG = classifier-free guidance"; ``implied`` are the long and short forms of what was typed.
    """

    typed: str
    text: str
    terms: dict[str, float]
    notes: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()


def understand_query(typed: str, known: Callable[[str], bool], vocabulary: Vocabulary) -> Query:
    """Return what a question looks for; ``known`` says whether any chunk holds a stem."""
    notes: list[str] = []
    text = _spelt(_put_right(typed, known, vocabulary, notes), vocabulary)
    terms = dict.fromkeys(words(text), 1.0)
    implied: list[str] = []
    for short, long in _abbreviations(text, known, vocabulary):
        implied.append(long)
        notes.append(f"{short} = {long}")
    said = f" {' '.join(words(text))} "
    for short, longs in vocabulary.glossary.items():
        if any(f" {' '.join(words(long))} " in said for long in longs):
            implied.append(short)
    for phrase in implied:
        for term in words(phrase):
            terms.setdefault(term, _IMPLIED)
    for term in _joined(text):
        if known(term):
            terms.setdefault(term, _IMPLIED)
    for term in list(_also_called(terms, known)):
        terms.setdefault(term, _IMPLIED)
    spelt = [note.split(" = ")[1] for note in notes if " = " in note]
    return Query(text, " ".join([text, *(f"({long})" for long in spelt)]), terms, tuple(notes), tuple(implied))


def _put_right(typed: str, known: Callable[[str], bool], vocabulary: Vocabulary, notes: list[str]) -> str:
    text = typed
    for word in dict.fromkeys(written(typed)):
        stems = words(word)
        if not stems or vocabulary.holds(word) or any(map(known, stems)):
            continue
        if not model_words().isdisjoint((word, *stems)):
            continue
        # A name is written with a capital, and a compound ("codebook") of two words: both seldom with a slip.
        if _is_compound(word) or re.search(rf"\S\s+{re.escape(word.capitalize())}\b", typed):
            continue
        meant = _question_word(word) or vocabulary.meant(word)
        if meant is not None:
            text = re.sub(rf"\b{re.escape(word)}\b", meant, text, flags=re.IGNORECASE)
            notes.append(f"{word} → {meant}")
    return text


def _question_word(word: str) -> str | None:
    """Return the question word that differs from a word by one slip, as ``meant`` counts them ("wich", "waht")."""
    return next((one for one in QUESTION_WORDS if word != one and OSA.distance(word, one) == 1), None)


def _spelt(text: str, vocabulary: Vocabulary) -> str:
    """Return a text with the words that the model does not know as the list writes them: "U-Net" for "unet"."""
    for word in dict.fromkeys(written(text)):
        if model_words().isdisjoint((word, stem(word))) and (form := vocabulary.spelling(word)) != word:
            text = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", form, text, flags=re.IGNORECASE)
    return text


def _is_compound(word: str) -> bool:
    """Whether a word is two that the model knows, written as one."""
    known = model_words()
    return any(word[:at] in known and word[at:] in known for at in range(_PART, len(word) - _PART + 1))


def _abbreviations(text: str, known: Callable[[str], bool], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return (abbreviation as typed, long form) of each that stands in a text and is not spelt out there."""
    found: list[tuple[str, str]] = []
    said = set(words(text))
    for match in _TOKEN.finditer(text):
        typed = match.group()
        short = typed.removesuffix("s") if typed[-2:-1].isupper() else typed
        if short.lower() in STOP:
            continue
        longs = vocabulary.glossary.get(short.lower(), ())
        if not longs and 3 <= len(short) <= 5 and (short.isupper() or not known(words(short)[0])):
            phrase = vocabulary.phrase(short.lower())
            longs = (phrase,) if phrase else ()
        if longs and not any(said.issuperset(words(long)) for long in longs):
            found.append((typed, longs[0]))
    return found


def _joined(text: str) -> list[str]:
    """Return the stems of neighbouring words written as one: "u net" meets "U-Net"."""
    tokens = [match.group().lower() for match in _TOKEN.finditer(text)]
    return [term for one, other in pairwise(tokens) if not {one, other} & STOP for term in words(one + other)]


def _also_called(terms: Container[str], known: Callable[[str], bool]) -> Iterator[str]:
    """Yield by what else the list heads the strong or weak points that are asked for: one stem for each."""
    for group in _POINTS:
        if any(stem in terms for stem in group):
            yield from islice((stem for stem in group if stem not in terms and known(stem)), 1)


@lru_cache(maxsize=1)
def model_words() -> frozenset[str]:
    """Return the words, and their stems, that the packaged model knows whole: English, if not this list's."""
    tokenizer = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
    pieces = [piece for piece in tokenizer.get_vocab() if piece.isalpha()]
    return frozenset((*pieces, *map(stem, pieces)))
