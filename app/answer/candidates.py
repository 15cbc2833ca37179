"""Sentences of the hits → candidates to open an answer, each with how well it would."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answer.defining import definition_score, expansions, names_in
from app.answer.form import form_score, is_back_matter, is_meta, is_stub, is_unfit, without_marker
from app.answer.giving import contrast_score, count_score, manner_score, reason_score
from app.answer.leaning import has_pronoun, points_back
from app.answer.question import Question
from app.answer.stretch import WHOLE, Stretch, Unit, after, before, block_units, is_bullet, start_of, unit_at
from index.lexical import words
from index.search import Found, Hit, Searcher
from ingest.document import Document

# Of the sentences of all hits, those that match the question best are looked at closely.
_LOOKED_AT = 60
# Of these, the best are compared with the question word by word (index/evidence.py), this many characters of each.
_COMPARED = 16
_COMPARED_CHARACTERS = 400
_NEARNESS = 0.5
# Sentences before a formula, table or code block that may say what it is.
_LEADS = 2
_DEFINED = re.compile(r"^\s*(?:class|(?:async )?def|fn|func|function)\s+(\w+)", re.M)
_TO_FILL_IN = re.compile(r"\b(?:your code here|to ?do|fill (?:this )?in)\b|^\s*pass\s*$", re.I | re.M)
# What talks about the text, or leans on what was before, opens an answer only where nothing else is this near.
_BETTER = 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a hit that an answer could open with, from ``begun`` on; ``score`` orders candidates."""

    hit: Hit
    document: Document
    unit: Unit
    begun: Stretch
    relevance: float
    score: float
    defining: float


def candidates(question: Question, found: Found, searcher: Searcher) -> list[Candidate]:
    """Return the candidates of what was found, best first; empty when no hit has a sentence that says anything."""
    rows: dict[tuple[int, int, int], tuple[Hit, Unit, float]] = {}
    blocks: dict[tuple[int, int], list[Unit]] = {}
    for hit in found.hits:
        for sentence in hit.sentences:
            place = (hit.chunk.resource, sentence.span[0])
            if place not in blocks:
                blocks[place] = block_units(searcher.document(place[0]).blocks, place[1])
            unit = unit_at(blocks[place], sentence.span)
            if unit is None:
                continue
            key = (hit.chunk.resource, *unit.span[:2])
            if key not in rows or rows[key][2] < sentence.score:
                rows[key] = (hit, unit, sentence.score)
    relevance = {key: score for key, (_, _, score) in rows.items()}
    names = _names(question, found)
    terms = set(words(question.text))
    topic = set(words(question.subject)) or terms
    made: list[Candidate] = []
    for key, (hit, unit, score) in sorted(rows.items(), key=lambda item: -item[1][2])[:_LOOKED_AT]:
        if not _admits(question, unit) or is_unfit(unit.text, unit.type) or is_back_matter(hit.chunk.headings[-1:]):
            continue
        document = searcher.document(key[0])
        begun = start_of(document, unit)
        value = score
        if unit.type in WHOLE:
            # What is said just before a formula, table or code block is what it is about.
            leads = [*begun[:-1], *itertools.islice(before(document, unit), _LEADS)]
            value = max(score, 0.95 * max((relevance.get((key[0], *lead.span[:2]), 0.0) for lead in leads), default=0))
        defining = definition_score(unit.text, names) if unit.type not in WHOLE else 0.0
        total = (
            value
            + 0.4 * hit.score
            + (0.25 if unit.type in WHOLE else 0.12) * _headed(topic, hit)
            + form_score(unit.text, unit.type)
            + _fitness(question, unit, defining, document)
            - 0.25 * (1 - names_in(f"{hit.chunk.header} {unit.text}", question.names))
            - 0.3 * (not begun)
            - 0.15 * _led_astray(key[0], begun, value, relevance) * (unit.type not in WHOLE)
        )
        made.append(Candidate(hit, document, unit, begun or (unit,), value, total, defining))
    made.sort(key=lambda candidate: -candidate.score)
    return _opening(_compared(question, made, searcher))


def _compared(question: Question, rows: Sequence[Candidate], searcher: Searcher) -> list[Candidate]:
    """Return the candidates in the order that they have when their words are compared with the question's."""
    best, rest = rows[:_COMPARED], rows[_COMPARED:]
    texts = [f"{row.hit.chunk.header}. {_in_words(row)}"[:_COMPARED_CHARACTERS] for row in best]
    near = searcher.nearness(question.text, texts) if best else []
    least = min(near, default=0.0)
    raised = [replace(row, score=row.score + _NEARNESS * value) for row, value in zip(best, near, strict=True)]
    lowered = [replace(row, score=row.score + _NEARNESS * least) for row in rest]
    return sorted([*raised, *lowered], key=lambda row: -row.score)


