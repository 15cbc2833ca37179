"""Every resource of the list: whether it was read, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.page import searcher
from config.command import command
from index.store import ResourceRow
from ingest.report import STATES

_MEANINGS = {
    "read": "read whole",
    "partial": "read in part",
    "failed": "could not be fetched or read",
    "missing": "not in the archive",
    "unlinked": "named by the list without an address",
}


def main() -> None:
    """Draw the page."""
    # The tables need the room.
    st.set_page_config(layout="wide")
    rows = searcher().store.resources
    st.title("What was read, and what was not")
    for column, state in zip(st.columns(len(STATES)), STATES, strict=True):
        column.metric(state, sum(row.state == state for row in rows), help=_MEANINGS.get(state))
    kinds = list(dict.fromkeys(row.kind for row in rows))
    st.dataframe(
        [
            {"kind": kind}
            | {state: sum(row.kind == kind and row.state == state for row in rows) or None for state in STATES}
            for kind in kinds
        ],
        hide_index=True,
        placeholder="",
    )
    unread = [row for row in rows if row.state in ("failed", "partial", "missing", "unlinked")]
    if unread:
        st.subheader("Not read, or not whole")
        _table(sorted(unread, key=lambda row: STATES.index(row.state)))
        st.markdown("A page that could not be fetched: save it in a browser, put it into the archive and build again.")
        st.code(f"{command('import saved-page.html')}\n{command('build')}", language=None)
    whole = [row for row in rows if row.state == "read"]
    if whole:
        st.subheader("Read")
        _table(whole)


def _table(rows: Sequence[ResourceRow]) -> None:
    some_reason = any(row.reason for row in rows)
    st.dataframe(
        [
            {
                "title": row.title,
                "state": row.state,
                **({"why": row.reason} if some_reason else {}),
                "kind": row.kind,
                "address": row.url if row.url.startswith(("http://", "https://")) else None,
                "share read": row.coverage,
                "section": " › ".join(row.section),
            }
            for row in rows
        ],
        hide_index=True,
        placeholder="",
        column_config={
            "title": st.column_config.TextColumn(width="medium"),
            "why": st.column_config.TextColumn(width="large"),
            "address": st.column_config.LinkColumn(display_text="open", width="small"),
            "share read": st.column_config.NumberColumn(format="percent", width="small"),
        },
    )


main()
