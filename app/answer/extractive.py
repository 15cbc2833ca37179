"""Passages → an answer without a language model: the stretches of the sources that answer, verbatim, each cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from app.answer.candidates import Candidate, best_first, candidates, forms_of, leans
from app.answer.cite import Numbering, statements
from app.answer.defining import names_in
from app.answer.form import is_meta, is_stub, without_marker
from app.answer.gather import Gathered
from app.answer.kind import Kind
from app.answer.leaning import has_pronoun
from app.answer.model import Statement
from app.answer.question import Question, understand
from app.answer.role import roles
from app.answer.silence import naming, tells_of
from app.answer.stretch import WHOLE, Stretch, Unit, after, before, is_bullet, read_on
from index.lexical import words
from index.search import Hit, Searcher

# Two stretches that share more than this of their words say the same.
_SAME = 0.6
# What follows the first stretch may score so much less (in the units of fitness.WEIGHTS: e to this power is how
# much less likely it is to be the one that answers) ...
_MARGIN = 2.0
# ... and is as near to the question, word by word, as this share of what the first is; "tell me more" asks less.
_AS_NEAR = 0.9
_MORE_AS_NEAR = 0.7
# A sentence just before the best opens the answer where it scores so much less, or better; so many at most.
_NEIGHBOUR = 1.5
_NEIGHBOURS = 2
# What was said in an earlier turn answers another question so much worse.
_SAID = 4.0
# What is likelier than this to talk of the text, to judge, or to be a fragment, adds nothing to an answer.
_ASIDE = 0.5
# Beside the source that opens the answer, those of so many first hits may go on with it; others where they score as
# well but for this.
_SOURCES = 3
_EQUAL = 0.5


@dataclass(frozen=True, slots=True)
class _Shape:
    """How long an answer's first stretch is, how many follow, and how long these are.

    The first stretch takes ``share`` of the words that the answer may have; what is left goes to the others.
    """

    units: int
    share: float
    others: int
    other_units: int


_SHAPES: dict[Kind, _Shape] = {
    "definition": _Shape(3, 0.6, 2, 1),
    "how": _Shape(5, 0.75, 2, 2),
    "why": _Shape(4, 0.7, 2, 2),
    "number": _Shape(2, 0.6, 2, 1),
    "compare": _Shape(3, 0.45, 2, 2),
    "several": _Shape(2, 0.5, 3, 1),
    "formula": _Shape(2, 0.7, 1, 2),
    "code": _Shape(1, 1.0, 1, 1),
    "table": _Shape(1, 1.0, 1, 1),
    "who": _Shape(2, 0.5, 1, 1),
    "where": _Shape(2, 0.5, 1, 1),
    "when": _Shape(2, 0.5, 1, 1),
    "whether": _Shape(2, 0.5, 2, 1),
    "fact": _Shape(3, 0.5, 2, 2),
}


def extract(
    question: str,
    gathered: Gathered,
    searcher: Searcher,
    most_words: int,
    numbering: Numbering | None = None,
    said: Sequence[str] = (),
    more: bool = False,
) -> list[Statement]:
    """Return the statements of an answer of at most ``most_words`` words; their citations are in ``numbering``.

    Each statement's text is in the original word for word (formulas as LaTeX). ``said`` are the
    statements of earlier turns: what they do not say is preferred, and where ``more`` of the same is asked
    for, nothing else is taken. Empty when no hit has a sentence that says anything (more), or what was chosen has
    not what the kind of question asks for.
    """
    asked = understand(searcher.understood(question).typed)
    forms = partial(forms_of, found=gathered.found, searcher=searcher)
    chosen = _compared(asked, gathered, searcher, most_words) if gathered.sides and not more else []
    if not chosen:
        # What does not fit must not set the measure for what does.
        rows = [row for row in candidates(asked, gathered.found, searcher) if row.unit.words <= most_words]
        rows = rows if more else naming(asked, rows, forms)
        rows = rows if more else _new_first(rows, said)
        shape = _SHAPES[asked.kind]
        while rows and not chosen:
            eligible = _unsaid(asked, rows, said) if more else _eligible(asked, rows, gathered.found.hits)
            chosen = _composed(asked, rows, eligible, most_words, shape, said if more else ())
            # What only leads to what is not said must not set the measure, either.
            rows = [] if more else rows[1:]
    if not tells_of(asked, chosen, forms, searcher):
        return []
    stretches = [(candidate.hit, candidate.begun) for candidate in _ordered(chosen)]
    return statements(stretches, searcher, numbering or Numbering())


def _composed(
    asked: Question,
    rows: Sequence[Candidate],
    eligible: Iterable[Candidate],
    most_words: int,
    shape: _Shape,
    said: Sequence[str] = (),
) -> list[Candidate]:
    """Return the candidates of an answer, each with its stretch read on: the first answers, the others add to it."""
    chosen: list[Candidate] = []
    left = most_words
    for candidate in eligible:
        if len(chosen) > shape.others:
            break
        first = not chosen
        if not first and _repeats(asked, candidate, chosen):
            continue
        if asked.kind == "several" and not first and _crowded(candidate, chosen, rows):
            continue
        if first:
            candidate = _from_earlier(candidate, rows)
        room = int(shape.share * most_words) if first else left
        grown = _grown(asked, candidate, shape.units if first else shape.other_units, min(room, left), left)
        grown = None if grown is None else _trimmed(grown, chosen, said)
        grown = None if grown is None else _closed(grown)
        if grown is None:
            continue
        chosen.append(grown)
        left -= _length(grown.begun)
    return chosen


def _from_earlier(candidate: Candidate, rows: Sequence[Candidate]) -> Candidate:
    """Return the candidate with its stretch begun at the sentences just before it that are nearly as fit."""
    fit = {
        (row.hit.chunk.resource, row.unit.span)
        for row in rows
        if row.score >= candidate.score - _NEIGHBOUR and len(row.begun) == 1 and row.unit.type not in WHOLE
        if row.aside <= _ASIDE
    }
    begun = candidate.begun
    for unit in islice(before(candidate.document, begun[0]), _NEIGHBOURS):
        same = unit.span[0] == begun[0].span[0] and not is_bullet(unit)
        if not same or leans(unit) or (candidate.hit.chunk.resource, unit.span) not in fit:
            break
        begun = (unit, *begun)
    return replace(candidate, begun=begun)


def _eligible(asked: Question, rows: Sequence[Candidate], hits: Sequence[Hit]) -> Iterator[Candidate]:
    """Yield the best, then what may follow it: nearly as fit, as near to the question, of a source that was meant."""
    sources = list(dict.fromkeys(hit.chunk.resource for hit in hits))[:_SOURCES]
    for number, candidate in enumerate(rows):
        if not number:
            yield candidate
            continue
        if candidate.score < rows[0].score - _MARGIN:
            return
        text = candidate.unit.text
        if (
            is_meta(text)
            or candidate.aside > _ASIDE
            or (has_pronoun(without_marker(text)) and len(candidate.begun) == 1)
        ):
            continue
        if candidate.parts["near"] < _AS_NEAR * rows[0].parts["near"]:
            continue
        meant = candidate.hit.chunk.resource in (rows[0].hit.chunk.resource, *sources)
        if not meant and candidate.score < rows[0].score - _EQUAL:
            continue
        if asked.kind == "definition" and rows[0].defining >= 0.6 and candidate.defining < 0.3:
            continue
        yield candidate


def _new_first(rows: Sequence[Candidate], said: Sequence[str]) -> list[Candidate]:
    """Return the candidates, best first, those that were said already worse than they are."""
    known = " ".join(said)
    return best_first(replace(row, score=row.score - _SAID) if row.unit.text in known else row for row in rows)


def _unsaid(asked: Question, rows: Sequence[Candidate], said: Sequence[str]) -> Iterator[Candidate]:
    """Yield the candidates that go on with what was said: on the topic by name, and new."""
    topic = set(words(asked.subject))
    for candidate in rows:
        if candidate.parts["near"] < _MORE_AS_NEAR * rows[0].parts["near"]:
            continue
        if topic.isdisjoint(words(_text(candidate.begun))):
            continue
        if not any(_alike(unit.text, other) for unit in candidate.begun for other in said):
            yield candidate


def _grown(asked: Question, candidate: Candidate, units: int, room: int, most: int) -> Candidate | None:
    """Return the candidate with its stretch read on within ``room`` words; None when it does not fit in ``most``."""
    begun = candidate.begun
    if _length(begun) > most:
        if len(begun) == 1 or candidate.unit.words > most:
            return None
        begun = (candidate.unit,)
    formulas = asked.kind in ("formula", "how")
    # An item of a list that nothing leads to says how by itself: the other items are on other matters.
    alone = asked.kind == "how" and not asked.does and is_bullet(begun[0])
    items = asked.kind in ("how", "several") and not alone
    code = asked.shows_code
    topic = set(words(asked.subject))
    if items and any(is_bullet(unit) for unit in islice(after(candidate.document, begun[-1]), 1)):
        # A list is the answer: it is not cut to leave room for others.
        room = most
    length = max(room, _length(begun))
    grown = read_on(candidate.document, begun, max(units, len(begun)), length, topic, formulas, items, code)
    if len(grown) == 1 and is_stub(grown[0].text) and grown[0].type not in WHOLE:
        grown = read_on(candidate.document, begun, units, most, topic, True, items, code)
        if len(grown) == 1:
            return None
    return replace(candidate, begun=grown)


def _trimmed(candidate: Candidate, chosen: Sequence[Candidate], said: Sequence[str]) -> Candidate | None:
    """Return the candidate's stretch up to where it meets what is said already."""
    taken = {(other.hit.chunk.resource, unit.span) for other in chosen for unit in other.begun}
    for number, unit in enumerate(candidate.begun):
        place = (candidate.hit.chunk.resource, unit.span)
        if place in taken or any(_alike(unit.text, other) for other in said):
            return replace(candidate, begun=candidate.begun[:number]) if number else None
    return candidate


