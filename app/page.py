"""What the pages share: the open index, and the pages for when there is none."""

from __future__ import annotations

import streamlit as st

from app.building import building
from app.safe_markdown import plain
from config.settings import Settings, load_settings
from index.generation import serving
from index.search import Searcher


@st.cache_resource(max_entries=2, show_spinner="Opening the index …")
def open_searcher(home: str, generation: str) -> Searcher:
    """Return the generation that serves; a new one gets a new searcher."""
    return Searcher(load_settings(home=home))


def searcher() -> Searcher:
    """Return the searcher of the generation that serves now."""
    settings = load_settings()
    folder, _, _ = serving(settings.generations_folder)
    return open_searcher(str(settings.home), folder.name)


def empty_page(settings: Settings) -> None:
    """Say that there is no index, and how to make one."""
    st.title("There is no index yet")
    st.markdown("Make one from your reading list, in a terminal, then reload this page:")
    st.code("concordance build --list my-list.md", language="sh")
    st.markdown("Or look at the demo that ships with Concordance:")
    st.code("concordance chat --demo", language="sh")
    st.caption(f"Looked in {plain(str(settings.home))}")


def broken_page(settings: Settings, reason: str) -> None:
    """Say what is wrong with the index, and what to do."""
    st.title("The index cannot be used")
    st.error(plain(reason))
    st.markdown("The archive is not touched by this. A new index is made from it by:")
    st.code("concordance build", language="sh")
    st.caption(f"Looked in {plain(str(settings.home))}")


@st.fragment(run_every=1.0)
def building_page(settings: Settings) -> None:
    """Show how far the build is; open the chat when it is done."""
    state = building(settings)
    if state is None:
        st.rerun()
    st.title("The index is being built")
    done, total = int(state["done"]), max(int(state["total"]), 1)
    st.progress(min(done / total, 1.0), text=f"{state['stage']}: {done} of {total}")
    st.caption(plain(str(state.get("detail", ""))))
