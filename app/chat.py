"""The chat's first script: which home is shown, the state of its index, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.building import building
from app.page import ASSETS, chosen_settings, open_searcher
from app.safe_markdown import plain
from app.states import broken_page, building_note, building_page, empty_page, settings_page
from config.command import command
from config.errors import ConcordanceError, IndexError_, NoIndexError
from config.settings import Settings, load_settings
from index.generation import Manifest, serving

st.set_page_config(page_title="Concordance", page_icon=str(ASSETS / "icon.svg"), layout="centered")
st.html(ASSETS / "style.css")


def main() -> None:
    """Show the page that the state of the index asks for."""
    try:
        settings = chosen_settings()
    except ConcordanceError as error:
        wrong = str(error)
        _only(lambda: settings_page(wrong))
        return
    try:
        folder, manifest, words = serving(settings.generations_folder)
        rows = open_searcher(settings, folder.name).store.resources
    except NoIndexError:
        home = _at_work(settings) or settings
        _only(lambda: building_page(home) if building(home) else empty_page(home))
        return
    except IndexError_ as error:
        reason = str(error)
        _only(lambda: broken_page(settings, reason))
        return
    except ConcordanceError as error:
        wrong = str(error)
        _only(lambda: settings_page(wrong))
        return
    _pages(settings, manifest, words, sum(row.state in ("read", "partial") for row in rows))


def _at_work(settings: Settings) -> Settings | None:
    """Return the home, of the one that is shown and one's own, in which a build is at work."""
    return next((home for home in (settings, load_settings()) if building(home)), None)


def _navigation(position: Literal["sidebar", "hidden"]) -> StreamlitPage:
    """Return the page of the address.

    The pages are the same in every state: what a fragment of a state's page still asks for would else
    come from a page that is no more, and the browser would take the new one's elements away.
    """
    return st.navigation(
        [
            st.Page("pages/ask.py", title="Ask", icon=":material/forum:", default=True),
            st.Page("pages/concepts.py", title="Concepts", icon=":material/travel_explore:"),
            st.Page("pages/resources.py", title="Resources", icon=":material/list_alt:"),
            st.Page("pages/source.py", title="Source", visibility="hidden"),
        ],
        position=position,
    )


def _only(draw: Callable[[], None]) -> None:
    """Show one page at every address, and no way to the others."""
    _navigation("hidden")
    draw()


def _pages(settings: Settings, manifest: Manifest, words: list[str], read: int) -> None:
    page = _navigation("sidebar")
    for word in words:
        st.warning(word, icon=":material/warning:")
    if manifest.demo:
        st.info(
            "**This is the demo**: it answers from a dozen pages that ship with Concordance. "
            f"Your own list replaces it: `{command('build --list YOUR.md')}`",
            icon=":material/science:",
        )
    try:
        home = _at_work(settings)
        if home is not None:
            building_note(home)
        page.run()
    except ConcordanceError as error:
        # What was right when the page began need not be any more: a setting is edited, a generation removed.
        st.error(plain(str(error)), icon=":material/error:")
    st.sidebar.caption(f"{read} of {manifest.resources} resources read · {manifest.built[:10]}")


main()
