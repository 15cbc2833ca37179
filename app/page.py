"""What the pages share: which home they show, its open index, and where things open."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from app.building import DEMO_ARGUMENT, demo_settings
from config.errors import NoIndexError
from config.settings import Settings, load_settings
from index.generation import serving
from index.search import Searcher
from index.spans import Span

ASSETS = Path(__file__).parent / "assets"


def chosen_settings() -> Settings:
    """Return the settings of the home that is shown: one's own, or the demo's.

    The demo is shown when asked for, and as long as nothing of one's own list was read. So the chat
    turns to one's own index by itself, once it is there.
    """
    own = load_settings()
    demo = demo_settings(own)
    if DEMO_ARGUMENT in sys.argv[1:]:
        return demo
    try:
        if serving(own.generations_folder)[1].documents:
            return own
    except NoIndexError:
        pass
    return demo if demo.generations_folder.is_dir() else own


def _told_apart(settings: Settings) -> str:
    # repr covers secrets up; a new key must not be answered with the old one.
    return repr(settings) + settings.llm_key.get_secret_value()


@st.cache_resource(max_entries=2, show_spinner="Opening the index …", hash_funcs={Settings: _told_apart})
def open_searcher(settings: Settings, generation: str) -> Searcher:
    """Return the generation that serves; a new one, or other settings, get a new searcher."""
    return Searcher(settings)


def searcher() -> Searcher:
    """Return the searcher of the generation that serves now."""
    settings = chosen_settings()
    folder, _, _ = serving(settings.generations_folder)
    return open_searcher(settings, folder.name)


def source_url(resource: str, span: Span | None = None) -> str:
    """Return the address, within the chat, of what was read of a resource, opened at a span of it."""
    place = {"block": span[0], "from": span[1], "to": span[2]} if span else {}
    return "source?" + urlencode({"resource": resource, **place})


def resource_url(resource: str, open_index: Searcher) -> str:
    """Return where a resource opens: its own address; in the demo, whose pages are nowhere else, the chat's copy."""
    return source_url(resource) if open_index.manifest.demo else resource
