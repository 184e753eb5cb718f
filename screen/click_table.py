"""A table in which a click on any cell opens what is behind its row, with its CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from screen.column_widths import fitted
from screen.tables import Row, shown

IN_FULL, ROW_PIXELS = 12, 35


def click_table(
    rows: Sequence[Row],
    columns: Mapping[str, str],
    formats: Mapping[str, ColumnConfig | str],
    *,
    key: str,
    alt: str,
    on_row: Callable[[Row], None],
    in_full: int = IN_FULL,
    nothing: str = "–",
) -> None:
    """Draws the rows; columns maps each name shown to its heading, formats those that need more than one.

    on_row: called with the row clicked, which may hold more than is shown. in_full: more rows than that scroll.
    nothing: stands in empty cells.
    """
    st.dataframe(
        shown(rows, list(columns)),
        key=key,
        hide_index=True,
        height="content" if len(rows) <= in_full else ROW_PIXELS * (in_full + 1),
        on_select=partial(_clicked, key, rows, on_row),
        selection_mode="single-cell",
        placeholder=nothing,
        column_config=fitted(rows, {**columns, **formats}),
        alt=alt,
    )


def day(label: str) -> ColumnConfig:
    """A column of dates."""
    return st.column_config.DateColumn(label, format="MMM D, YYYY")


def pinned(label: str) -> ColumnConfig:
    """The column that names the row; it stays in sight."""
    return st.column_config.TextColumn(label, pinned=True)


def _clicked(key: str, rows: Sequence[Row], on_row: Callable[[Row], None]) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells and cells[0][0] < len(rows):
        on_row(rows[cells[0][0]])
