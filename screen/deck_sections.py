"""Which sections a report has, and in which order: chosen row by row, kept while the session lasts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from reports.content import Section
from screen.tables import escaped

ORDER, HIDDEN, SHOWN = "deck_order", "deck_hidden", "deck_shown_"


def chosen_sections(sections: Sequence[Section]) -> tuple[str, ...]:
    """Draws a row for each section, in the user's order; gives the names of those that are ticked."""
    by_name = {section.name: section for section in sections}
    order = _order(tuple(by_name))
    for at, name in enumerate(order):
        _row(by_name[name], at, len(order))
    with st.container(horizontal=True, gap="small"):
        st.button("All", on_click=_tick, args=(order, True), type="tertiary", key="deck_all")
        st.button("None", on_click=_tick, args=(order, False), type="tertiary", key="deck_none")
        st.button("Usual order", on_click=_forget_order, type="tertiary", key="deck_usual")
    shown = tuple(name for name in order if st.session_state[SHOWN + name])
    st.session_state[HIDDEN] = frozenset(order) - frozenset(shown)
    return shown


def _row(section: Section, at: int, rows: int) -> None:
    name = section.name
    st.session_state.setdefault(SHOWN + name, name not in st.session_state.get(HIDDEN, ()))
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xxsmall"):
        st.checkbox(escaped(section.heading), key=SHOWN + name, width="stretch")
        for sign, label, step, is_end in (
            ("↑", "up", -1, at == 0),
            ("↓", "down", 1, at == rows - 1),
        ):
            st.button(
                sign,
                help=f"Move {section.heading} {label}",
                type="tertiary",
                disabled=is_end,
                on_click=_move,
                args=(name, step),
                key=f"deck_{label}_{name}",
            )


def _order(names: tuple[str, ...]) -> list[str]:
    """The order chosen so far; a section it does not know yet comes last."""
    kept = [name for name in st.session_state.get(ORDER, names) if name in names]
    return [*kept, *(name for name in names if name not in kept)]


def _move(name: str, step: int) -> None:
    from reports.sections import SECTIONS

    order = _order(tuple(SECTIONS))
    at = order.index(name)
    order.insert(at + step, order.pop(at))
    st.session_state[ORDER] = order


def _tick(names: Sequence[str], shown: bool) -> None:
    for name in names:
        st.session_state[SHOWN + name] = shown


def _forget_order() -> None:
    st.session_state.pop(ORDER, None)