def _in_words(row: Candidate) -> str:
    """Return what a candidate says; of a formula, a table or code, what introduces it."""
    return (
        " ".join(unit.text for unit in row.begun if unit.type not in WHOLE) if row.unit.type in WHOLE else row.unit.text
    )


def _opening(rows: list[Candidate]) -> list[Candidate]:
    """Return the candidates with one first that can stand alone, if one is near enough to the best."""
    for number, row in enumerate(rows):
        if row.score < rows[0].score - _BETTER:
            break
        first = row.begun[0]
        plain = without_marker(first.text)
        if first.type in WHOLE or not (is_meta(plain) or points_back(plain) or has_pronoun(plain)):
            return [row, *rows[:number], *rows[number + 1 :]]
    return rows


def _admits(question: Question, unit: Unit) -> bool:
    """Whether an answer to the question may open with a unit of this type."""
    if unit.type == "code":
        return question.wants_code or question.kind == "code"
    if unit.type == "formula":
        return question.kind == "formula"
    return unit.type != "table" or question.kind in ("table", "number", "compare", "several")


def _names(question: Question, found: Found) -> list[str]:
    subjects = [question.subject, *question.sides] if question.kind in ("definition", "compare") else [question.subject]
    texts = [hit.chunk.text for hit in found.hits]
    return [name for subject in subjects for name in (subject, *expansions(texts, subject))]


def _headed(topic: set[str], hit: Hit) -> float:
    """Return how much of the nearest heading (or title) and of the topic are the same words."""
    heading = hit.chunk.headings[-1] if hit.chunk.headings else hit.chunk.header
    said = set(words(heading))
    return 2 * len(said & topic) / (len(said) + len(topic)) if said and topic else 0.0


def _led_astray(resource: int, begun: Stretch, value: float, relevance: Mapping[tuple[int, int, int], float]) -> float:
    """Return how much less relevant the sentence is that a stretch must open with than the one it is read for."""
    if len(begun) < 2:
        return 0.0
    return min(1.0, 0.3 + max(0.0, value - relevance.get((resource, *begun[0].span[:2]), 0.0)))


def _fitness(question: Question, unit: Unit, defining: float, document: Document) -> float:
    """Return what a unit's form adds or takes for the kind of question."""
    kind, text = question.kind, unit.text
    if unit.type == "code":
        if kind == "code":
            # Exercises to be filled in show nothing.
            return 0.35 + 0.2 * _defines_named(text, question) - 0.3 * bool(_TO_FILL_IN.search(text))
        return 0.1
    if unit.type == "formula":
        return 0.35 + 0.1 * ("=" in text)
    if unit.type == "table":
        return 0.35 if kind == "table" else (0.0 if kind == "number" else -0.25)
    if kind == "code":
        return -0.1
    if kind == "formula":
        return 0.15 * ("=" in text and "$" in text) - 0.1 * is_stub(text)
    listed = is_stub(text) and is_bullet(next(after(document, unit), unit))
    value = (-0.05 if kind in ("how", "several", "definition") else -0.15) * is_stub(text)
    if listed and kind in ("how", "several"):
        value += 0.12
    if kind == "definition":
        return value + 0.4 * defining + 0.05 * _opens_section(document, unit)
    if kind == "number":
        return value + 0.3 * count_score(text, question.counted) - 0.1
    if kind == "why":
        return value + 0.1 * reason_score(text)
    if kind == "how":
        return value + 0.05 * manner_score(text) + 0.12 * defining
    if kind == "compare":
        both = names_in(text, question.sides) if question.sides else 0.0
        return value + 0.1 * contrast_score(text) * both + 0.15 * (both == 1.0 and bool(question.sides))
    return value + 0.06 * defining


def _defines_named(code: str, question: Question) -> float:
    """Return the share of the subject's words that the code defines something by ("class MultiHeadAttention")."""
    named = " ".join(_DEFINED.findall(code)) or code
    return names_in(named, question.subject.split())


def _opens_section(document: Document, unit: Unit) -> bool:
    first: Sequence[Unit] = [other for _, other in zip(range(2), before(document, unit), strict=False)]
    return len(first) < 2
