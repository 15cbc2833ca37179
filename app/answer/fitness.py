"""How well a unit of a hit would open an answer: what speaks for it and against it, each weighed once.

``python -m bench.sentences`` fits the weights to questions whose answering sentence is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.answer.defining import definition_score, names_in, of_another, parts_in
from app.answer.form import form_flags, is_meta, is_stub
from app.answer.giving import (
    condition_score,
    contrast_score,
    count_score,
    decision_score,
    listing_score,
    manner_score,
    person_score,
    place_score,
    reason_score,
    side_score,
)
from app.answer.question import Kind, Question
from app.answer.stretch import WHOLE, Stretch, Unit, is_bullet, leads_to
from index.lexical import words

# So many words that the question has not make a sentence worth saying.
_NEW_WORDS = 8
_DEFINED = re.compile(r"^\s*(?:class|(?:async )?def|fn|func|function)\s+(\w+)", re.M)
_TO_FILL_IN = re.compile(r"\b(?:your code here|to ?do|fill (?:this )?in)\b|^\s*pass\s*$", re.I | re.M)
# What a program printed is no program.
_OUTPUT = re.compile(r"\s*(?:(?:tensor|array)\(|[\[(]*\s*-?\d)")
# Code that uses a name shows so much of what code that defines it does.
_USED = 0.4
# What a sentence gives that each kind of question asks for.
_GIVES: dict[Kind, Callable[[str], float]] = {
    "how": manner_score,
    "why": reason_score,
    "several": listing_score,
    "who": person_score,
    "where": place_score,
    "when": condition_score,
    "whether": decision_score,
}
WEIGHTS: dict[str, float] = {
    # What search says of the sentence, its passage and its source.
    "cosine": 4.7,
    "covered": 2.8,
    "near": 6.7,
    "passage": 7.7,
    "best source": 1.4,
    # Where it stands.
    "heading": 2.2,
    "answers heading": 0.7,
    "lead": 3.5,
    "early": 1.5,
    "item": 0.4,
    "names": 1.5,
    "of another": -2.5,
    # What it gives of what the question asks for.
    "defining": 4.0,
    "defines": 0.7,
    "gives": 1.2,
    "count": 4.2,
    "contrast": 3.3,
    "both sides": 0.5,
    "side": 1.8,
    "lists side": 2.0,
    "new": 0.3,
    # Formulas, tables, code, and what leads to them or speaks in their stead.
    "code": 3.5,
    "code to do": 3.0,
    "defines named": 2.0,
    "to fill in": -3.0,
    "output": -3.0,
    "formula": 3.8,
    "equation": 1.3,
    "table": 3.5,
    "table else": -2.5,
    "leads to code": 2.6,
    "leads to list": 0.2,
    "prose for code": -1.0,
    "prose for formula": -0.2,
    # Its form; what it leans on.
    "no start": -2.4,
    "astray": -1.2,
    "pronoun": -1.0,
    "points back": -0.3,
    "this one": -0.3,
    "meta": -1.0,
    "summary": 0.6,
    "unclosed": -0.9,
    "bracket": -1.4,
    "short": -1.0,
    "long": -0.6,
    "opinion": -1.6,
    "acclaim": -2.4,
    "caption": -1.0,
    "stub": -0.9,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A unit as it is looked at: where it stands, and what search says of it.

    ``lead`` is what introduces an item, formula, table or code block, ``next`` what follows the unit;
    ``cosine``, ``covered`` (idf-weighted share of the question's words, ``lead_covered`` that of lead and
    heading, ``heading_covered`` that of the heading) and ``passage`` (its hit's score less the best hit's) are
    search's.
    """

    unit: Unit
    begun: Stretch
    lead: Unit | None
    next: Unit | None
    heading: str
    header: str
    cosine: float
    covered: float
    lead_covered: float
    heading_covered: float
    passage: float
    best_source: bool
    opens_section: bool
    astray: float
    early: float


