"""What was read of one resource, section by section, with a passage marked: the copy that is always at hand."""

from __future__ import annotations

import streamlit as st

from app.block_markdown import WHOLE, block_markdown
from app.page import searcher
from app.safe_markdown import link, plain
from index.spans import sections
from ingest.document import Document


def main() -> None:
    """Draw the page."""
    open_index = searcher()
    row = open_index.store.resource(st.query_params.get("resource", ""))
    if row is None:
        st.title("No such resource")
        st.markdown("The index that serves now has none of this address.")
        return
    st.title(plain(row.title))
    st.caption(plain(" · ".join((row.kind, *row.section))))
    if row.note:
        st.caption(f"The list says: {plain(row.note[:1000])}")
    if row.url.startswith("http") and not open_index.manifest.demo:
        st.markdown(link("Open the original", row.url))
    if not row.read:
        st.warning(f"It was not read: {plain(row.reason)}", icon=":material/warning:")
        return
    if row.reason:
        st.caption(plain(row.reason))
    _draw(open_index.document(row.number))


def _draw(document: Document) -> None:
    number, start, end = (_whole(name) for name in ("block", "from", "to"))
    parts = sections(document.blocks)
    current = next((at for at, (_, blocks) in enumerate(parts) if number in blocks), 0)
    names = [" › ".join(path) or "(beginning)" for path, _ in parts]
    if len(parts) > 1:
        current = st.selectbox("Section", range(len(parts)), index=current, format_func=lambda at: names[at])
    path, blocks = parts[current] if parts else ((), [])
    if path:
        st.subheader(plain(path[-1]))
    for index in blocks:
        block = document.blocks[index]
        if index != number:
            st.markdown(block_markdown(block))
        elif block.type in WHOLE:
            with st.container(key="marked"):
                st.markdown(block_markdown(block))
        else:
            st.markdown(block_markdown(block, (start, end)))


def _whole(name: str) -> int:
    given = st.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


main()
