"""How well a unit of a hit would open an answer: what speaks for it and against it, each weighed once.

``python -m bench.sentences`` fits the weights to questions whose answering sentence is known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.answer.amount import count_score
from app.answer.defining import definition_score, names_in, of_another, parts_in
from app.answer.form import form_flags, is_stub
from app.answer.giving import (
    condition_score,
    contrast_score,
    decision_score,
    listing_score,
    manner_score,
    person_score,
    place_score,
    reason_score,
    side_score,
)
from app.answer.kind import Kind
from app.answer.question import NAME_WORDS, Question
from app.answer.stretch import WHOLE, Stretch, Unit, is_bullet, leads_to
from app.answer.tables import has_number
from index.lexical import words

_DEFINED = re.compile(r"^\s*(?:class|(?:async )?def|fn|func|function)\s+(\w+)", re.M)
_TO_FILL_IN = re.compile(r"\b(?:your code here|to ?do|fill (?:this )?in)\b|^\s*pass\s*$", re.I | re.M)
# What a program printed is no program.
_CODE_SIGN = re.compile(r"[=(){};<>$|\\@]|^\s*(?:#|//|import\b|from\b)|(?:^|\s)--?\w", re.M)
_SAID = 6
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
# What a sentence does (app/answer/role.py) that each kind of question asks for.
_ROLE: dict[Kind, str] = {"definition": "definition", "how": "mechanism", "why": "reason"}
# What such a sentence says is beside the matter.
_BESIDE = ("talk", "opinion", "fragment")
WEIGHTS: dict[str, float] = {
    # What search says of the sentence, its passage and its source.
    "cosine": 4.5,
    "covered": 0.7,
    "near": 9.5,
    "passage": 12.0,
    "answers": 0.75,
    "best source": 0.4,
    # Where it stands.
    "heading": 0.8,
    "answers heading": 0.9,
    "lead": 2.5,
    "early": 0.8,
    "item": -0.3,
    "of another": -2.6,
    # What it gives of what the question asks for.
    "defining": 4.7,
    "defines": -0.4,
    "unnamed": -1.0,
    "gives": 0.9,
    "count": 4.1,
    "contrast": 2.4,
    "both sides": 0.8,
    "side": 3.5,
    "lists side": 1.8,
    # What it does for its reader, and what the sentence does that it is begun with.
    "definition": 1.1,
    "mechanism": 2.0,
    "reason": 2.9,
    "talk": -1.6,
    "opens with talk": -0.9,
    "opinion": -1.9,
    "example": -1.5,
    # Formulas, tables, code, and what leads to them or speaks in their stead.
    "code": 3.3,
    "code to do": 0.7,
    "defines named": 2.3,
    "to fill in": -3.0,
    "output": -3.0,
    "formula": 3.9,
    "equation": 1.4,
    "table": 3.5,
    "table else": -0.7,
    "leads to code": 2.0,
    "leads to list": 0.5,
    "prose for code": -0.8,
    "prose for formula": -0.2,
    # Its form; what it leans on.
    "no start": -2.4,
    "astray": -1.0,
    "pronoun": -1.0,
    "points back": -0.2,
    "summary": 1.1,
    "unclosed": -1.4,
    "bracket": -0.7,
    "short": -0.3,
    "long": -0.5,
    "caption": -0.8,
    "stub": -0.2,
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
        "of another": float(of_another(text, question.names)),
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
        found |= {
            "stub": float(stub and not leads),
            "leads to list": float(leads == "list"),
            "leads to code": float(leads == "code"),
            "item": float(is_bullet(unit)),
        }
        found["defining"] = defining * (kind == "definition")
        found["defines"] = defining * (kind != "definition")
        if kind == "definition" and len(question.subject.split()) <= NAME_WORDS:
            said = " ".join(other.text for other in seen.begun or (unit,))
            found["unnamed"] = float(names_in(said, names) == 0.0)
        gives = _GIVES.get(kind)
        found["gives"] = gives(text) if gives else 0.0
        if kind == "number":
            found["count"] = count_score(text, question.amount, question.counted_names)
        if kind == "compare":
            both = names_in(text, question.side_names) if question.sides else 0.0
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


def role_features(kind: Kind, says: Mapping[str, float], opens: Mapping[str, float]) -> dict[str, float]:
    """Return what the roles (app/answer/role.py) of a unit, and of the sentence that it is begun with, add or take.

    Each as the root of its likelihood: that it is not out of the question tells the most. "aside", which has no
    weight, is how likely the unit says nothing of the matter.
    """
    wanted = _ROLE.get(kind)
    found = {role: math.sqrt(says[role]) for role in ("talk", "opinion", "example")}
    found["opens with talk"] = math.sqrt(opens["talk"])
    found["aside"] = sum(says[role] for role in (*_BESIDE, *(("history",) if wanted else ())))
    return found | ({wanted: math.sqrt(says[wanted])} if wanted else {})


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
            "code": float(question.kind == "code" and not _is_output(unit.text)),
            "code to do": float(question.kind != "code" and question.wants_code),
            "defines named": max(defined, used) * (question.kind == "code"),
            # Exercises to be filled in show nothing.
            "to fill in": float(bool(_TO_FILL_IN.search(unit.text))),
            "output": float(_is_output(unit.text)),
        }
    if unit.type == "formula":
        return {"formula": 1.0, "equation": float("=" in unit.text)}
    found = {"table": float(question.kind == "table"), "table else": float(question.kind != "table")}
    if question.kind == "number":
        found["count"] = float(has_number(unit.text, question))
    return found


def _is_output(text: str) -> bool:
    """Whether what is set as code is what a program printed: an array, or words and numbers without a sign of code."""
    says = len(text.split()) >= _SAID and bool(re.search(r"\d", text)) and not _CODE_SIGN.search(text)
    return says or bool(_OUTPUT.match(text))


def _shared(topic: set[str], heading: str) -> float:
    """Return how much of the nearest heading (or title) and of the topic are the same words."""
    said = set(words(heading))
    return 2 * len(said & topic) / (len(said) + len(topic)) if said and topic else 0.0
