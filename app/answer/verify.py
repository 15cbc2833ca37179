"""What a model wrote against the passages that it cites: what disagrees is named.

Checked without a model: quotes are verbatim, numbers and names occur and belong to the same thing,
nothing is denied that is said (or said that is denied), no pole is swapped for its opposite, and
enough of the statement is there. This finds what can be told from words; it is no proof of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.answer.facts import (
    contrary,
    counted_things,
    denies,
    initials,
    is_negated,
    may_deny,
    names,
    number_values,
    quotes,
    spelled_numbers,
    squeezed,
    straightened,
)
from index.lexical import words
from index.sentences import sentence_spans

Similarity = Callable[[str, Sequence[str]], float]
"""(statement, texts) → the best cosine (0 to 1) of the statement with one of the texts."""

# A statement that shares fewer of its words with its passages than this says something else …
_SHARED = 0.5
# … unless its meaning is this near to a sentence of theirs; below the lower share nothing helps.
_NEAR = 0.6
_SHARED_LEAST = 0.25
# A sentence that has this share of a statement's words is one that the statement restates.
_RESTATED = 0.6
# Clauses end here: a "not" in one says nothing of the other.
_CLAUSE = re.compile(
    r"[,;:—–()]|\b(?:but|instead|while|whereas|although|though|however|because|since|unlike|rather than)\b", re.I
)


def doubt(statement: str, passages: Sequence[str], similarity: Similarity | None = None) -> str:
    """Return why the passages do not bear a statement out, or "" when they do as far as can be told."""
    source = "\n".join(passages)
    sentences = [part for passage in passages for part in _sentences(passage)]
    return (
        _quotes(statement, source)
        or _numbers(statement, source)
        or _names(statement, source)
        or _share(statement, source, sentences, similarity)
        or _polarity(statement, sentences)
    )


def _quotes(statement: str, source: str) -> str:
    held = straightened(source)
    missing = next((quote for quote in quotes(statement) if straightened(quote).rstrip(".,;:!?") not in held), None)
    return f"the quote “{missing[:60]}” is not in the source" if missing else ""


def _numbers(statement: str, source: str) -> str:
    # What is quoted or named ("GPT-3") is checked as such.
    said = number_values(source) | spelled_numbers(source)
    for written, value in sorted(
        (number_values(statement) | spelled_numbers(statement)).items(), key=lambda item: item[0]
    ):
        if value not in said.values():
            return f"the number {written} is not in the source"
    theirs = counted_things(source)
    for thing, values in counted_things(statement).items():
        if thing in theirs and not values & theirs[thing]:
            return f"the source counts “{thing}” otherwise"
    return ""


def _names(statement: str, source: str) -> str:
    held, short = squeezed(source), initials(source)
    for name in names(statement):
        plain = squeezed(name)
        if plain not in held and plain.removesuffix("s") not in held and plain.removesuffix("s") not in short:
            return f"the name {name} is not in the source"
    return ""


def _share(statement: str, source: str, sentences: Sequence[str], similarity: Similarity | None) -> str:
    spoken = set(words(statement))
    if not spoken:
        return ""
    shared = len(spoken & set(words(source))) / len(spoken)
    if shared >= _SHARED:
        return ""
    if shared >= _SHARED_LEAST and similarity is not None and similarity(statement, sentences) >= _NEAR:
        return ""
    return "the source says too little of this"


def _polarity(statement: str, sentences: Sequence[str]) -> str:
    """Compare with the sentences that the statement restates, if there are any."""
    spoken = set(words(statement))
    restated = _restated(spoken, sentences)
    if not restated:
        return ""
    if is_negated(statement):
        if not any(may_deny(other) for other in restated):
            return "the source does not deny this"
    else:
        # The subject may stand in another clause than what is denied of it.
        told = spoken - {word for name in names(statement) for word in words(name)} or spoken
        clauses = _restated(told, [part for other in restated for part in _CLAUSE.split(other)])
        if clauses and all(denies(clause) for clause in clauses):
            return "the source denies this"
    pairs = [contrary(statement, other) for other in restated]
    if pairs[0] and all(pairs):
        return f"the source says “{pairs[0][1]}”, not “{pairs[0][0]}”"
    return ""


def _restated(spoken: set[str], texts: Sequence[str]) -> list[str]:
    """Return the texts with enough of the words, and nearly as many as the one that has most, this one first."""
    rated = sorted(((_covered(spoken, text), text) for text in texts), key=lambda item: -item[0])
    most = rated[0][0] if rated else 0.0
    return [text for share, text in rated if share >= max(_RESTATED, 0.9 * most)]


def _covered(spoken: set[str], text: str) -> float:
    return len(spoken & set(words(text))) / len(spoken) if spoken else 0.0


def _sentences(passage: str) -> list[str]:
    return [line[start:end] for line in passage.splitlines() for start, end in sentence_spans(line)]
