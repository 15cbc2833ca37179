"""Questions that the list covers and ones that it does not → a calibration of when to refuse.

From a person's own questions, or without any, from the list itself: what it covers is asked in words taken
from its sentences, some of them dropped; what it does not is asked by questions of many other fields
(calibration/other_fields.txt) and by near misses, which join words from places that have nothing to do
with each other.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from app.question_file import read_questions
from config.errors import UsageError
from config.settings import Settings
from index.confidence import SHIPPED, Calibration, Evidence, save_calibration
from index.lexical import words
from index.metrics import area_under_curve, quantile
from index.search import Searcher
from index.store import Chunk
from ingest.progress import Progress, Silent

_FIELDS = Path(__file__).parent / "calibration" / "other_fields.txt"
# Questions made from the list itself, of each sort.
_MADE = 60
# A sentence that a question is made from has this many words; of those that tell, this share is kept.
_SENTENCE_WORDS = range(10, 31)
_KEPT = 0.6
# A field of which the list answers half of the questions at sight is one that it covers.
_FIELD_COVERED = 0.5
# Questions that are searched for at once: each holds the pieces of its passages, some megabytes.
_MOST_AT_ONCE = 8
# How firmly the weights that ship are held to: like so many questions that agree with them.
_PRIOR = 30.0
# Refusing what is covered is as bad as answering this many questions that are not.
_REFUSAL_COST = 1.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, whether the list covers it, and what was found for it."""

    text: str
    covered: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Point:
    """At a threshold: the share of uncovered questions that is refused, and of covered ones."""

    threshold: float
    refused: float
    covered_refused: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A calibration, how well it tells the questions apart (area under the curve), and its curve."""

    calibration: Calibration
    covered: int
    uncovered: int
    auc: float
    curve: tuple[Point, ...]


def calibrate_home(settings: Settings, file: Path | None, progress: Progress | None = None) -> Calibrated:
    """Calibrate the index of a home by a file of questions, or by the list itself, and keep what comes of it.

    Raises UsageError for a file without both sorts of questions, or a list with too little text.
    """
    searcher = Searcher(settings)
    # What was calibrated before must not colour what is taken for uncovered now.
    searcher.calibration = SHIPPED
    try:
        if file is not None:
            questions = [(question.text, bool(question.gold)) for question in read_questions(file)]
            made = calibrate(
                gather(questions, searcher, progress), f"{len(questions)} questions of {file.name}", trusted=True
            )
        else:
            asked = [*gather(own_questions(searcher), searcher, progress), *other_fields(searcher, progress)]
            made = calibrate(asked, f"{len(asked)} questions made from the list and of other fields", trusted=False)
    finally:
        searcher.close()
    save_calibration(settings.home, made.calibration)
    return made


def gather(
    questions: Sequence[tuple[str, bool]], searcher: Searcher, progress: Progress | None = None, stage: str = "Asking"
) -> list[Asked]:
    """Search for each (question, whether it is covered), several at once; return them in their order."""
    progress = progress or Silent()
    progress.start(stage, len(questions))

    def ask(question: tuple[str, bool]) -> Asked:
        text, covered = question
        return Asked(text, covered, searcher.evidence(text, searcher.search(text, 12, notes=False)))

    # NumPy leaves the other threads to run; within one question there is too little to share out.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(min(_MOST_AT_ONCE, os.cpu_count() or 1)) as threads:
        asked = []
        for number, one in enumerate(threads.map(ask, questions), start=1):
            asked.append(one)
            progress.advance(number, one.text)
    return asked


def own_questions(searcher: Searcher, seed: int = 0) -> list[tuple[str, bool]]:
    """Return questions made from the list itself: covered ones and near misses. Raises UsageError for an empty list."""
    dice = random.Random(seed)
    numbers = dice.sample(range(searcher.manifest.chunks), min(searcher.manifest.chunks, 4 * _MADE))
    said = [sentence for chunk in searcher.store.chunks(numbers) if (sentence := _telling(chunk, dice))]
    if len(said) < 10:
        raise UsageError("the index holds too little text to calibrate from; give a file of questions")
    covered = [(_dropped(sentence, dice), True) for _, sentence in said[:_MADE]]
    misses = []
    for number in range(min(_MADE, len(said) - 1)):
        (one, first), (other, second) = said[number], said[-1 - number]
        if one != other:
            misses.append((_joined(first, second, searcher), False))
    return covered + misses


def _telling(chunk: Chunk, dice: random.Random) -> tuple[int, str] | None:
    """Return the resource of a chunk and one of its plain sentences, or None where it has none."""
    texts = [chunk.text[a:b] for _, a, b in chunk.sentences]
    plain = [text for text in texts if len(text.split()) in _SENTENCE_WORDS and text.rstrip().endswith(".")]
    return (chunk.resource, dice.choice(plain)) if plain else None


def _dropped(sentence: str, dice: random.Random) -> str:
    kept = [word for word in sentence.rstrip(". ").split() if not words(word) or dice.random() < _KEPT]
    return " ".join(kept) + "?"


def _joined(one: str, other: str, searcher: Searcher) -> str:
    """Return a question of words that tell most in two sentences: the list has each, and not together."""

    def telling(text: str) -> list[str]:
        named = {word.strip(".,;:()[]\"'"): max(map(searcher.idf, words(word)), default=0.0) for word in text.split()}
        top = sorted(named, key=lambda word: -named[word])[:3]
        return [word for word in named if word in top]

    return f"How does {' '.join(telling(one))} of {' '.join(telling(other))} work?"


def other_fields(searcher: Searcher, progress: Progress | None = None) -> list[Asked]:
    """Return the shipped questions of the fields that the list has nothing on."""
    lines = [line for line in _FIELDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    fields = [line.partition(": ")[2].split("|") for line in lines]
    questions = [(text, False) for field in fields for text in field]
    found = iter(gather(questions, searcher, progress, "Asking of other fields"))
    asked: list[Asked] = []
    for field in fields:
        some = list(itertools.islice(found, len(field)))
        answered = sum(searcher.calibration.confidence(item.evidence) >= 0.5 for item in some)
        if answered <= _FIELD_COVERED * len(some):
            asked.extend(some)
    return asked


def calibrate(asked: Sequence[Asked], source: str, trusted: bool) -> Calibrated:
    """Fit a calibration to questions of both sorts.

    ``trusted`` says that the covered questions are a person's own. Those made from the list are easier
    than what people ask: then the weights stay as they ship, and only where to refuse is moved, to where
    all but three in a hundred of the uncovered ones are refused, but never further than the shipped bias
    by more than one. Raises UsageError where one sort is missing.
    """
    known = [item.evidence for item in asked if item.covered]
    unknown = [item.evidence for item in asked if not item.covered]
    if not known or not unknown:
        raise UsageError('to calibrate, give questions that the list covers and ones that it does not ("gold": [])')
    if trusted:
        fitted = _shifted(_fitted(known, unknown, source), known, unknown)
    else:
        scores = [_total(SHIPPED, evidence) for evidence in unknown]
        shift = max(-1.0, min(1.0, quantile(scores, 0.97)))
        fitted = Calibration(SHIPPED.weights, SHIPPED.bias - shift, source)
    yes = [fitted.confidence(evidence) for evidence in known]
    no = [fitted.confidence(evidence) for evidence in unknown]
    steps = [step / 20 for step in range(1, 20)]
    curve = tuple(
        Point(step, sum(score < step for score in no) / len(no), sum(score < step for score in yes) / len(yes))
        for step in steps
    )
    return Calibrated(fitted, len(known), len(unknown), area_under_curve(yes, no), curve)


def _total(calibration: Calibration, evidence: Evidence) -> float:
    return calibration.bias + sum(w * x for w, x in zip(calibration.weights, evidence.values(), strict=True))


def _fitted(known: Sequence[Evidence], unknown: Sequence[Evidence], source: str) -> Calibration:
    """Return the logistic of greatest posterior: Newton's method, with a Gaussian prior about the shipped weights."""
    rows = np.array([[*evidence.values(), 1.0] for evidence in (*known, *unknown)])
    right = np.array([1.0] * len(known) + [0.0] * len(unknown))
    prior = np.array([*SHIPPED.weights, SHIPPED.bias])
    # Each weight may stray from the shipped one by about a third of it.
    firm = _PRIOR / np.square(prior)
    # Both sorts count alike, however many there are of each.
    share = np.where(right > 0, 0.5 / len(known), 0.5 / len(unknown)) * len(right)
    weights = prior.copy()
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -60, 60)))
        slope = rows.T @ (share * (chance - right)) + firm * (weights - prior)
        curvature = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + np.diag(firm)
        weights = weights - np.linalg.solve(curvature, slope)
    return Calibration(tuple(float(weight) for weight in weights[:-1]), float(weights[-1]), source)


def _shifted(fitted: Calibration, known: Sequence[Evidence], unknown: Sequence[Evidence]) -> Calibration:
    """Return the calibration with one half where the cost of both mistakes together is least."""
    yes = sorted(_total(fitted, evidence) for evidence in known)
    no = sorted(_total(fitted, evidence) for evidence in unknown)
    edges = sorted([*yes, *no])
    between = [(one + other) / 2 for one, other in itertools.pairwise(edges)] or [0.0]

    def cost(edge: float) -> tuple[float, float]:
        refused = sum(score < edge for score in yes) / len(yes)
        answered = sum(score >= edge for score in no) / len(no)
        return _REFUSAL_COST * refused + answered, abs(edge)

    return Calibration(fitted.weights, fitted.bias - min(between, key=cost), fitted.source)
