"""What can be loaded, in words: the kinds of files and what each needs."""

from __future__ import annotations

import streamlit as st

from loaders.tables.layouts import Layout
from screen.field_words import (
    WAYS_SHOWN,
    kind_in_words,
    known_layouts,
    needed_in_words,
    others_in_words,
    ways_in_words,
)


def what_can_be_loaded() -> None:
    """Draws, on demand, each kind with what it needs and what it may have."""
    with st.expander("What can be loaded, and which columns a table needs"):
        st.markdown(
            "**Remittance (835)**: X12 005010X221A1 and 004010X091A1, any number of them in a file."
        )
        for layout in known_layouts():
            st.markdown(_layout(layout))
        st.caption(
            "Tables are text (comma, tab, pipe or semicolon), Excel workbooks with any number of sheets, Parquet or "
            "Arrow. Columns are known under the names that systems give them, in any order; a table whose columns "
            "are not known is offered to be mapped."
        )


def _layout(layout: Layout) -> str:
    """What a kind of table needs; its ways as a list where there are many."""
    kind, others = kind_in_words(layout.kind), f":gray[It may have {others_in_words(layout)}.]"
    ways = ways_in_words(layout)
    if len(ways) <= WAYS_SHOWN:
        return f"**{kind}** needs {needed_in_words(layout)}.  \n{others}"
    listed = "\n".join(f"- {way}" for way in ways)
    return f"**{kind}** needs one of these sets of columns:\n\n{listed}\n\n{others}"
