"""Sentences of the hits → candidates to open an answer, each with how well it would."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answer.defining import expansions, variants
from app.answer.fitness import Seen, features, fitness, role_features
from app.answer.form import is_back_matter, is_stub, is_unfit, without_marker
from app.answer.giving import side_score
from app.answer.leaning import has_pronoun, points_elsewhere
from app.answer.question import Question
from app.answer.role import roles
from app.answer.stretch import WHOLE, Stretch, Unit, after, before, block_units, is_bullet, list_of, start_of, unit_at
from app.answer.tables import row_asked
from index.lexical import words
from index.reader import SENTENCES, log_odds, shipped
from index.search import Found, Hit, Searcher, Sentence
from ingest.document import Document

# Of the sentences of all hits, those that match the question best are looked at closely.
_LOOKED_AT = 60
# Of these, the best are compared with the question word by word (index/interaction.py) and read together with it
# (index/reader.py), this many characters of each, and it is told what they do (role.py).
_COMPARED = 16
_COMPARED_CHARACTERS = 400
# And so many tables that have a number of the sort that is asked for.
_TABLES = 2
# Sentences before a formula, table or code block that may say what it is.
_LEADS = 2

Place = tuple[int, int, int]
"""Resource, block, start of a unit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit of a hit that an answer could open with, from ``begun`` on; ``score`` orders candidates.

    ``parts`` are what speaks for it and against it, before they are weighed.
    """

    hit: Hit
    document: Document
    unit: Unit
    begun: Stretch
    score: float
    parts: Mapping[str, float]

    @property
    def defining(self) -> float:
        """How much the unit has the form of a definition of what is asked about (0 to 1)."""
        return max(self.parts.get("defining", 0.0), self.parts.get("defines", 0.0))

    @property
    def aside(self) -> float:
        """How likely the unit says nothing of the matter (0 to 1); 0 where nobody looked."""
        return self.parts.get("aside", 0.0)


def candidates(question: Question, found: Found, searcher: Searcher) -> list[Candidate]:
    """Return the candidates of what was found, best first; empty when no hit has a sentence that says anything."""
    rows = _sentences(found, searcher)
    ordered = sorted(rows.items(), key=lambda item: -item[1][2].score)
    # "But there are also disadvantages:" has no other word of the question.
    rest = ordered[_LOOKED_AT:]
    named = [item for item in rest if question.side and is_stub(item[1][1].text)]
    named = [item for item in named if side_score(item[1][1].text, question.side)]
    # What is asked to be seen has few words to be found by.
    looked_at = ordered[:_LOOKED_AT] + named + [item for item in rest if item[1][1].type == question.kind]
    names = names_of(question, found, searcher)
    topic = set(words(question.subject)) or set(words(question.text))
    items = question.kind in ("number", "several", "who")
    made: list[Candidate] = []
    for place, (hit, unit, _) in looked_at:
        if (
            not _admits(question, unit)
            or is_unfit(unit.text, unit.type, items)
            or is_back_matter(hit.chunk.headings[-1:])
        ):
            continue
        seen = _seen(question, place, rows, found, searcher)
        parts = features(question, topic, names, seen)
        document = searcher.document(place[0])
        made.append(Candidate(hit, document, unit, _opened(question, document, seen), fitness(parts), parts))
    made.sort(key=lambda candidate: -candidate.score)
    return _compared(question, made, searcher)


def _sentences(found: Found, searcher: Searcher) -> dict[Place, tuple[Hit, Unit, Sentence]]:
    """Return the units that hold the hits' sentences, each once, with the sentence of it that matches best."""
    rows: dict[Place, tuple[Hit, Unit, Sentence]] = {}
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
            if key not in rows or rows[key][2].score < sentence.score:
                rows[key] = (hit, unit, sentence)
    return rows


def _seen(
    question: Question,
    place: Place,
    rows: Mapping[Place, tuple[Hit, Unit, Sentence]],
    found: Found,
    searcher: Searcher,
) -> Seen:
    """Return a unit with where it stands and what search says of it."""
    hit, unit, sentence = rows[place]
    document = searcher.document(place[0])
    begun = start_of(document, unit)
    heading = hit.chunk.headings[-1] if hit.chunk.headings else hit.chunk.header
    earlier = list(itertools.islice(before(document, unit), 2 * _LEADS))
    lead = next((other for other in before(document, unit) if not is_bullet(other)), None)
    cosine, covered = sentence.cosine, sentence.covered
    if unit.type in WHOLE:
        # What is said just before a formula, table or code block is what it is about.
        for other in [*begun[:-1], *earlier[:_LEADS]]:
            said = rows.get((place[0], *other.span[:2]))
            if said is not None and 0.95 * said[2].score > 0.7 * cosine + 0.3 * covered:
                cosine, covered = 0.95 * said[2].cosine, 0.95 * said[2].covered
    introduced = unit.type in WHOLE or is_bullet(unit)
    return Seen(
        unit=unit,
        begun=begun,
        lead=lead if introduced else None,
        next=next(after(document, unit), None),
        heading=heading,
        cosine=cosine,
        covered=covered,
        lead_covered=_covered(question, f"{heading} {lead.text if lead else ''}", searcher) if introduced else 0.0,
        heading_covered=_covered(question, heading, searcher),
        passage=hit.score - found.hits[0].score,
        best_source=hit.chunk.resource == found.hits[0].chunk.resource,
        opens_section=len(earlier) < 2,
        astray=_led_astray(place[0], begun, sentence.score, rows),
        early=1 - min(1.0, unit.span[0] / 30),
    )


