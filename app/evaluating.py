"""A person's own questions → how well they are answered: what is found, refused and cited, and how fast.

Everything goes through the same functions as ``search`` and ``ask``.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answer.ask import ask
from app.answer.model import Answer
from app.look_up import row_of
from config.errors import UsageError
from index.metrics import area_under_curve, first_rank, hit_rate, mean_reciprocal_rank, ndcg, quantile
from index.passage import Passage, passages
from index.search import Searcher

# Passages that are looked at: recall is reported at 1, 5 and this.
DEPTH = 10
# Of a miss, so many passages are shown.
_SHOWN = 3
# A user who asks what the list covers should nearly always be answered.
REFUSED_AT_MOST = 0.02


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file. ``gold`` is empty for what the list does not cover."""

    line: int
    text: str
    gold: frozenset[str]
    must: re.Pattern[str] | None
    kind: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one question; ranks count from 1, None where nothing right was among the hits."""

    question: Question
    resource_rank: int | None
    passage_rank: int | None
    gain: float
    passages: tuple[Passage, ...]
    answer: Answer
    wrong_quotes: tuple[str, ...]
    search_seconds: float


def read_questions(file: Path) -> list[Question]:
    """Read JSON lines of ``q``, ``gold`` and, where given, ``must`` and ``kind``.

    Raises UsageError, naming the line and what is wrong with it.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {error}") from error
    questions = [_question(file, number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not questions:
        raise UsageError(f'{file}: no questions; each line is one, such as {{"q": "…", "gold": ["https://…"]}}')
    return questions


def _question(file: Path, number: int, line: str) -> Question:
    def wrong(what: str) -> UsageError:
        return UsageError(f"{file}, line {number}: {what}")

    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise wrong(f"not JSON ({error})") from error
    if not isinstance(value, dict):
        raise wrong('not an object of the form {"q": "…", "gold": ["https://…"]}')
    text, gold, must, kind = value.get("q"), value.get("gold"), value.get("must"), value.get("kind", "")
    if not isinstance(text, str) or not text.strip():
        raise wrong('"q" must be the question, a text that is not empty')
    if not isinstance(gold, list) or not all(isinstance(url, str) and url for url in gold):
        raise wrong('"gold" must be a list of the addresses that answer it ([] where the list does not cover it)')
    if not isinstance(kind, str):
        raise wrong('"kind" must be a text: the group that the question is counted in')
    if must is not None and not isinstance(must, str):
        raise wrong('"must" must be a regular expression that the right passage matches')
    if must and not gold:
        raise wrong('"must" without "gold": what is not covered has no right passage')
    try:
        pattern = re.compile(must, re.IGNORECASE) if must else None
    except re.error as error:
        raise wrong(f'"must" is not a regular expression ({error})') from error
    return Question(number, text, frozenset(gold), pattern, kind)


def evaluate(
    questions: Sequence[Question], searcher: Searcher, progress: Callable[[int], None] | None = None
) -> list[Judged]:
    """Search and ask each question; ``progress`` is told how many are done."""
    searcher.search(questions[0].text, 1)  # what is read once should not count as one question's time
    judged = []
    for number, question in enumerate(questions, start=1):
        judged.append(_judge(question, searcher))
        if progress:
            progress(number)
    return judged


def unknown_gold(questions: Sequence[Question], searcher: Searcher) -> list[str]:
    """Return a line of warning for each gold address that the list does not have: it can only be missed."""
    return [
        f"line {question.line}: the list has no resource {url}; it counts as missed"
        for question in questions
        for url in sorted(question.gold)
        if _known(url, searcher) is None
    ]


def _known(url: str, searcher: Searcher) -> str | None:
    row = row_of(url, searcher)
    return None if row is None else row.url


def _judge(question: Question, searcher: Searcher) -> Judged:
    began = time.perf_counter()
    found = passages(searcher.search(question.text, 2 * DEPTH).hits, DEPTH)
    seconds = time.perf_counter() - began
    answer = ask(question.text, searcher)
    gold = {_known(url, searcher) or url for url in question.gold}
    urls = [passage.hit.resource.url for passage in found]
    right = [url in gold for url in urls]
    told = [good and _matches(question.must, passage) for good, passage in zip(right, found, strict=True)]
    ranked = list(dict.fromkeys(urls))
    return Judged(
        question,
        first_rank(right),
        first_rank(told),
        ndcg([float(url in gold) for url in ranked], [1.0] * len(gold), DEPTH),
        tuple(found),
        answer,
        _wrong_quotes(answer, searcher),
        seconds,
    )


def _matches(must: re.Pattern[str] | None, passage: Passage) -> bool:
    # A page breaks its lines where it likes: the pattern should not have to.
    return must is None or bool(must.search(" ".join(passage.text.split())))


def _wrong_quotes(answer: Answer, searcher: Searcher) -> tuple[str, ...]:
    """Return the quotes that do not stand word for word in a block at the locator that the citation gives."""
    wrong = []
    for citation in answer.citations:
        row = searcher.store.resource(citation.resource)
        document = None if row is None else searcher.store.document(row.number)
        blocks = () if document is None else document.blocks
        if not any(block.locator == citation.locator and citation.quote in block.text for block in blocks):
            wrong.append(citation.quote)
    return tuple(wrong)


def summary(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    """Return all measures as JSON; ``threshold`` is the score below which a question is refused."""
    covered = [item for item in judged if item.question.gold]
    groups = dict.fromkeys(item.question.kind for item in covered if item.question.kind)
    uncovered = [item for item in judged if not item.question.gold]
    missed = [entry for item in judged if (entry := _miss(item)) is not None]
    return {
        "questions": len(judged),
        "covered": len(covered),
        **_found(covered),
        "groups": {kind: _found([item for item in covered if item.question.kind == kind]) for kind in groups},
        "abstention": _abstention(covered, uncovered, threshold),
        "citations": {
            "quotes": sum(len(item.answer.citations) for item in judged),
            "wrong": [quote for item in judged for quote in item.wrong_quotes],
        },
        "latency": {
            name: {f"p{share}": round(1000 * quantile(seconds, share / 100), 1) for share in (50, 95, 100)}
            for name, seconds in (
                ("search_ms", [item.search_seconds for item in judged]),
                ("ask_ms", [item.answer.seconds for item in judged]),
            )
        },
        "misses": missed,
    }


def _found(items: Sequence[Judged]) -> dict[str, Any]:
    # Where no pattern is given, any passage of the right resource counts: it says nothing about passages.
    located = [item for item in items if item.question.must is not None]
    return {
        "resource": {**_ranks([item.resource_rank for item in items]), "ndcg": _mean([item.gain for item in items])},
        "passage": _ranks([item.passage_rank for item in located]),
    }


def _ranks(ranks: Sequence[int | None]) -> dict[str, Any]:
    recalls = {f"recall@{k}": round(hit_rate(ranks, k), 4) for k in (1, 5, DEPTH)}
    return {"questions": len(ranks), **recalls, "mrr": round(mean_reciprocal_rank(ranks), 4)}


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _abstention(covered: Sequence[Judged], uncovered: Sequence[Judged], threshold: float) -> dict[str, Any]:
    known = [item.answer.confidence for item in covered]
    unknown = [item.answer.confidence for item in uncovered]
    refused = sum(item.answer.abstained for item in uncovered)
    wrongly = sum(item.answer.abstained for item in covered)
    steps = sorted({round(step / 20, 2) for step in range(1, 20)} | {threshold})
    return {
        "questions": len(uncovered),
        "threshold": threshold,
        "precision": _share(refused, refused + wrongly),
        "recall": _share(refused, len(uncovered)),
        "covered_refused": _share(wrongly, len(covered)),
        "auc": round(area_under_curve(known, unknown), 4),
        "groups": {
            kind: _share(sum(item.answer.abstained for item in some), len(some))
            for kind in dict.fromkeys(item.question.kind for item in uncovered if item.question.kind)
            if (some := [item for item in uncovered if item.question.kind == kind])
        },
        "curve": [_point(known, unknown, step) for step in steps],
    }


def _point(known: Sequence[float], unknown: Sequence[float], threshold: float) -> dict[str, float]:
    refused, wrongly = (sum(score < threshold for score in scores) for scores in (unknown, known))
    return {
        "threshold": threshold,
        "precision": _share(refused, refused + wrongly),
        "recall": _share(refused, len(unknown)),
        "covered_refused": _share(wrongly, len(known)),
    }


def calibrated(judged: Sequence[Judged]) -> float | None:
    """Return the threshold to set for this list, or None where the file lacks one of the two sorts of question.

    The middle between the lowest score of the covered questions that must be answered (all but the share
    REFUSED_AT_MOST) and the highest score below it of those not covered.
    """
    known = sorted(item.answer.confidence for item in judged if item.question.gold)
    unknown = [item.answer.confidence for item in judged if not item.question.gold]
    if not known or not unknown:
        return None
    answered = known[int(REFUSED_AT_MOST * len(known))]
    below = max((score for score in unknown if score < answered), default=0.0)
    return round((answered + below) / 2, 3)


def _share(some: int, all_: int) -> float:
    return round(some / all_, 4) if all_ else 0.0


def _miss(item: Judged) -> dict[str, Any] | None:
    """Return what went wrong with a question and what came instead, or None where nothing did."""
    question = item.question
    wrong = []
    if not question.gold and not item.answer.abstained:
        wrong.append("answered, though not covered")
    if question.gold and item.answer.abstained:
        wrong.append("refused, though covered")
    if question.gold and item.resource_rank != 1:
        wrong.append(f"right resource {_rank(item.resource_rank)}")
    if question.gold and question.must is not None and item.passage_rank != 1:
        wrong.append(f"right passage {_rank(item.passage_rank)}")
    if item.wrong_quotes:
        wrong.append(f"{len(item.wrong_quotes)} quotes are not in their source")
    if not wrong:
        return None
    return {
        "line": question.line,
        "q": question.text,
        "wrong": wrong,
        "score": round(item.answer.confidence, 4),
        "came": [
            {
                "resource": passage.hit.resource.url,
                "title": passage.hit.resource.title,
                "text": " ".join(passage.text.split())[:200],
            }
            for passage in item.passages[:_SHOWN]
        ],
    }


def _rank(rank: int | None) -> str:
    return f"at {rank}" if rank else f"not in the first {DEPTH}"
