"""What became of each question → the measures: what was found, refused and cited, how fast, and what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.evaluating import DEPTH, Judged
from index.metrics import area_under_curve, hit_rate, mean_reciprocal_rank, quantile

# Of a miss, so many passages are shown.
_SHOWN = 3


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
