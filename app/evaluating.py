"""Questions → what became of each, found and answered by the same functions as ``search`` and ``ask``."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer.ask import ask
from app.answer.model import Answer
from app.look_up import row_of
from app.question_file import Question
from index.metrics import first_rank, ndcg
from index.passage import Passage, passages
from index.search import Searcher
from ingest.progress import Progress, Silent

# Passages that are looked at: recall is reported at 1, 5 and this.
DEPTH = 10


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


def evaluate(questions: Sequence[Question], searcher: Searcher, progress: Progress | None = None) -> list[Judged]:
    """Search and ask each question."""
    progress = progress or Silent()
    progress.start("Asking", len(questions))
    searcher.search(questions[0].text, 1)  # what is read once should not count as one question's time
    judged = []
    for number, question in enumerate(questions, start=1):
        judged.append(_judge(question, searcher))
        progress.advance(number, question.text)
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
