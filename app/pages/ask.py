"""The conversation: a question, an answer that appears as it is made, its citations."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.answer.ask import ask
from app.answer.model import Answer
from app.answer_view import draw_answer
from app.conversation import Conversations, Turn, Waiting, new_conversation
from app.page import searcher
from app.safe_markdown import plain
from config.errors import ConcordanceError
from index.search import Filters, Searcher

# Drawing hundreds of turns at every step would make each step slow.
_SHOWN_TURNS = 20
_EARLIER = 12
_EXAMPLES = ("What is classifier-free guidance?", "What does a skip connection copy?", "What is the residual stream?")
_ASKER, _ANSWERER = ":material/person:", ":material/menu_book:"


def main() -> None:
    """Draw the page."""
    open_index = searcher()
    try:
        conversations = Conversations(open_index.settings.home)
        conversation = _conversation()
        _beside(conversations, conversation)
        within = _limits(open_index)
        _talk(conversations, conversation, open_index, within)
    except ConcordanceError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _conversation() -> str:
    """Return the conversation of the address; else the one of this tab, which coming back to the page keeps."""
    named = st.query_params.get("c", "")[:64]
    chosen = named or st.session_state.get("conversation") or new_conversation()
    if chosen != named:
        st.query_params["c"] = chosen
    st.session_state.conversation = chosen
    return chosen


def _turn_to(conversation: str) -> None:
    st.query_params["c"] = conversation
    st.session_state.conversation = conversation


def _forget(conversations: Conversations, conversation: str) -> None:
    conversations.forget(conversation)
    _turn_to(new_conversation())


def _beside(conversations: Conversations, conversation: str) -> None:
    kept = conversations.newest(_EARLIER)
    with st.sidebar:
        st.button(
            "New conversation",
            icon=":material/add:",
            width="stretch",
            on_click=_turn_to,
            args=(new_conversation(),),
        )
        others = [item for item in kept if item.conversation != conversation]
        if others:
            with st.expander("Earlier conversations"), st.container(key="earlier", gap=None):
                for item in others:
                    st.button(
                        plain(item.question[:80]),
                        key=f"turn_{item.conversation}",
                        type="tertiary",
                        width="stretch",
                        help=f"{item.asked[:10]}: {plain(item.question[:300])}",
                        on_click=_turn_to,
                        args=(item.conversation,),
                    )


def _limits(open_index: Searcher) -> Filters:
    rows = open_index.store.resources
    paths = (row.section[:depth] for row in rows for depth in range(1, len(row.section) + 1))
    sections = list(dict.fromkeys(" › ".join(path) for path in paths))
    kinds = list(dict.fromkeys(row.kind for row in rows if row.chunks))
    with st.sidebar:
        chosen = st.multiselect(
            "Only these sections", sections, placeholder="All sections", key="section", bind="query-params",
            persist_state="session",
        )  # fmt: skip
        only = st.multiselect(
            "Only these kinds", kinds, placeholder="All kinds", key="kind", bind="query-params",
            persist_state="session",
        )  # fmt: skip
    return Filters(tuple(chosen), tuple(only))


def _talk(conversations: Conversations, conversation: str, open_index: Searcher, within: Filters) -> None:
    turns = conversations.turns(conversation)
    st.chat_input(
        "Ask the list …",
        max_chars=2000,
        key="typed",
        on_submit=_ask_typed,
        args=(conversations, conversation, within),
    )
    if wrong := st.session_state.pop("wrong", ""):
        st.error(plain(wrong), icon=":material/error:")
    waiting = conversations.waiting(conversation)
    if not turns and waiting is None:
        _welcome(conversations, conversation, open_index, within)
    shown = len(turns) if st.session_state.get("all") == conversation else _SHOWN_TURNS
    if len(turns) > shown and st.button(f"Show the {len(turns) - shown} turns before"):
        st.session_state.all = conversation
        st.rerun()
    for number, turn in list(enumerate(turns))[-shown:]:
        _asked(turn.answer.question, number)
        with st.chat_message("assistant", avatar=_ANSWERER):
            draw_answer(turn.answer, turn.within, open_index, str(number))
    if waiting is not None:
        _asked(waiting.question, len(turns))
        with st.chat_message("assistant", avatar=_ANSWERER):
            answer = _answered(conversations, conversation, waiting, turns, open_index)
            draw_answer(answer, waiting.within, open_index, str(len(turns)))
    elif turns:
        _below(conversations, conversation)


def _ask_typed(conversations: Conversations, conversation: str, within: Filters) -> None:
    _ask(conversations, conversation, st.session_state.typed or "", within)


def _ask(conversations: Conversations, conversation: str, question: str, within: Filters) -> None:
    """Keep a question. A callback, so that it runs before anything that may interrupt the script."""
    try:
        if question.strip():
            conversations.ask(conversation, question.strip(), within)
    except ConcordanceError as error:
        st.session_state.wrong = str(error)


def _asked(question: str, key: int) -> None:
    with st.container(key=f"asked_{key}"), st.chat_message("user", avatar=_ASKER):
        st.markdown(plain(question))


def _answered(
    conversations: Conversations, conversation: str, waiting: Waiting, turns: Sequence[Turn], open_index: Searcher
) -> Answer:
    place = st.empty()

    def show(written: str) -> None:
        """Show what a language model writes as it comes; checked and cited, the answer takes its place."""
        place.markdown(plain(written))

    with st.spinner("Looking …"):
        history = [turn.answer for turn in turns]
        try:
            answer = ask(waiting.question, open_index, waiting.within, show, history)
        except ConcordanceError:
            # What cannot be answered now would fail again each time the page is drawn.
            conversations.withdraw(conversation)
            raise
        # Before anything more is drawn: whoever turns to another page now stops the drawing, not the keeping.
        conversations.add(conversation, answer, waiting.within)
    place.empty()
    return answer


def _welcome(conversations: Conversations, conversation: str, open_index: Searcher, within: Filters) -> None:
    st.title("Ask your reading list")
    st.markdown(
        "Answers are made of what the list's sources say, and every sentence carries a mark: "
        "follow it to the very passage. What the list does not cover, it says."
    )
    if open_index.manifest.demo:
        with st.container(horizontal=True, gap="small"):
            for example in _EXAMPLES:
                st.button(
                    example,
                    key=f"example_{example}",
                    on_click=_ask,
                    args=(conversations, conversation, example, within),
                )
    else:
        tops = list(dict.fromkeys(row.section[0] for row in open_index.store.resources if row.section))
        st.caption(f"It is about: {plain(' · '.join(tops[:40]))}")


def _below(conversations: Conversations, conversation: str) -> None:
    st.button(
        "Delete this conversation",
        icon=":material/delete:",
        type="tertiary",
        key="forget",
        on_click=_forget,
        args=(conversations, conversation),
    )


main()
