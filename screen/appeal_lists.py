"""The lists of the Appeals page: won but unpaid, and deadlines at risk or expired; a click opens the offset."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from kpis.appeals import Deadline, deadlines, won_unpaid
from kpis.format import exact_usd
from screen.filters import current_filters
from screen.navigation import will_open
from screen.paged_table import csv_of_all
from screen.session import Row, ask
from screen.tables import dollars, escaped, shown

UNPAID, WINDOW, DEADLINE = "appeal_unpaid", "appeal_days", "appeal_deadlines"
DAYS = (7, 14, 30, 60, 90)
DEFAULT_DAYS = 30
SHOWN_ROWS = 100

UNPAID_COLUMNS = {
    "payer": "Payer",
    "cases": "Case",
    "decided_on": "Decided",
    "days_since": "Days since",
    "overturned": "Overturned",
    "unpaid": "Not paid",
    "receivable_id": "Offset number",
}
DEADLINE_COLUMNS = {
    "payer": "Payer",
    "plan_type": "Plan type",
    "amount": "At stake",
    "appeal_deadline": "Appeal by",
    "days_left": "Days left",
    "notice_date": "Notice",
    "first_withdrawal": "First withdrawal",
    "cause": "Cause",
    "rule_id": "Rule that applied",
    "receivable_id": "Offset number",
}


def won_but_unpaid() -> None:
    """Items won whose money has not come back."""
    found = ask(won_unpaid, current_filters())
    st.subheader("Won but unpaid", anchor=False)
    if not found.num_rows:
        st.markdown("**Everything won has been paid**")
        return
    total = pc.sum(found.column("unpaid")).as_py()
    st.markdown(
        escaped(
            f"**{exact_usd(total)} decided in our favour has not come back, on {found.num_rows:,} items**"
        )
    )
    st.dataframe(
        shown(_first(found), list(UNPAID_COLUMNS)),
        key=UNPAID,
        hide_index=True,
        height="auto",
        on_select=_open_unpaid,
        selection_mode="single-cell",
        placeholder="–",
        column_config={
            **UNPAID_COLUMNS,
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "overturned": dollars("Overturned"),
            "unpaid": dollars("Not paid"),
            "decided_on": _day("Decided"),
        },
        alt="Items won and not paid, most first; a click on a row opens the offset",
    )
    _rest(found)
    csv_of_all(found.to_pylist, UNPAID_COLUMNS, "won-but-unpaid")
    st.caption("As of now, whatever the period. Days since run to the data's last payment date.")


def deadlines_missed_or_near() -> None:
    """What can still be appealed and soon cannot, and what never was."""
    st.subheader("Deadlines to appeal", anchor=False)
    days = st.segmented_control(
        "Deadline within",
        DAYS,
        key=WINDOW,
        default=DEFAULT_DAYS,
        required=True,
        format_func=lambda days: f"{days} days",
    )
    near, gone = st.tabs(["At risk", "Expired"])
    with near:
        deadline_list("at risk", days or DEFAULT_DAYS)
    with gone:
        deadline_list("expired", days or DEFAULT_DAYS)
    st.caption(
        "Withdrawn, not come back, and no appeal on file; whatever the period. Days count from the data's last payment "
        "date. Items no rule applies to have no deadline. The rules are on Lag and notice, and can be edited."
    )


def deadline_list(kind: Deadline, days: int) -> None:
    """One of the two lists, with n and dollars."""
    found = ask(deadlines, current_filters(), kind, days)
    if not found.num_rows:
        nothing = (
            f"No deadline lies within {days} days"
            if kind == "at risk"
            else "No deadline has passed"
        )
        st.markdown(f"**{nothing}**")
        return
    total = pc.sum(found.column("amount")).as_py()
    until = (
        f"must be appealed within {days} days" if kind == "at risk" else "can no longer be appealed"
    )
    st.markdown(escaped(f"**{exact_usd(total)} on {found.num_rows:,} items {until}**"))
    st.dataframe(
        shown(_first(found), list(DEADLINE_COLUMNS)),
        key=f"{DEADLINE}_{kind}",
        hide_index=True,
        height="auto",
        on_select=_OPEN[kind],
        selection_mode="single-cell",
        placeholder="–",
        column_config={
            **DEADLINE_COLUMNS,
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "amount": dollars("At stake", "Withheld and not come back"),
            **{name: _day(DEADLINE_COLUMNS[name]) for name in _DATES},
        },
        alt=f"Items whose deadline to appeal is {kind}; a click on a row opens the offset",
    )
    _rest(found)
    csv_of_all(found.to_pylist, DEADLINE_COLUMNS, f"deadlines-{kind.replace(' ', '-')}")


_DATES = ("appeal_deadline", "notice_date", "first_withdrawal")


def _day(label: str) -> ColumnConfig:
    return st.column_config.DateColumn(label, format="MMM D, YYYY")


def _first(found: pa.Table) -> list[Row]:
    rows: list[Row] = found.slice(0, SHOWN_ROWS).to_pylist()
    return rows


def _rest(found: pa.Table) -> None:
    if found.num_rows > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {found.num_rows:,}; the CSV has all.")


def _open_unpaid() -> None:
    _open(UNPAID, _first(ask(won_unpaid, current_filters())))


def _open_near() -> None:
    _open_deadline("at risk")


def _open_gone() -> None:
    _open_deadline("expired")


_OPEN = {"at risk": _open_near, "expired": _open_gone}


def _open_deadline(kind: Deadline) -> None:
    days = st.session_state.get(WINDOW) or DEFAULT_DAYS
    _open(f"{DEADLINE}_{kind}", _first(ask(deadlines, current_filters(), kind, days)))


def _open(key: str, rows: Sequence[Row]) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells and rows[cells[0][0]]["receivable_id"]:
        will_open("offsets", offset=str(rows[cells[0][0]]["receivable_id"]))
