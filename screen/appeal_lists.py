"""The lists of the Appeals page: won but unpaid, and deadlines at risk or expired; a click opens the offset."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kpis.appeal_lists import DEADLINES, Deadline, deadlines, won_unpaid
from kpis.format import counted, exact_usd
from screen.click_table import click_table, day, pinned
from screen.csv_files import ALL_ROWS, csv_button
from screen.filters import current_filters
from screen.navigation import will_open
from screen.session import ask, ask_ahead
from screen.tables import dollars, escaped

UNPAID, WINDOW, DEADLINE = "appeal_unpaid", "appeal_days", "appeal_deadlines"
KIND = "appeal_deadline_kind"
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
    filters = current_filters()
    rows = ask(won_unpaid, filters, SHOWN_ROWS).to_pylist()
    st.subheader("Won but unpaid", anchor=False)
    if not rows:
        st.markdown("**Nothing that was won is unpaid**")
        return
    items = rows[0]["items"]
    st.markdown(
        escaped(
            f"**{exact_usd(rows[0]['total'])} decided in our favour has not come back, on {counted(items, 'item')}**"
        )
    )
    click_table(
        rows,
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
    _rest(items)
    csv_button(
        lambda: ask(won_unpaid, filters).to_pylist(),
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
    for tab, kind in zip(
        st.tabs([kind.capitalize() for kind in DEADLINES], key=KIND, on_change="rerun"),
        DEADLINES,
        strict=True,
    ):
        if tab.open:
            with tab:
                deadline_list(kind, days or DEFAULT_DAYS)
    st.caption(
        "Withdrawn, not come back, and no appeal on file; whatever the period. Days count from the data's last payment "
        "date. Items no rule applies to have no deadline. The rules are on Lag and notice, and can be edited."
    )


def begin_lists() -> None:
    """Has the first rows of the lists shown worked out while the page is drawn."""
    filters = current_filters()
    ask_ahead(won_unpaid, filters, SHOWN_ROWS)
    chosen = str(st.session_state.get(KIND, "")).lower()
    kind: Deadline = "expired" if chosen == "expired" else "at risk"
    days = st.session_state.get(WINDOW) or DEFAULT_DAYS
    ask_ahead(deadlines, filters, kind, days, limit=SHOWN_ROWS)


def deadline_list(kind: Deadline, days: int) -> None:
    """One of the two lists, with n and dollars."""
    filters = current_filters()
    rows = ask(deadlines, filters, kind, days, limit=SHOWN_ROWS).to_pylist()
    if not rows:
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
    items, total = rows[0]["items"], rows[0]["total"]
    st.markdown(escaped(f"**{exact_usd(total)} on {counted(items, 'item')} {until}**"))
    click_table(
        rows,
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


def _rest(items: int) -> None:
    if items > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} of {items:,}; the CSV has all.")


def _open(row: Mapping[str, object]) -> None:
    if row["receivable_id"]:
        will_open("offsets", offset=str(row["receivable_id"]))
