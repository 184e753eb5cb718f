"""The withdrawals a check of notice and time marks: how many of each kind, and the list of one kind."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kpis.checks import CHECKS, LETTER_AFTER, checked_withdrawals
from screen.click_table import click_table
from screen.csv_files import ALL_ROWS, csv_button
from screen.filters import current_filters, current_period
from screen.navigation import will_open
from screen.session import ask
from screen.withdrawal_columns import EXPORTED, MARKED_COLUMNS, marked_formats

MARKED, CHECK = "lag_marked", "lag_check"
SHOWN_ROWS = 100


def marked(counts: dict[str, int]) -> None:
    """The withdrawals behind one of the counts; a click on a cell opens the offset."""
    if not any(counts.values()):
        st.markdown(
            "**No withdrawal is marked: each has a notice on file, in time as far as the rules tell.**"
        )
        return
    st.caption(" · ".join(f"{name}: {count:,}" for name, count in counts.items()))
    check = st.selectbox(
        "Show withdrawals", list(CHECKS), key=CHECK, bind="query-params", width=420
    )
    rows = ask(checked_withdrawals, current_filters(), check, SHOWN_ROWS).to_pylist()
    if not rows:
        st.markdown(f"Nothing is marked so in {current_period()}.")
        return
    click_table(
        rows,
        MARKED_COLUMNS,
        marked_formats(),
        key=MARKED,
        alt=f"{check}, most withheld first; a click opens the offset",
        on_row=_open,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_how_many(check, len(rows), counts[check]))
        csv_button(
            lambda: ask(checked_withdrawals, current_filters(), check).to_pylist(),
            EXPORTED,
            "withdrawals.csv",
            label=ALL_ROWS,
        )


def _how_many(check: str, shown: int, count: int) -> str:
    more = f" {count - shown:,} more are in the CSV." if count > shown else ""
    tail = (
        " A letter dated after the withdrawal is a question to the register, not a lag."
        if check == LETTER_AFTER
        else ""
    )
    return f"{shown:,} of {count:,}, most withheld first.{more}{tail}"


def _open(row: Mapping[str, object]) -> None:
    will_open("offsets", offset=str(row["receivable_id"]))
