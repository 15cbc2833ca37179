"""The pages for when there is no index to ask: none yet, one being built, a broken one."""

from __future__ import annotations

import streamlit as st

from app.building import building, is_demo
from app.safe_markdown import plain
from config.command import command
from config.settings import Settings


def empty_page(settings: Settings) -> None:
    """Say that there is no index, and how to make one."""
    st.title("There is no index yet")
    st.markdown("Make one from your reading list, in a terminal. This page opens the chat as soon as it is there.")
    st.code(command("build --list my-list.md"), language=None)
    st.markdown("Or look at the demo that ships with Concordance:")
    st.code(command("chat --demo"), language=None)
    st.caption(f"Looked in {plain(str(settings.home))}")
    _again()


def broken_page(settings: Settings, reason: str) -> None:
    """Say what is wrong with the index, and how to make a new one."""
    st.title("The index cannot be used")
    st.error(plain(reason), icon=":material/error:")
    st.markdown("Nothing that was fetched or imported is lost by this. A new index is made from it by:")
    st.code(command("build --demo" if is_demo(settings) else "build"), language=None)
    st.caption(f"Looked in {plain(str(settings.home))}")
    _again()


def settings_page(reason: str) -> None:
    """Say which setting cannot be used."""
    st.title("A setting is wrong")
    st.error(plain(reason), icon=":material/error:")
    st.markdown("Correct it, and this page opens the chat.")
    _again()


def building_page(settings: Settings) -> None:
    """Show how far the build is; the chat opens when it is done."""
    st.title("The index is being built")
    _bar(settings)
    st.markdown("The chat opens here by itself when it is done. You may close this page meanwhile.")


@st.fragment(run_every=3.0)
def _again() -> None:
    """Look every few seconds whether there is an index now; running the fragment draws nothing."""
    if st.session_state.get("looked"):
        st.session_state.looked = False
        st.rerun()
    st.session_state.looked = True


@st.fragment(run_every=1.0)
def _bar(settings: Settings) -> None:
    state = building(settings)
    if state is None:
        st.rerun()
    total = max(state.total, 1)
    count = f": {state.done} of {state.total}" if state.total else ""
    st.progress(min(state.done / total, 1.0), text=plain(f"{state.stage}{count}"))
    st.caption(plain(state.detail[:120]) or "…")


@st.fragment(run_every=2.0)
def building_note(settings: Settings) -> None:
    """Say that a new index is on its way while the old one answers."""
    state = building(settings)
    if state is None:
        st.rerun()
    count = f" {state.done} of {state.total}" if state.total else ""
    st.info(
        f"A new index is being built ({plain(state.stage)}{count}). Until it is ready, this one answers.",
        icon=":material/autorenew:",
    )
