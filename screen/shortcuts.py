"""Keys that do what buttons do, listed in one place: each with a modifier, so that none fires while one types."""

from __future__ import annotations

import streamlit as st

RESET, UP, KEYS = "Alt+Backspace", "Alt+Up", "Alt+K"
ASKED = "_keys_asked_for"
IN_WORDS = (
    (RESET, "Reset every filter"),
    (UP, "From one payer, offset or withdrawal up to the list"),
    (KEYS, "Show this list of keys"),
    ("Alt+Left", "Back to the view before; the browser's own key"),
    ("Tab, Shift+Tab", "To the next and the previous filter, chart menu or table"),
    ("Arrow keys", "Through the rows of a table, the choices of a filter, the pages of a list"),
    ("Enter", "Open what is in focus; Esc closes it"),
    ("Ctrl+F", "Search in a table that is in focus"),
)


def keys_button() -> None:
    """A small button that lists the keys."""
    st.button(
        "Keys",
        icon=":material/keyboard:",
        type="tertiary",
        key="keys",
        shortcut=KEYS,
        on_click=_ask,
    )
    if st.session_state.pop(ASKED, False):
        _list_of_keys()


def keys_table() -> None:
    """The keys as a table."""
    st.table(
        [{"Key": key, "What it does": what} for key, what in IN_WORDS],
        hide_index=True,
        alt="Keys and what they do",
    )
    st.caption("On a Mac, Alt is the Option key.")


def _ask() -> None:
    st.session_state[ASKED] = True


@st.dialog("Keys")
def _list_of_keys() -> None:
    keys_table()
