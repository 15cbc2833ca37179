"""The conversation: a question, an answer that appears as it is made, its citations."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from app.answer.ask import ask
from app.answer.model import Answer, Citation, Statement
from app.conversation import Conversations, new_conversation
from app.page import searcher
from app.safe_markdown import code, formula, link, plain
from config.errors import ConcordanceError
from index.search import Filters, Searcher


def main() -> None:
    """Draw the page."""
    open_index = searcher()
    conversations = Conversations(open_index.settings.home)
    if "c" not in st.query_params:
        st.query_params["c"] = new_conversation()
    conversation = st.query_params["c"]
    filters = _filters(open_index)
    if st.sidebar.button("New conversation", icon=":material/add:"):
        st.query_params["c"] = new_conversation()
        st.rerun()
    st.title("Concordance")
    turns = conversations.turns(conversation)
    if not turns:
        st.markdown("Ask what the reading list's sources say. Each sentence of an answer links to its place.")
    for answer in turns:
        with st.chat_message("user"):
            st.markdown(plain(answer.question))
        with st.chat_message("assistant"):
            for piece in _pieces(answer):
                st.markdown(piece)
            _below(answer, open_index)
    question = st.chat_input("Ask the list …", max_chars=2000)
    if not question or not question.strip():
        return
    with st.chat_message("user"):
        st.markdown(plain(question))
    with st.chat_message("assistant"):
        made = _answered(question, open_index, filters)
        if made is None:
            return
        _below(made, open_index)
    conversations.add(conversation, made)


def _answered(question: str, open_index: Searcher, filters: Filters) -> Answer | None:
    place = st.empty()

    def show(text: str) -> None:
        place.markdown(plain(text))

    try:
        with st.spinner("Looking …"):
            answer = ask(question, open_index, filters, show)
    except ConcordanceError as error:
        st.error(plain(str(error)))
        return None
    place.empty()
    st.write_stream(_streamed(answer))
    return answer


def _streamed(answer: Answer) -> Iterator[str]:
    for piece in _pieces(answer):
        yield piece + "\n\n"


def _pieces(answer: Answer) -> list[str]:
    if answer.abstained:
        lines = ["**The list does not cover this.**"]
        if answer.nearest:
            lines.append("The nearest that it has:")
            lines.append(
                "\n".join(f"- {link(t, u)}" for t, u in zip(answer.nearest_titles, answer.nearest, strict=True))
            )
        return lines
    return [_statement(statement, answer.citations) for statement in answer.statements]


def _statement(statement: Statement, citations: tuple[Citation, ...]) -> str:
    urls = {citation.n: citation.url for citation in citations}
    marks = " ".join(link(f"[{n}]", urls[n]) for n in statement.citations)
    if statement.block == "code":
        return f"{code(statement.text, statement.language)}\n{marks}"
    if statement.block == "formula":
        return f"{formula(statement.text)}\n{marks}"
    if statement.block == "table":
        return f"{code(statement.text, '')}\n{marks}"
    doubted = f"  :orange[unverified: {plain(statement.doubt)}]" if statement.doubt else ""
    return f"{plain(statement.text)} {marks}{doubted}"


def _below(answer: Answer, open_index: Searcher) -> None:
    if answer.notice:
        st.caption(plain(answer.notice))
    for citation in answer.citations:
        where = " › ".join(citation.section)
        with st.expander(f"{citation.n} · {plain(citation.title)}"):
            st.markdown(_in_context(citation))
            st.caption(
                f"{citation.kind} · {plain(where) or 'found through its parent'} · "
                f"{_place(citation)}{link('open the original here', citation.url)}"
            )
            row = open_index.store.resource(citation.resource)
            if row is not None and row.note:
                st.caption(f"The list says: {plain(row.note[:500])}")


def _in_context(citation: Citation) -> str:
    at = citation.context.find(citation.quote)
    if at < 0:
        return f"> {plain(citation.quote)}"
    before, after = citation.context[:at], citation.context[at + len(citation.quote) :]
    paragraphs = f"{plain(before)}:yellow-background[{plain(citation.quote)}]{plain(after)}".split("\n")
    return "\n".join(f"> {line}" if line.strip() else ">" for line in paragraphs)


def _place(citation: Citation) -> str:
    value = citation.locator.value
    if citation.locator.kind == "page":
        return f"page {value} · "
    if citation.locator.kind == "time" and isinstance(value, int | float):
        return f"at {int(value) // 60}:{int(value) % 60:02d} · "
    if citation.locator.kind == "cell" and isinstance(value, int):
        return f"cell {value + 1} · "
    return f"{plain(str(value))} · " if value else ""


def _filters(open_index: Searcher) -> Filters:
    rows = open_index.store.resources
    sections = list(dict.fromkeys(part for row in rows for part in row.section))
    kinds = list(dict.fromkeys(row.kind for row in rows if row.chunks))
    with st.sidebar:
        chosen = st.multiselect("Only these sections", sections, placeholder="All sections")
        only = st.multiselect("Only these kinds", kinds, placeholder="All kinds")
    return Filters(tuple(chosen), tuple(only))


main()
