"""Every resource of the list: whether it was read, and if not, why."""

from __future__ import annotations

import streamlit as st

from app.page import searcher
from ingest.report import STATES


def main() -> None:
    """Draw the page."""
    rows = searcher().store.resources
    st.title("What was read, and what was not")
    kinds = list(dict.fromkeys(row.kind for row in rows))
    st.dataframe(
        [
            {"kind": kind}
            | {state: sum(row.kind == kind and row.state == state for row in rows) or None for state in STATES}
            for kind in kinds
        ],
        hide_index=True,
    )
    st.dataframe(
        [
            {
                "state": row.state,
                "title": row.title,
                "kind": row.kind,
                "address": row.url if row.url.startswith("http") else None,
                "why": row.reason,
                "coverage": row.coverage,
                "section": " › ".join(row.section),
            }
            for row in sorted(rows, key=lambda row: STATES.index(row.state), reverse=True)
        ],
        hide_index=True,
        column_config={
            "address": st.column_config.LinkColumn(),
            "coverage": st.column_config.NumberColumn(format="percent"),
        },
    )
    st.caption("A page that could not be fetched: save it in a browser, then `concordance import FILE`.")


main()
