"""What a page says where it has nothing to show: that nothing is loaded yet, or that the filters leave nothing."""

from __future__ import annotations

import streamlit as st

from kpis.freshness import freshness
from screen.filters import chosen_values, reset
from screen.navigation import link_to
from screen.session import ask


def nothing_here(sentence: str) -> None:
    """Says so and offers the way on: the Data page while nothing is posted, else the filters' defaults."""
    if ask(freshness).data_through is None:
        st.info(
            "Nothing is posted yet, so there is nothing to show. Load remittances (835 files or exports of them).",
            icon=":material/upload_file:",
        )
        link_to("data", "Load remittances", ":material/upload_file:")
        return
    st.info(f"{sentence} Widen the period or reset the filters.", icon=":material/filter_alt_off:")
    if chosen_values():
        st.button("Reset the filters", on_click=reset, key="reset_for_something")
