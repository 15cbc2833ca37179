"""The chat's first script: settings, the state of the index, and the pages."""

from __future__ import annotations

import streamlit as st

from app.building import building
from app.page import broken_page, building_page, empty_page, open_searcher
from config.errors import ConcordanceError, NoIndexError
from config.settings import load_settings
from index.generation import serving

st.set_page_config(page_title="Concordance", page_icon=":material/menu_book:", layout="centered")


def main() -> None:
    """Show the page that the state of the index asks for."""
    settings = load_settings()
    try:
        folder, manifest, words = serving(settings.generations_folder)
    except NoIndexError:
        if building(settings):
            building_page(settings)
        else:
            empty_page(settings)
        return
    except ConcordanceError as error:
        broken_page(settings, str(error))
        return
    try:
        open_searcher(str(settings.home), folder.name)
    except ConcordanceError as error:
        broken_page(settings, str(error))
        return
    for word in words:
        st.warning(word)
    if building(settings):
        st.info("A new index is being built; until it is ready, this one answers.")
    with st.sidebar:
        st.caption(f"{manifest.resources} resources, {manifest.documents} read · built {manifest.built[:10]}")
        if manifest.demo:
            st.info(
                "**This is the demo.** It answers from a dozen pages that ship with Concordance. "
                "For your own list:\n\n`concordance build --list YOUR.md`"
            )
    st.navigation(
        [
            st.Page("pages/ask.py", title="Ask", icon=":material/forum:", default=True),
            st.Page("pages/concepts.py", title="Concepts", icon=":material/search:"),
            st.Page("pages/resources.py", title="Resources", icon=":material/list:"),
        ]
    ).run()


main()
