"""A long list on screen: one page of rows at a time, and a CSV of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

from screen.column_widths import fitted, money_fitted
from screen.csv_files import ALL_ROWS, Narrowed, csv_button
from screen.navigation import will_open
from screen.pager import page_chosen
from screen.tables import Row, shown

ROWS_PER_PAGE = 25
OPEN = ":material/open_in_full: Open"

Rows = Callable[[int | None, int], Sequence[Row]]
"""Rows of a list: how many (None for all), and how many to leave out before."""


def paged_table(
    rows: Rows,
    count: int,
    headings: Mapping[str, str],
    formats: Mapping[str, ColumnConfig],
    *,
    name: str,
    alt: str,
    exported: Mapping[str, str] | None = None,
    narrowed: Narrowed = "by all",
) -> None:
    """Draws the page chosen; rows with a receivable_id open that offset.

    name: keys its widgets and names the file; alt: says what the table holds; narrowed: see `csv_button`.
    """
    pages = max(-(-count // ROWS_PER_PAGE), 1)
    place = st.container()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        first = (_page_number(name, pages, count) - 1) * ROWS_PER_PAGE
        last = min(first + ROWS_PER_PAGE, count)
        st.caption(f"Rows {first + 1:,} to {last:,} of {count:,}", width="content")
        csv_button(
            lambda: rows(None, 0),
            exported or headings,
            f"{name}.csv",
            label=ALL_ROWS,
            narrowed=narrowed,
        )
    with place:
        _table(rows(ROWS_PER_PAGE, first), headings, formats, name, alt)


def _table(
    rows: Sequence[Row],
    headings: Mapping[str, str],
    formats: Mapping[str, ColumnConfig],
    name: str,
    alt: str,
) -> None:
    table = shown(rows, list(headings))
    numbers = [row.get("receivable_id") for row in rows]
    opens: dict[str, ColumnConfig | ButtonColumnResult] = {}
    if any(numbers):
        table.insert(0, "open", [OPEN if number else "" for number in numbers])
        opens["open"] = st.column_config.ButtonColumn(
            "",
            key=f"opened_{name}",
            on_click=_open_offset,
            args=(f"opened_{name}", numbers),
            pinned=True,
            type="tertiary",
        )
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        row_height=36,
        column_config={**money_fitted(rows, fitted(rows, {**headings, **formats})), **opens},
        placeholder="–",
        key=f"table_{name}",
        alt=alt,
    )


def _open_offset(key: str, numbers: Sequence[object]) -> None:
    click = st.session_state[key]
    if click is not None and numbers[click.row]:
        will_open("offsets", offset=str(numbers[click.row]))


def _page_number(name: str, pages: int, count: int) -> int:
    """The page of the list; another number of rows is another list and starts at its first page."""
    if pages == 1:
        return 1
    return page_chosen(pages, f"page_{name}_{count}")
