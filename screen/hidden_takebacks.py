"""Hidden takebacks: reason codes that grew between what was paid first and its correction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from kpis.causes import GrownCode, grown_codes
from kpis.format import exact_usd
from screen.filters import current_filters
from screen.navigation import go
from screen.session import ask
from screen.tables import csv_button, dollars, escaped, shown

GROWN = "cause_grown"
NOTHING = Decimal("0.00")
TALLEST = 420
GROWN_COLUMNS = {
    "payer": "Payer",
    "code": "Reason code",
    "why": "What the code stands for",
    "is_hidden": "Hidden",
    "corrections": "Corrections it grew on",
    "leading": "Where no code grew more",
    "growth": "Growth of the code",
    "pays_less": "Those corrections pay less by",
}


def hidden_takebacks(grown: Sequence[GrownCode]) -> None:
    """What grew, those that name no cause first; a click on a row opens the payer's offsets."""
    unseen = [one for one in grown if one.names_no_cause]
    st.subheader("Hidden takebacks", anchor=False)
    if unseen:
        worst = max(unseen, key=lambda one: one.growth)
        total = sum((one.growth for one in unseen), NOTHING)
        text = (
            f"**{exact_usd(total)} went in reason codes that name no cause; most in {_code(worst)} of "
            f"{worst.payer}: {exact_usd(worst.growth)} on {worst.corrections:,} corrections.**"
        )
    else:
        text = (
            "**No correction of the period pays less in a code that names no cause, such as 45.**"
        )
    st.markdown(
        escaped(text),
        help="A claim is reversed and paid again for less. The code that grew between the two says what took the "
        "difference. Where it is a code like the contractual write-off, nothing says why: a hidden takeback. "
        "A code may grow by more than the claim lost: it then took over from another code as well.",
    )
    if not grown:
        return
    rows = [
        {
            **{name: getattr(one, name, None) for name in GROWN_COLUMNS},
            "code": _code(one),
            "is_hidden": "hidden" if one.names_no_cause else "",
        }
        for one in grown
    ]
    st.dataframe(
        shown(rows, list(GROWN_COLUMNS)),
        key=GROWN,
        hide_index=True,
        height="content" if len(rows) <= 10 else TALLEST,
        on_select=_open_grown,
        selection_mode="single-cell",
        column_config={
            **GROWN_COLUMNS,
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "growth": dollars(GROWN_COLUMNS["growth"]),
            "pays_less": dollars(GROWN_COLUMNS["pays_less"]),
        },
        alt="Reason codes that grew between reversal and correction, by payer; hidden ones first",
    )
    csv_button(rows, GROWN_COLUMNS, "hidden-takebacks.csv")


def _code(one: GrownCode) -> str:
    return "-".join(part for part in (one.group_code, one.reason_code) if part) or "no code"


def _open_grown() -> None:
    cells = st.session_state[GROWN]["selection"]["cells"]
    if cells:
        go("offsets", payer=[ask(grown_codes, current_filters())[cells[0][0]].payer])
