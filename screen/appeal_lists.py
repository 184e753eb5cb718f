"""The lists of the Appeals page: won but unpaid, and deadlines at risk or expired; a click opens the offset."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from kpis.appeals import Deadline, deadline_totals, deadlines, won_unpaid
from kpis.format import exact_usd
from screen.click_table import click_table, day, pinned
from screen.csv_files import ALL_ROWS, csv_button
from screen.filters import current_filters
from screen.navigation import will_open
from screen.session import Row, ask
from screen.tables import dollars, escaped

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
    click_table(
        _first(found),
        UNPAID_COLUMNS,
        {
            "payer": pinned("Payer"),
            "overturned": dollars("Overturned"),
            "unpaid": dollars("Not paid"),
            "decided_on": day("Decided"),
        },
        key=UNPAID,
        on_row=_open,
        alt="Items won and not paid, most first; a click on a row opens the offset",
    )
    _rest(found.num_rows)
    csv_button(
        found.to_pylist,
        UNPAID_COLUMNS,
        "won-but-unpaid.csv",
        label=ALL_ROWS,
        narrowed="by no period",
    )
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
    filters = current_filters()
    items, total = ask(deadline_totals, filters, kind, days)
    if not items:
        nothing = (
            f"No deadline lies within {days} days"
            if kind == "at risk"
            else "No deadline has passed"
        )
        st.markdown(f"**{nothing}**")
        return
    until = (
        f"must be appealed within {days} days" if kind == "at risk" else "can no longer be appealed"
    )
    st.markdown(escaped(f"**{exact_usd(total)} on {items:,} items {until}**"))
    click_table(
        ask(deadlines, filters, kind, days, limit=SHOWN_ROWS).to_pylist(),
        DEADLINE_COLUMNS,
        {
            "payer": pinned("Payer"),
            "amount": dollars("At stake", "Withheld and not come back"),
            **{column: day(DEADLINE_COLUMNS[column]) for column in _DATES},
        },
        key=f"{DEADLINE}_{kind}",
        on_row=_open,
        alt=f"Items whose deadline to appeal is {kind}; a click on a row opens the offset",
    )
    _rest(items)
    csv_button(
        lambda: ask(deadlines, filters, kind, days).to_pylist(),
        DEADLINE_COLUMNS,
        f"deadlines-{kind.replace(' ', '-')}.csv",
        label=ALL_ROWS,
        narrowed="by no period",
    )


_DATES = ("appeal_deadline", "notice_date", "first_withdrawal")


def _first(found: pa.Table) -> list[Row]:
    rows: list[Row] = found.slice(0, SHOWN_ROWS).to_pylist()
    return rows


def _rest(items: int) -> None:
    if items > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {items:,}; the CSV has all.")


def _open(row: Mapping[str, object]) -> None:
    if row["receivable_id"]:
        will_open("offsets", offset=str(row["receivable_id"]))