def features(question: Question, topic: set[str], names: Sequence[str], seen: Seen) -> dict[str, float]:
    """Return what speaks for a unit and against it, by the names that the weights have."""
    unit, kind, text = seen.unit, question.kind, seen.unit.text
    whole = unit.type in WHOLE
    stub = not whole and (is_stub(text) or (seen.next is not None and leads_to(unit, seen.next)))
    leads = _leads(question, seen) if stub else ""
    defining = 0.0 if whole else definition_score(text, names)
    found = {
        "cosine": seen.cosine,
        "covered": seen.covered,
        "passage": seen.passage,
        "best source": float(seen.best_source),
        "heading": _shared(topic, seen.heading),
        "lead": seen.lead_covered,
        "names": names_in(f"{seen.header} {text}", question.names) - 1,
        "of another": float(of_another(text, question.names)),
        "new": _new(question, text) if not stub else 0.5,
        "answers heading": seen.heading_covered * seen.opens_section,
        "early": seen.early,
        "no start": float(not seen.begun),
        "astray": seen.astray * (not whole),
    }
    if whole:
        found |= _of_block(question, unit)
    else:
        first = (seen.begun or (unit,))[0]
        found |= form_flags(first.text, first.type)
        found["meta"] = max(found["meta"], float(is_meta(text)))
        found |= {
            "stub": float(stub and not leads),
            "leads to list": float(leads == "list"),
            "leads to code": float(leads == "code"),
            "item": float(is_bullet(unit)),
        }
        found["defining"] = defining * (kind == "definition")
        found["defines"] = defining * (kind != "definition")
        gives = _GIVES.get(kind)
        found["gives"] = gives(text) if gives else 0.0
        if kind == "number":
            found["count"] = count_score(text, question.counted)
        if kind == "compare":
            both = names_in(text, question.sides) if question.sides else 0.0
            found["contrast"] = contrast_score(text)
            found["both sides"] = float(both == 1.0 and bool(question.sides))
        if question.side:
            found["side"] = side_score(f"{text} {seen.lead.text if seen.lead else ''} {seen.heading}", question.side)
            introduced = leads == "list" or (is_bullet(unit) and seen.lead is not None)
            pointed = text if leads == "list" else seen.lead.text if seen.lead else ""
            found["lists side"] = side_score(pointed, question.side) * introduced
        if kind == "code":
            found["prose for code"] = 1.0
        if kind == "formula":
            found["prose for formula"] = 1.0 - ("=" in text and "$" in text)
    return found


def fitness(found: Mapping[str, float]) -> float:
    """Return the weighed sum of what speaks for a unit."""
    return sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())


def _leads(question: Question, seen: Seen) -> str:
    """Return what a stub leads to that the question may ask for: "list", "code", else ""."""
    if seen.next is None:
        return ""
    if is_bullet(seen.next):
        return "list" if question.kind in ("how", "several", "why", "fact") else ""
    return "code" if seen.next.type == "code" and question.shows_code else ""


def _of_block(question: Question, unit: Unit) -> dict[str, float]:
    """Return what the form of a formula, a table or a code block adds or takes."""
    if unit.type == "code":
        defined = parts_in(" ".join(_DEFINED.findall(unit.text)), question.subject.split())
        used = _USED * parts_in(unit.text, question.subject.split())
        return {
            "code": float(question.kind == "code"),
            "code to do": float(question.kind != "code" and question.wants_code),
            "defines named": max(defined, used) * (question.kind == "code"),
            # Exercises to be filled in show nothing.
            "to fill in": float(bool(_TO_FILL_IN.search(unit.text))),
            "output": float(bool(_OUTPUT.match(unit.text))),
        }
    if unit.type == "formula":
        return {"formula": 1.0, "equation": float("=" in unit.text)}
    return {"table": float(question.kind == "table"), "table else": float(question.kind != "table")}


def _shared(topic: set[str], heading: str) -> float:
    """Return how much of the nearest heading (or title) and of the topic are the same words."""
    said = set(words(heading))
    return 2 * len(said & topic) / (len(said) + len(topic)) if said and topic else 0.0


def _new(question: Question, text: str) -> float:
    asked = set(words(question.text))
    return min(1.0, len(set(words(text)) - asked) / _NEW_WORDS)
