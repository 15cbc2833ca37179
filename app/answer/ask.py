"""Question → answer: search, abstain or say, by the answerer that the settings name."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.answer.byline import byline, sources_asked, told_of_authors
from app.answer.cite import Numbering
from app.answer.cite import statements as cited
from app.answer.extractive import extract
from app.answer.follow_up import FollowUp, asks_nothing, understood
from app.answer.gather import Gathered, gather
from app.answer.length import wanted_length
from app.answer.llm import provider
from app.answer.manner import without_manner
from app.answer.model import NOT_COVERED, Answer, Mode, Statement
from app.answer.parts import both_sides_of, parts_of
from app.answer.question import understand
from app.answer.recommend import concept_asked, recommended
from app.answer.source import limited_to_source
from app.answer.stretch import Unit
from config.errors import ModelError
from index.search import Filters, Hit, Searcher
from ingest.document import Document

# Hits that an answer is made from; when asked for more, more of them.
PASSAGES = 12
NEAREST = 3
# Who asks to see a formula, though an answer held it, sees it again.
_SHOWN = ("formula", "code", "table")
# "Tell me more" may take this times the words of a first answer.
_MORE = 2

_OWN_WORDS = "These are the sources' own sentences; without a language model they cannot be put otherwise."

OnText = Callable[[str], None]


def ask(
    question: str,
    searcher: Searcher,
    filters: Filters | None = None,
    on_text: OnText | None = None,
    history: Sequence[Answer] = (),
    most_words: int | None = None,
) -> Answer:
    """Return the answer to a question.

    ``history`` are the answers of the conversation so far, the oldest first: a question that leans
    on them is understood through them, and what they cite keeps its number. ``most_words`` is the
    length of an answer, else that of the settings. With a language model it writes the answer,
    ``on_text`` receives it as it comes, and what it says is checked; where it fails, the extractive
    answer stands in with a word about why.
    """
    began = time.monotonic()
    if asks_nothing(question):
        refusal = "this asks nothing that a list could answer"
        return Answer(question, True, "extractive", (), (), (), 0.0, time.monotonic() - began, refusal=refusal)
    follow_up = understood(question, history)
    meant = "" if follow_up.query == question else follow_up.query
    length = (most_words or searcher.settings.answer_words) * (_MORE if follow_up.more else wanted_length(question))
    turn = _Turn(question, meant, follow_up, round(length), searcher, filters, history, began)
    query, within = limited_to_source(without_manner(follow_up.query), filters, searcher)
    sides = both_sides_of(query)
    if sides and not follow_up.more:
        return _of_two(turn, sides)
    gathered = _gathered(query, within, turn)
    reading = concept_asked(query)
    advised = recommended(*reading, filters, searcher) if reading else None
    if advised:
        numbering = turn.numbering()
        return _answer(turn, cited(advised.stretches, searcher, numbering), numbering, gathered, advised.notice)
    sources = sources_asked(query, filters, searcher)
    own = byline(sources, searcher) if sources else None
    silent = gathered.confidence < searcher.settings.abstain_below
    if own is None and (sources or silent or not any(hit.sentences for hit in gathered.found.hits)):
        halves = parts_of(query)
        if len(halves) == 2 and not sources:
            return _of_two(turn, halves)
        return _abstention(turn, gathered, sources)
    return _said(query, turn, gathered, sources, own, on_text)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A question in its conversation: ``meant`` is what it stands for there, "" where it stands for itself."""

    question: str
    meant: str
    follow_up: FollowUp
    most_words: int
    searcher: Searcher
    filters: Filters | None
    history: Sequence[Answer]
    began: float

    def numbering(self) -> Numbering:
        """Return the numbers that the conversation's citations have so far."""
        return Numbering(citation for turn in self.history for citation in turn.citations)

    def said(self, query: str) -> list[str]:
        """Return the statements so far, where this goes on with them."""
        before = {turn.understood or turn.question for turn in self.history}
        new = self.meant and self.meant not in before and understand(query).kind not in _SHOWN
        if not (self.follow_up.more or new):
            return []
        return [statement.text for turn in self.history for statement in turn.statements]


def _gathered(query: str, within: Filters | None, turn: _Turn) -> Gathered:
    """Return what was found in the source that a question names, else, where that is silent, in any."""
    count = PASSAGES * (_MORE if turn.follow_up.more else 1)
    gathered = gather(query, count, within, turn.searcher)
    if within is not turn.filters and gathered.confidence < turn.searcher.settings.abstain_below:
        return gather(query, count, turn.filters, turn.searcher)
    return gathered


