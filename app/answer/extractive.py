"""Passages → an answer without a language model: the stretches of the sources that answer, verbatim, each cited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.answer.candidates import Candidate, candidates
from app.answer.cite import Numbering, statements
from app.answer.defining import names_in
from app.answer.form import is_meta, without_marker
from app.answer.gather import Gathered
from app.answer.leaning import has_pronoun
from app.answer.model import Statement
from app.answer.question import Kind, Question, understand
from app.answer.stretch import WHOLE, Stretch, read_on
from index.lexical import words
from index.search import Searcher

# Two stretches that share more than this of their words say the same.
_SAME = 0.6
# What goes on with an answer may be so much less to the point than what opened it.
_MORE_NEAR = 0.5


@dataclass(frozen=True, slots=True)
class _Shape:
    """How long an answer's first stretch is, how many follow, and how near to the best these must score."""

    units: int
    share: float
    others: int
    other_units: int
    near: float


# The first stretch takes ``share`` of the words that the answer may have; what is left goes to the others.
_SHAPES: dict[Kind, _Shape] = {
    "definition": _Shape(3, 0.6, 2, 1, 0.7),
    "how": _Shape(5, 0.75, 2, 2, 0.75),
    "why": _Shape(4, 0.7, 2, 2, 0.75),
    "number": _Shape(1, 0.6, 2, 1, 0.8),
    "compare": _Shape(3, 0.45, 2, 2, 0.7),
    "several": _Shape(2, 0.45, 3, 1, 0.7),
    "formula": _Shape(2, 0.7, 1, 2, 0.8),
    "code": _Shape(1, 1.0, 1, 1, 0.8),
    "table": _Shape(1, 1.0, 1, 1, 0.8),
    "fact": _Shape(3, 0.5, 2, 2, 0.78),
}


def extract(
    question: str,
    gathered: Gathered,
    searcher: Searcher,
    most_words: int,
    numbering: Numbering | None = None,
    said: Sequence[str] = (),
) -> list[Statement]:
    """Return the statements of an answer of at most ``most_words`` words; their citations are in ``numbering``.

    Each statement's text is in the original word for word (formulas as LaTeX). ``said`` are the
    statements of earlier turns that the answer goes on from: it does not repeat them. Empty when no
    hit has a sentence that says anything (more).
    """
    asked = understand(question)
    chosen = _compared(asked, gathered, searcher, most_words) if gathered.sides and not said else []
    if not chosen:
        rows = candidates(asked, gathered.found, searcher)
        shape = _SHAPES[asked.kind]
        eligible = _unsaid(asked, rows, said) if said else _eligible(asked, rows, shape)
        chosen = _composed(asked, rows, eligible, most_words, shape, said)
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
        if not first and _repeats(candidate, chosen):
            continue
        if asked.kind == "several" and not first and _crowded(candidate, chosen, rows, shape):
            continue
        room = int(shape.share * most_words) if first else left
        grown = _grown(asked, candidate, shape.units if first else shape.other_units, min(room, left), left)
        grown = None if grown is None else _trimmed(grown, chosen, said)
        if grown is None:
            continue
        chosen.append(grown)
        left -= _length(grown.begun)
    return chosen


def _eligible(asked: Question, rows: Sequence[Candidate], shape: _Shape) -> Iterator[Candidate]:
    best = rows[0].score if rows else 0.0
    for number, candidate in enumerate(rows):
        if candidate.score < shape.near * best:
            return
        text = candidate.unit.text
        if number and (is_meta(text) or (has_pronoun(without_marker(text)) and len(candidate.begun) == 1)):
            continue
        if number and asked.kind == "definition" and rows[0].defining >= 0.6 and candidate.defining < 0.3:
            continue
        yield candidate


def _unsaid(asked: Question, rows: Sequence[Candidate], said: Sequence[str]) -> Iterator[Candidate]:
    """Yield the candidates that go on with what was said: on the topic by name, and new."""
    topic = set(words(asked.subject))
    for candidate in rows:
        if candidate.score < _MORE_NEAR * rows[0].score:
            return
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
    topic = set(words(asked.subject))
    grown = read_on(candidate.document, begun, max(units, len(begun)), max(room, _length(begun)), formulas, topic)
    if len(grown) == 1 and grown[0].text.rstrip().endswith(":") and grown[0].type not in WHOLE:
        grown = read_on(candidate.document, begun, units, most, True, topic)
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


def _compared(asked: Question, gathered: Gathered, searcher: Searcher, most_words: int) -> list[Candidate]:
    """Return what sets the two sides against each other, then what says what each of them is."""
    rows = [
        row for row in candidates(asked, gathered.found, searcher) if names_in(_text(row.begun), asked.sides) == 1.0
    ]
    shape = replace(_SHAPES["compare"], others=0)
    chosen = _composed(asked, rows, _eligible(asked, rows, shape), int(0.5 * most_words), shape)
    if chosen and chosen[0].score < 0.75 * max(row.score for row in rows):
        chosen = []
    left = most_words - sum(_length(row.begun) for row in chosen)
    brief = replace(_SHAPES["definition"], units=2, share=1, others=0)
    for number, (side, inner) in enumerate(zip(asked.sides, gathered.sides, strict=True)):
        about = understand(f"What is {side}?")
        rows = [row for row in candidates(about, inner, searcher) if names_in(_text(row.begun), [side]) == 1.0]
        rows = [row for row in rows if not chosen or not _repeats(row, chosen)]
        one = _composed(about, rows, _eligible(about, rows, brief), left // (2 - number), brief)
        chosen.extend(one)
        left -= sum(_length(row.begun) for row in one)
    return chosen


def _crowded(candidate: Candidate, chosen: Sequence[Candidate], rows: Sequence[Candidate], shape: _Shape) -> bool:
    """Whether a candidate's resource has spoken while another one that is near the best has not."""
    seen = {other.hit.resource.url for other in chosen}
    if candidate.hit.resource.url not in seen:
        return False
    return any(row.hit.resource.url not in seen and row.score >= shape.near * rows[0].score for row in rows)


def _repeats(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    for other in chosen:
        if candidate.hit.chunk.resource == other.hit.chunk.resource:
            spans = {unit.span for unit in other.begun}
            if any(unit.span in spans for unit in candidate.begun):
                return True
        if any(_alike(candidate.unit.text, unit.text) for unit in other.begun):
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


def _alike(one: str, other: str) -> bool:
    a, b = set(words(one)), set(words(other))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) > _SAME
