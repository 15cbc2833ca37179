"""Passages → an answer without a language model: the sentences that answer, verbatim, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer.model import Citation, Statement
from app.citation import citation_url
from index.lexical import words
from index.search import Found, Hit, Searcher, Sentence
from index.spans import Span, span_text

# An answer of more statements than this is not one that reads as an answer.
MOST_STATEMENTS = 5
# A sentence that scores less than this share of the best one is left out.
_NEAR_BEST = 0.72
# Two sentences that share more than this of their words say the same.
_SAME = 0.6

_DANGLING = re.compile(
    r"(?:(?:and|but|so|then|also|thus|hence|therefore|however|moreover|furthermore|instead|otherwise|again),?\s+)?"
    r"(?:it|its|this|these|that|those|they|their|he|she|his|her|such|here|there|both|neither|the (?:former|latter)|"
    r"as (?:above|before|mentioned)|in this|for this|to this|because of this)\b",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"^(?:and|but|so|then|also|thus|hence|therefore|however|moreover|furthermore|instead|otherwise)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"^\s*(?:what(?:'s| is| are| does .* mean)|define|who is)\b", re.IGNORECASE)
_DEFINES = re.compile(r"\b(?:is|are|refers? to|means?|denotes?|called|known as|defined as)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:compare|versus|vs|differ(?:s|ence|ences|ent)?|which|between|both)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"^\s*(?:how (?:many|much|large|big|long|deep|fast)|what (?:number|size|percentage|fraction))\b", re.I
)
_CODE = re.compile(r"\b(?:code|implement(?:ation|ed)?|snippet|pytorch|function|api|import|python)\b", re.IGNORECASE)
_FORMULA = re.compile(r"\b(?:formula|equation|objective|loss function|expression|derivation)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    sentence: Sentence
    score: float
    order: int


def extract(question: str, found: Found, searcher: Searcher, most_words: int) -> tuple[list[Statement], list[Citation]]:
    """Return the statements of an answer of at most ``most_words`` words, and their citations.

    Each statement's text is in the original word for word (formulas as LaTeX). Empty when no hit
    has a sentence.
    """
    chosen = _chosen(question, _candidates(question, found, searcher), most_words)
    statements: list[Statement] = []
    citations: list[Citation] = []
    for candidate in _ordered(chosen):
        document = searcher.document(candidate.hit.chunk.resource)
        block = document.blocks[candidate.sentence.span[0]]
        citations.append(make_citation(len(citations) + 1, candidate.hit, candidate.sentence.span, searcher))
        kind = block.type if block.type in ("code", "table", "formula") else "paragraph"
        text = _without_marker(candidate.sentence.text) if block.type == "list" else candidate.sentence.text
        statements.append(Statement(text, (len(citations),), block=kind, language=block.language))
    return statements, citations


def make_citation(n: int, hit: Hit, span: Span, searcher: Searcher) -> Citation:
    """Return the citation of a span of a hit's document, with its surroundings."""
    document = searcher.document(hit.chunk.resource)
    block = document.blocks[span[0]]
    quote = block.text[span[1] : span[2]]
    return Citation(
        n=n,
        resource=hit.resource.url,
        title=document.title or hit.resource.title,
        url=citation_url(document, span),
        quote=_without_marker(quote) if block.type == "list" else quote,
        locator=block.locator,
        score=hit.score,
        context=span_text(document.blocks, hit.chunk.spans),
        section=hit.resource.section,
        kind=hit.resource.kind,
    )


def _candidates(question: str, found: Found, searcher: Searcher) -> list[_Candidate]:
    terms = set(words(question))
    candidates: list[_Candidate] = []
    for order, hit in enumerate(hit for hit in found.hits if hit.sentences):
        document = searcher.document(hit.chunk.resource)
        about = words(hit.chunk.header)
        headed = len(terms & set(about)) / len(terms) if terms else 0.0
        for sentence in hit.sentences:
            block = document.blocks[sentence.span[0]]
            score = sentence.score + 0.25 * hit.score + 0.1 * headed + _fitness(question, terms, sentence, block.type)
            candidates.append(_Candidate(hit, sentence, score, order))
    return sorted(candidates, key=lambda candidate: -candidate.score)


def _fitness(question: str, terms: set[str], sentence: Sentence, block: str) -> float:
    """Return what the form of a sentence adds to or takes from its fitness as an answer."""
    text = sentence.text
    length = len(text.split())
    value = 0.0
    if block == "code":
        value += 0.1 if _CODE.search(question) else -0.3
    elif block == "formula":
        value += 0.2 if _FORMULA.search(question) else -0.25
    elif block == "table":
        value -= 0.15
    elif block == "caption":
        value -= 0.08
    elif length < 5 or text.rstrip().endswith(":"):
        value -= 0.25
    elif length > 60:
        value -= 0.1
    if text.rstrip().endswith("?"):
        value -= 0.35
    if block in ("paragraph", "quote", "caption") and _DANGLING.match(text):
        value -= 0.12
    if _DEFINITION.match(question) and _DEFINES.search(text):
        lead = words(" ".join(text.split()[:8]))
        value += 0.12 if terms & set(lead) else 0.03
    if _NUMBER.match(question):
        value += 0.12 if re.search(r"\d|\b(?:two|three|four|five|six|eight|ten|twelve|hundred)\b", text) else -0.1
    return value


def _chosen(question: str, candidates: Sequence[_Candidate], most_words: int) -> list[_Candidate]:
    if not candidates:
        return []
    best = candidates[0].score
    several = bool(_SEVERAL.search(question))
    chosen: list[_Candidate] = []
    used = 0
    for candidate in candidates:
        length = len(candidate.sentence.text.split())
        if len(chosen) == MOST_STATEMENTS or candidate.score < _NEAR_BEST * best:
            break
        if chosen and used + length > most_words:
            continue
        if any(_alike(candidate.sentence.text, other.sentence.text) for other in chosen):
            continue
        if chosen and _dangles(candidate, chosen):
            continue
        if several and chosen and len(chosen) < 3:
            seen = {other.hit.resource.url for other in chosen}
            others = [c for c in candidates if c.hit.resource.url not in seen and c.score >= _NEAR_BEST * best]
            if candidate.hit.resource.url in seen and others and len(seen) < 2:
                continue
        chosen.append(candidate)
        used += length
    return chosen


def _dangles(candidate: _Candidate, chosen: Sequence[_Candidate]) -> bool:
    """Whether a sentence points back to one that is not in the answer right before it."""
    if not _DANGLING.match(candidate.sentence.text) and not _OPENER.match(candidate.sentence.text):
        return False
    number, start, _ = candidate.sentence.span
    return not any(
        other.hit.chunk.resource == candidate.hit.chunk.resource
        and other.sentence.span[0] == number
        and 0 < start - other.sentence.span[2] <= 2
        for other in chosen
    )


def _ordered(chosen: Sequence[_Candidate]) -> list[_Candidate]:
    """The best first; after it what follows in its own source, then the other sources, each in its order."""
    if not chosen:
        return []
    first = chosen[0]
    sources = list(dict.fromkeys(candidate.hit.chunk.resource for candidate in chosen))
    rest = [candidate for candidate in chosen if candidate is not first]
    rest.sort(key=lambda c: (sources.index(c.hit.chunk.resource), c.sentence.span))
    return [first, *rest]


def _alike(one: str, other: str) -> bool:
    a, b = set(words(one)), set(words(other))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) > _SAME


def _without_marker(text: str) -> str:
    return re.sub(r"^\s*(?:[-*•]|\d{1,4}[.)])\s+", "", text)
