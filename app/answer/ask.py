"""Question → answer: search, abstain or say, by the answerer that the settings name."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.answer.extractive import extract
from app.answer.model import Answer
from config.errors import ModelError
from index.search import Filters, Found, Searcher

# Hits that an answer is made from.
PASSAGES = 12
NEAREST = 3

OnText = Callable[[str], None]


def ask(question: str, searcher: Searcher, filters: Filters | None = None, on_text: OnText | None = None) -> Answer:
    """Return the answer to a question.

    With a language model in the settings it writes the answer, ``on_text`` receives it as it comes,
    and what it says is checked; where it fails, the extractive answer stands in with a word about why.
    """
    began = time.monotonic()
    settings = searcher.settings
    found = searcher.search(question, PASSAGES, filters, notes=False)
    if found.confidence < settings.abstain_below or not any(hit.sentences for hit in found.hits):
        return _abstention(question, found, searcher, filters, began)
    notice = ""
    if settings.llm:
        from app.answer.generative import generate

        try:
            statements, citations, notice = generate(question, found, searcher, on_text)
            return Answer(
                question,
                False,
                "generative",
                tuple(statements),
                tuple(citations),
                (),
                found.confidence,
                time.monotonic() - began,
                notice,
            )
        except ModelError as error:
            notice = f"The language model did not answer ({error}); these are the sources' own sentences."
    statements, citations = extract(question, found, searcher, settings.answer_words)
    return Answer(
        question,
        False,
        "extractive",
        tuple(statements),
        tuple(citations),
        (),
        found.confidence,
        time.monotonic() - began,
        notice,
    )


def _abstention(question: str, found: Found, searcher: Searcher, filters: Filters | None, began: float) -> Answer:
    wider = searcher.search(question, PASSAGES, filters)
    rows = list({hit.resource.url: hit.resource for hit in (*wider.hits, *found.hits)}.values())[:NEAREST]
    return Answer(
        question,
        True,
        "extractive",
        (),
        (),
        tuple(row.url for row in rows),
        found.confidence,
        time.monotonic() - began,
        nearest_titles=tuple(row.title for row in rows),
    )
