"""An answer as it is shown: its statements with their marks, and the passage behind each mark."""

from __future__ import annotations

from typing import cast

import streamlit as st

from app.answer.model import Answer, Citation, Statement
from app.block_markdown import WHOLE, block_markdown
from app.page import resource_url, source_url
from app.safe_markdown import link, plain
from config.command import command
from index.search import Filters, Searcher
from ingest.document import Block, BlockType, Document, Locator

# Words of context on either side of a passage, in whole blocks.
_CONTEXT_WORDS = 90


def draw_answer(answer: Answer, within: Filters, open_index: Searcher, key: str) -> None:
    """Draw an answer. ``key`` tells it from the others on the page."""
    if answer.abstained:
        _abstention(answer, within, open_index)
        return
    if answer.understood:
        st.caption(f"Understood as: {plain(answer.understood)}")
    with st.container(key=f"statements_{key}"):
        for statement in answer.statements:
            st.markdown(_statement(statement, answer.citations, open_index))
    if answer.notice:
        st.caption(plain(answer.notice))
    if within:
        st.caption(f"Limited to {limits(within)}")
    with st.container(key=f"sources_{key}", gap="xsmall"):
        for citation in answer.citations:
            _citation(citation, open_index, f"{key}_{citation.n}")


def limits(within: Filters) -> str:
    """Return in words, as Markdown, what a question was limited to."""
    return ", ".join(plain(name) for name in (*within.sections, *within.kinds))


def place_words(locator: Locator) -> str:
    """Return in words where a locator points, or "" where it says nothing."""
    value = locator.value
    if locator.kind == "page":
        return f"page {value}"
    if locator.kind == "time" and isinstance(value, int | float):
        hours, rest = divmod(int(value), 3600)
        return f"at {hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"at {rest // 60}:{rest % 60:02d}"
    if locator.kind == "cell" and isinstance(value, int):
        return f"cell {value + 1}"
    return f"under “{value}”" if value else ""


def _abstention(answer: Answer, within: Filters, open_index: Searcher) -> None:
    if within:
        st.markdown(f"**Within {limits(within)}, {answer.refusal}.**")
        st.markdown("Lift the limits in the sidebar to ask the whole list.")
    else:
        st.markdown(f"**{answer.refusal.capitalize()}.**")
    if answer.notice:
        st.caption(plain(answer.notice))
    if answer.nearest:
        st.markdown("The nearest that it has:")
        nearest = zip(answer.nearest_titles, answer.nearest, strict=True)
        st.markdown("\n".join(f"- {link(title or url, resource_url(url, open_index))}" for title, url in nearest))


def _statement(statement: Statement, citations: tuple[Citation, ...], open_index: Searcher) -> str:
    by_number = {citation.n: citation for citation in citations}
    marks = " ".join(link(str(n), _address(by_number[n], open_index), by_number[n].title) for n in statement.citations)
    if statement.block in WHOLE:
        kind = cast(BlockType, statement.block)
        return f"{block_markdown(Block(kind, statement.text, language=statement.language))}\n\n{marks}"
    doubt = f" :orange[(not verified: {plain(statement.doubt)})]" if statement.doubt else ""
    return f"{plain(statement.text)} {marks}{doubt}"


def _address(citation: Citation, open_index: Searcher) -> str:
    """Return where a mark leads: the original at the passage; in the demo, whose pages are nowhere else, its copy."""
    return _copy(citation, open_index) or citation.url if open_index.manifest.demo else citation.url


def _copy(citation: Citation, open_index: Searcher) -> str:
    found = _found(citation, open_index)
    if found is None:
        return ""
    _, block, start = found
    return source_url(citation.resource, (block, start, start + len(citation.quote)))


def _found(citation: Citation, open_index: Searcher) -> tuple[Document, int, int] | None:
    """Return the document, block and start of a quote; None when the index that is open no longer has it."""
    row = open_index.store.resource(citation.resource)
    if row is None or not row.read:
        return None
    document = open_index.document(row.number)
    places = [
        (block.locator != citation.locator, index, block.text.find(citation.quote))
        for index, block in enumerate(document.blocks)
        if citation.quote in block.text
    ]
    if not places:
        return None
    _, index, start = min(places)
    return document, index, start


def _citation(citation: Citation, open_index: Searcher, key: str) -> None:
    named = str(citation.locator.value).casefold() == citation.title.casefold()
    where = "" if named else place_words(citation.locator)
    about = " · ".join(part for part in (citation.kind, " › ".join(citation.section), where) if part)
    label = f"**{citation.n}** {plain(citation.title)} :gray[{plain(f'· {about}')}]"
    with st.expander(label):
        found = _found(citation, open_index)
        with st.container(key=f"passage_{key}"):
            if found is None:
                st.markdown(plain(citation.context or citation.quote))
            else:
                _passage(*found, citation, key)
        copy = _copy(citation, open_index)
        ways = [] if open_index.manifest.demo else [link("Open the original", citation.url)]
        ways += [link("Read on in the copy", copy)] if copy else []
        st.markdown(" · ".join(ways))
        row = open_index.store.resource(citation.resource)
        if row is not None and row.note:
            st.caption(f"The list says: {plain(row.note[:500])}")
        if found is None:
            st.caption(f"The index was built anew since; `{command('status')}` tells what it holds.")


def _passage(document: Document, number: int, start: int, citation: Citation, key: str) -> None:
    for index in _around(document, number):
        block = document.blocks[index]
        if index != number:
            st.markdown(block_markdown(block))
        elif block.type in WHOLE:
            with st.container(key=f"marked_{key}"):
                st.markdown(block_markdown(block))
        else:
            st.markdown(block_markdown(block, (start, start + len(citation.quote))))


def _around(document: Document, number: int) -> range:
    """Return the blocks about one, under its heading, as far as there is room."""
    first = last = number
    for step in (-1, 1):
        room = _CONTEXT_WORDS
        at = number + step
        while 0 <= at < len(document.blocks) and document.blocks[at].type not in ("heading", "reference"):
            room -= len(document.blocks[at].text.split())
            if room < 0:
                break
            first, last = min(first, at), max(last, at)
            at += step
    return range(first, last + 1)
