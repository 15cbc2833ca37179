"""Question → answer: search, abstain or say, by the answerer that the settings name."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.answer.byline import byline, sources_asked, told_of_authors
from app.answer.cite import Numbering
from app.answer.cite import statements as cited
from app.answer.extractive import extract
from app.answer.follow_up import asks_nothing, understood
from app.answer.gather import gather
from app.answer.length import wanted_length
from app.answer.llm import provider
from app.answer.manner import without_manner
from app.answer.model import NOT_COVERED, Answer, Mode
from app.answer.parts import parts_of
from app.answer.question import understand
from app.answer.recommend import concept_asked, recommended
from app.answer.source import limited_to_source
from config.errors import ModelError
from index.search import Filters, Found, Searcher
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
    settings = searcher.settings
    follow_up = understood(question, history)
    query, within = limited_to_source(without_manner(follow_up.query), filters, searcher)
    most = round((most_words or settings.answer_words) * (_MORE if follow_up.more else wanted_length(question)))
    count = PASSAGES * (_MORE if follow_up.more else 1)
    gathered = gather(query, count, within, searcher)
    if within is not filters and gathered.confidence < settings.abstain_below:
        # The source that it names, as far as it could be told, is silent: any other may speak.
        gathered = gather(query, count, filters, searcher)
    found, confidence = gathered.found, gathered.confidence
    meant = "" if follow_up.query == question else follow_up.query
    reading = concept_asked(query)
    advised = recommended(*reading, filters, searcher) if reading else None
    sources = [] if advised else sources_asked(query, filters, searcher)
    own = byline(sources, searcher) if sources else None
    silent = confidence < settings.abstain_below or not any(hit.sentences for hit in found.hits)
    if own is None and advised is None and (sources or silent):
        halves = parts_of(query)
        if len(halves) == 2 and not sources:
            return _of_two(question, halves, searcher, filters, history, most, began)
        return _abstention(question, meant, found, confidence, searcher, filters, began, sources)
    numbering = Numbering(citation for turn in history for citation in turn.citations)
    asked_before = {turn.understood or turn.question for turn in history}
    goes_on = follow_up.more or (meant and meant not in asked_before and understand(query).kind not in _SHOWN)
    said = [statement.text for turn in history for statement in turn.statements] if goes_on else []
    mode: Mode = "extractive"
    notice = ""
    given = advised.stretches if advised else () if own is None else (own,)
    statements = cited(given, searcher, numbering)
    if advised:
        notice = advised.notice
    elif own is None and provider(settings):
        from app.answer.generative import generate

        try:
            statements, notice = generate(query, found, searcher, numbering, most, on_text, history)
            mode = "generative"
        except ModelError as error:
            notice = f"The language model did not answer: {error}. These are the sources' own sentences."
    if not statements:
        statements = extract(query, gathered, searcher, most, numbering, said, follow_up.more)
    if not statements and follow_up.more:
        notice = f"The list has nothing more on this than what was said: “{query}”"
    elif not statements:
        return _abstention(question, meant, found, confidence, searcher, filters, began, sources)
    if follow_up.again and mode == "extractive":
        notice = f"{notice} {_OWN_WORDS}".strip()
    return Answer(
        question,
        False,
        mode,
        tuple(statements),
        tuple(sorted(numbering.cited.values(), key=lambda citation: citation.n)),
        (),
        confidence,
        time.monotonic() - began,
        notice,
        understood=meant,
    )


def _of_two(
    question: str,
    halves: tuple[str, ...],
    searcher: Searcher,
    filters: Filters | None,
    history: Sequence[Answer],
    most: int,
    began: float,
) -> Answer:
    """Return the answers to the two things that a question asks, as one; what is not covered is told."""
    first = ask(halves[0], searcher, filters, None, history, most // 2)
    second = ask(halves[1], searcher, filters, None, [*history, first], most // 2)
    told = [one for one in (first, second) if not one.abstained]
    if not told:
        return replace(first, question=question, seconds=time.monotonic() - began)
    silent = [half for half, one in zip(halves, (first, second), strict=True) if one.abstained]
    cited = {citation.n: citation for one in told for citation in one.citations}
    notices = [f"The list does not cover this part: “{half}”" for half in silent] + [
        one.notice for one in told if one.notice
    ]
    return replace(
        told[0],
        question=question,
        statements=tuple(dict.fromkeys(statement for one in told for statement in one.statements)),
        citations=tuple(cited[n] for n in sorted(cited)),
        seconds=time.monotonic() - began,
        notice=" ".join(notices),
        understood="",
    )


def _abstention(
    question: str,
    meant: str,
    found: Found,
    confidence: float,
    searcher: Searcher,
    filters: Filters | None,
    began: float,
    sources: list[Document],
) -> Answer:
    wider = searcher.search(meant or question, PASSAGES, filters)
    rows = list({hit.resource.url: hit.resource for hit in (*wider.hits, *found.hits)}.values())[:NEAREST]
    least = searcher.settings.abstain_below
    notice = f"Its score is {confidence:.2f}; below {least:.2f} a question counts as not covered."
    if confidence >= least:
        notice = f"Some passages come near it (its score is {confidence:.2f}), but no sentence of theirs answers it."
    if sources:
        notice = told_of_authors(sources)
    return Answer(
        question,
        True,
        "extractive",
        (),
        (),
        tuple(row.url for row in rows),
        confidence,
        time.monotonic() - began,
        notice,
        nearest_titles=tuple(row.title for row in rows),
        understood=meant,
        refusal="no sentence of the list says this" if sources else NOT_COVERED,
    )