def _said(
    query: str,
    turn: _Turn,
    gathered: Gathered,
    sources: list[Document],
    own: tuple[Hit, tuple[Unit, ...]] | None,
    on_text: OnText | None,
) -> Answer:
    """Return the answer to a question that is covered, by the model where there is one."""
    searcher, numbering = turn.searcher, turn.numbering()
    mode: Mode = "extractive"
    notice = ""
    statements = cited(() if own is None else (own,), searcher, numbering)
    if own is None and provider(searcher.settings):
        from app.answer.generative import generate

        try:
            statements, notice = generate(
                query, gathered.found, searcher, numbering, turn.most_words, on_text, turn.history
            )
            mode = "generative"
        except ModelError as error:
            notice = f"The language model did not answer: {error}. These are the sources' own sentences."
    more = turn.follow_up.more
    if not statements:
        statements = extract(query, gathered, searcher, turn.most_words, numbering, turn.said(query), more)
    if not statements and more:
        notice = f"The list has nothing more on this than what was said: “{query}”"
    elif not statements:
        return _abstention(turn, gathered, sources)
    if turn.follow_up.again and mode == "extractive":
        notice = f"{notice} {_OWN_WORDS}".strip()
    return _answer(turn, statements, numbering, gathered, notice, mode)


def _answer(
    turn: _Turn,
    statements: Sequence[Statement],
    numbering: Numbering,
    gathered: Gathered,
    notice: str,
    mode: Mode = "extractive",
) -> Answer:
    return Answer(
        turn.question,
        False,
        mode,
        tuple(statements),
        tuple(sorted(numbering.cited.values(), key=lambda citation: citation.n)),
        (),
        gathered.confidence,
        time.monotonic() - turn.began,
        notice,
        understood=turn.meant,
    )


def _of_two(turn: _Turn, halves: tuple[str, ...]) -> Answer:
    """Return the answers to the two things that a question asks, as one; what is not covered is told."""
    most = turn.most_words // 2
    first = ask(halves[0], turn.searcher, turn.filters, None, turn.history, most)
    second = ask(halves[1], turn.searcher, turn.filters, None, [*turn.history, first], most)
    told = [one for one in (first, second) if not one.abstained]
    if not told:
        return replace(first, question=turn.question, seconds=time.monotonic() - turn.began)
    silent = [half for half, one in zip(halves, (first, second), strict=True) if one.abstained]
    statements = _apart(told)
    used = {number for statement in statements for number in statement.citations}
    cited = {citation.n: citation for one in told for citation in one.citations if citation.n in used}
    notices = [f"The list does not cover this part: “{half}”" for half in silent] + [
        one.notice for one in told if one.notice
    ]
    return replace(
        told[0],
        question=turn.question,
        statements=statements,
        citations=tuple(cited[n] for n in sorted(cited)),
        seconds=time.monotonic() - turn.began,
        notice=" ".join(notices),
        understood="",
    )


def _apart(answers: Sequence[Answer]) -> tuple[Statement, ...]:
    """Return the statements of answers, without those that say what an earlier one says, or less, or more of it."""
    found: list[Statement] = []
    for statement in (statement for answer in answers for statement in answer.statements):
        if not any(statement.text in one.text or one.text in statement.text for one in found):
            found.append(statement)
    return tuple(found)


def _abstention(turn: _Turn, gathered: Gathered, sources: list[Document]) -> Answer:
    wider = turn.searcher.search(turn.meant or turn.question, PASSAGES, turn.filters)
    hits = (*wider.hits, *gathered.found.hits)
    rows = list({hit.resource.url: hit.resource for hit in hits}.values())[:NEAREST]
    confidence, least = gathered.confidence, turn.searcher.settings.abstain_below
    notice = f"Its score is {confidence:.2f}; below {least:.2f} a question counts as not covered."
    if confidence >= least:
        notice = f"Some passages come near it (its score is {confidence:.2f}), but no sentence of theirs answers it."
    if sources:
        notice = told_of_authors(sources)
    return Answer(
        turn.question,
        True,
        "extractive",
        (),
        (),
        tuple(row.url for row in rows),
        confidence,
        time.monotonic() - turn.began,
        notice,
        nearest_titles=tuple(row.title for row in rows),
        understood=turn.meant,
        refusal="no sentence of the list says this" if sources else NOT_COVERED,
    )