def _opened(question: Question, document: Document, seen: Seen) -> Stretch:
    """Return what an answer opens with that is chosen for a unit: a list that is asked for whole, code alone."""
    unit = seen.unit
    if question.kind in ("how", "several") and unit.type == "list":
        listed = list_of(document, unit)
        if question.kind == "several" or question.does or is_stub(listed[0].text):
            return listed
    if question.kind == "code" and unit.type == "code":
        return (unit,)
    return seen.begun or (unit,)


def _covered(question: Question, text: str, searcher: Searcher) -> float:
    """Return the share of the question's words that a text holds, each weighted by how rare it is."""
    asked = set(words(question.text))
    said = set(words(text))
    total = sum(searcher.idf(word) for word in asked)
    return sum(searcher.idf(word) for word in asked & said) / total if total else 0.0


def _compared(question: Question, rows: Sequence[Candidate], searcher: Searcher) -> list[Candidate]:
    """Return the candidates in the order that they have when their words are compared with the question's."""
    best, rest = list(rows[:_COMPARED]), list(rows[_COMPARED:])
    if question.kind == "number":
        # The rows of a table alone are near to little.
        looked_up = [row for row in rest if row.unit.type == "table" and row.parts["count"] == 1.0][:_TABLES]
        best, rest = best + looked_up, [row for row in rest if row not in looked_up]
    read = [window(row, question) for row in best]
    near = searcher.nearness(question.text, read)
    answers = log_odds(question.text, read, shipped(SENTENCES))
    told = [
        {"near": closeness, "answers": likely} | parts
        for closeness, likely, parts in zip(near, answers, _roles(question, best), strict=True)
    ]
    told += [{"near": min(near), "answers": min(answers)} for _ in rest]
    compared = []
    for row, added in zip(best + rest, told, strict=True):
        parts = {**row.parts, **added}
        compared.append(replace(row, score=fitness(parts), parts=parts))
    return _apart(question, sorted(compared, key=lambda row: -row.score))


def _roles(question: Question, rows: Sequence[Candidate]) -> list[dict[str, float]]:
    """Return what the roles of each candidate's sentences add or take; code, formulas and tables have none."""
    prose = [row for row in rows if row.unit.type not in WHOLE]
    said = list(dict.fromkeys(text for row in prose for text in (row.unit.text, row.begun[0].text)))
    told = dict(zip(said, roles(said), strict=True))
    return [
        role_features(question.kind, told[row.unit.text], told[row.begun[0].text]) if row.unit.text in told else {}
        for row in rows
    ]


def _apart(question: Question, rows: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that begin at different places, best first; of a question for somebody, or end at such.

    "A U-Net is a network. It was proposed by …": the first sentence alone names nobody.
    """
    ends = question.kind == "who"
    apart = {
        (row.hit.chunk.resource, row.begun[0].span, row.begun[-1].span if ends else ()): row for row in reversed(rows)
    }
    return best_first(apart.values())


def best_first(rows: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates by their scores; those that lean on what nobody read go last."""
    return sorted(rows, key=lambda row: (leans(row.begun[0]), -row.score))


def leans(unit: Unit) -> bool:
    """Whether an answer must not open with a unit: it leans on what nobody read, or stands in brackets."""
    if unit.type in WHOLE:
        return False
    text = without_marker(unit.text)
    return has_pronoun(text) or points_elsewhere(text) or text.startswith("(")


def window(row: Candidate, question: Question) -> str:
    """Return what a candidate says under its header; of a formula, a table or code, what introduces it.

    Of a table in which a number is looked up, also the row that is asked for.
    """
    said = [unit.text for unit in row.begun if row.unit.type not in WHOLE or unit.type not in WHOLE]
    said = said or [unit.text for unit in itertools.islice(before(row.document, row.unit), 1)]
    if row.unit.type == "table" and question.kind == "number":
        said = [row_asked(row.unit.text, question), *said]
    return f"{row.hit.chunk.header}. {' '.join(said)}"[:_COMPARED_CHARACTERS]


def _admits(question: Question, unit: Unit) -> bool:
    """Whether an answer to the question may open with a unit of this type."""
    if unit.type == "code":
        return question.shows_code
    if unit.type == "formula":
        return question.kind == "formula"
    return unit.type != "table" or question.kind in ("table", "number", "compare", "several")


def names_of(question: Question, found: Found, searcher: Searcher) -> list[str]:
    """Return what the question is about and what it compares, each also by its long and short forms."""
    subjects = [question.subject, *question.sides] if question.kind in ("definition", "compare") else [question.subject]
    return [name for subject in subjects for name in forms_of(subject, found, searcher)]


def forms_of(subject: str, found: Found, searcher: Searcher) -> list[str]:
    """Return a name with its long and short forms, and what it is said of."""
    texts = [hit.chunk.text for hit in found.hits]
    return [subject, *variants(subject), *expansions(texts, subject), *searcher.understood(subject).implied]


def _led_astray(resource: int, begun: Stretch, score: float, rows: Mapping[Place, tuple[Hit, Unit, Sentence]]) -> float:
    """Return how much less relevant the sentence is that a stretch must open with than the one it is read for."""
    if len(begun) < 2:
        return 0.0
    first = rows.get((resource, *begun[0].span[:2]))
    return min(1.0, 0.3 + max(0.0, score - (first[2].score if first else 0.0)))