def _closed(candidate: Candidate) -> Candidate | None:
    """Return the candidate without what, at its end, leads to what there is no room for or talks of something else."""
    begun = candidate.begun
    while begun and (_leads_out(begun[-1]) or (begun[-1].span > candidate.unit.span and _is_talk(begun[-1]))):
        begun = begun[:-1]
    return replace(candidate, begun=begun) if begun else None


def _leads_out(unit: Unit) -> bool:
    return unit.type not in WHOLE and is_stub(unit.text)


def _is_talk(unit: Unit) -> bool:
    """Whether a sentence likely talks of the text or judges; that it is a fragment is no matter after another."""
    if unit.type in WHOLE or is_bullet(unit):
        return False
    told = roles([unit.text])[0]
    return told["talk"] + told["opinion"] > _ASIDE


def _compared(asked: Question, gathered: Gathered, searcher: Searcher, most_words: int) -> list[Candidate]:
    """Return what sets the two sides against each other, then what says what each of them is."""
    rows = candidates(asked, gathered.found, searcher)
    rows = [row for row in rows if _names_both(asked, row) and row.score >= rows[0].score - _MARGIN]
    shape = replace(_SHAPES["compare"], others=0)
    chosen = _composed(asked, rows, rows[:1], int(0.5 * most_words), shape)
    left = most_words - sum(_length(row.begun) for row in chosen)
    brief = replace(_SHAPES["definition"], units=2, share=1, others=0)
    sides = zip(asked.sides, asked.side_names, gathered.sides, strict=True)
    for number, (side, name, inner) in enumerate(sides):
        about = understand(f"What is {side}?")
        rows = [row for row in candidates(about, inner, searcher) if names_in(_text(row.begun), [name]) == 1.0]
        rows = [row for row in rows if not is_meta(row.unit.text) and not (chosen and _repeats(about, row, chosen))]
        one = _composed(about, rows, rows, left // (2 - number), brief)
        chosen.extend(one)
        left -= sum(_length(row.begun) for row in one)
    return chosen


def _names_both(asked: Question, row: Candidate) -> bool:
    """Whether a candidate names both sides, or sets one apart where both are spoken of: else it may be from a third."""
    names = asked.side_names
    near = row.hit.chunk.text if row.parts.get("contrast") and names_in(_text(row.begun), names) else ""
    return names_in(f"{near} {_text(row.begun)}", names) == 1.0


def _crowded(candidate: Candidate, chosen: Sequence[Candidate], rows: Sequence[Candidate]) -> bool:
    """Whether a candidate's resource has spoken while another one that is near the best has not."""
    seen = {other.hit.resource.url for other in chosen}
    if candidate.hit.resource.url not in seen:
        return False
    return any(row.hit.resource.url not in seen and row.score >= rows[0].score - _MARGIN for row in rows)


def _repeats(asked: Question, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether a candidate says again what is said already; that both repeat the question is no sign of it."""
    known = set(words(asked.text))
    for other in chosen:
        if candidate.hit.chunk.resource == other.hit.chunk.resource:
            spans = {unit.span for unit in other.begun}
            if any(unit.span in spans for unit in candidate.begun):
                return True
        if any(_alike(candidate.unit.text, unit.text, known) for unit in other.begun):
            return True
    return False


def _ordered(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The best first; after it its own source in order, then the other sources, each in its order."""
    if not chosen:
        return []
    first, *rest = chosen
    sources = list(dict.fromkeys(candidate.hit.chunk.resource for candidate in chosen))
    rest.sort(key=lambda c: (sources.index(c.hit.chunk.resource), c.unit.span))
    return [first, *rest]


def _text(stretch: Stretch) -> str:
    return " ".join(unit.text for unit in stretch)


def _length(stretch: Stretch) -> int:
    return sum(unit.words for unit in stretch)


def _alike(one: str, other: str, known: Set[str] = frozenset()) -> bool:
    a, b = set(words(one)) - known, set(words(other)) - known
    return bool(a and b) and len(a & b) / min(len(a), len(b)) > _SAME
