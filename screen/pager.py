"""The page of a long list: every page's number where there is room for all."""

from __future__ import annotations

import streamlit as st

NUMBERS = 7
FEWEST = 5
ARROWS_PIXELS, NUMBER_PIXELS = 76, 36


def page_chosen(pages: int, key: str, *, persist: bool = False) -> int:
    """The page chosen below a list, from 1; persist: whether it is kept while the list is not drawn.

    Streamlit leaves numbers out where it measures room for fewer than five, and as wide as its content is what it
    draws of three or four pages: these get the room of five.
    """
    numbers = max(pages, FEWEST)
    chosen = st.pagination(
        pages,
        max_visible_pages=NUMBERS,
        width=ARROWS_PIXELS + NUMBER_PIXELS * numbers if pages <= NUMBERS else "content",
        key=key,
        persist_state="session" if persist else None,
    )
    return min(chosen, pages)
