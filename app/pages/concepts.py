"""Which resource covers a concept, where in it, and how deeply."""

from __future__ import annotations

import streamlit as st

from app.page import searcher
from app.present import find_json
from app.safe_markdown import link, plain
from index.concepts import find_concept

_DEPTHS = {"explains": "Explain it", "discusses": "Discuss it", "mentions": "Mention it"}


def main() -> None:
    """Draw the page."""
    open_index = searcher()
    st.title("Who covers what")
    concept = st.text_input("A concept", placeholder="cross-attention", max_chars=200)
    if not concept.strip():
        return
    found = find_json(concept, find_concept(concept, open_index), open_index)["resources"]
    if not found:
        st.markdown("**Nothing in the list covers this.**")
    for depth, heading in _DEPTHS.items():
        some = [item for item in found if item["depth"] == depth]
        if some:
            st.subheader(heading)
        for item in some:
            unread = "" if item["read"] else " · not read: found by its title and note"
            st.markdown(f"**{link(item['title'], item['resource'])}**")
            st.caption(f"{item['kind']} · {plain(' › '.join(item['section']))}{unread}")
            for passage in item["passages"]:
                st.markdown(f"> {plain(' '.join(passage['quote'].split())[:300])} {link('↗', passage['url'])}")


main()
