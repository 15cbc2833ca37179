"""Which resource covers a concept, where in it, and how deeply."""

from __future__ import annotations

import streamlit as st

from app.citation import citation_url
from app.page import resource_url, searcher, source_url
from app.present import DEPTH_GROUPS
from app.safe_markdown import link, plain
from config.errors import ConcordanceError
from index.concepts import Coverage, find_concept
from index.search import Hit, Searcher, Sentence

_QUOTE_CHARACTERS = 320


def main() -> None:
    """Draw the page."""
    open_index = searcher()
    st.title("Who covers what")
    st.markdown("Name a concept to see what to read about it: who explains it first, then who only touches on it.")
    concept = st.text_input(
        "A concept", placeholder="for example: cross-attention", max_chars=200, key="concept", bind="query-params",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    if not concept or not concept.strip():
        return
    try:
        covered = find_concept(concept, open_index)
    except ConcordanceError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if not covered:
        st.markdown("**Nothing in the list covers this.**")
    for heading, depths, read in DEPTH_GROUPS:
        some = [item for item in covered if item.depth in depths and item.resource.read == read]
        if some:
            st.subheader(heading)
        for item in some:
            with st.container(border=True, gap="xsmall"):
                _resource(item, open_index)


def _resource(item: Coverage, open_index: Searcher) -> None:
    row = item.resource
    title = link(row.title, resource_url(row.url, open_index))
    st.markdown(f"**{title}** :gray[{plain(' · '.join((row.kind, ' › '.join(row.section))))}]")
    for hit, sentence in item.passages:
        st.markdown(_passage(hit, sentence, open_index))
    if row.note:
        st.caption(f"The list says: {plain(row.note[:300])}")


def _passage(hit: Hit, sentence: Sentence | None, open_index: Searcher) -> str:
    document = open_index.document(hit.chunk.resource)
    span = sentence.span if sentence else hit.chunk.spans[0]
    number, start, end = span
    block = document.blocks[number]
    words = " ".join(block.text[start:end].split())
    quote = words if len(words) <= _QUOTE_CHARACTERS else f"{words[:_QUOTE_CHARACTERS].rsplit(' ', 1)[0]} …"
    heading = " › ".join(hit.chunk.headings[-1:])
    target = source_url(hit.resource.url, span) if open_index.manifest.demo else citation_url(document, span)
    return f"{plain(quote)} {link(heading or 'there', target)}"


main()
