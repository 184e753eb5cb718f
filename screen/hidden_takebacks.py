"""Hidden takebacks: reason codes that grew between what was paid first and its correction."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpis.format import counted, exact_usd
from kpis.grown_codes import GrownCode
from kpis.money import NOTHING
from screen.click_table import click_table, pinned
from screen.csv_files import csv_button
from screen.grown_corrections import (
    corrections_of,
    open_corrections,
    opened,
    place_in_url,
)
from screen.tables import Row, counts, dollars, escaped

HIDDEN, NAMED = "cause_grown", "cause_grown_named"
GROWN_COLUMNS = {
    "payer": "Payer",
    "code": "Reason code",
    "why": "What the code stands for",
    "growth": "Growth of the code",
    "pays_less": "Those corrections pay less by",
    "corrections": "Corrections it grew on",
    "leading": "Where no code grew more",
}


def hidden_takebacks(grown: Sequence[GrownCode]) -> None:
    """Codes that grew and name no cause, then those that name one; a click on a row lists the corrections behind it."""
    unseen = [one for one in grown if one.names_no_cause]
    st.subheader("Hidden takebacks", anchor=False)
    if unseen:
        worst = max(unseen, key=lambda one: one.growth)
        total = sum((one.growth for one in unseen), NOTHING)
        text = (
            f"**{exact_usd(total)} went in reason codes that name no cause; most in {worst.code} of "
            f"{worst.payer}: {exact_usd(worst.growth)} on {counted(worst.corrections, 'correction')}.**"
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
    if unseen:
        _codes(
            unseen,
            HIDDEN,
            "Hidden takebacks: codes that grew and name no cause, by payer",
            "hidden-takebacks.csv",
        )
    named = [one for one in grown if not one.names_no_cause]
    if named:
        st.markdown("**Codes that grew and name a cause: nothing is hidden here**")
        _codes(named, NAMED, "Codes that grew and name a cause, by payer", "codes-that-grew.csv")
    chosen = opened(grown)
    if chosen is not None:
        corrections_of(chosen)


def _codes(grown: Sequence[GrownCode], key: str, alt: str, file_name: str) -> None:
    rows = [
        {
            **{column: getattr(one, column) for column in GROWN_COLUMNS},
            "place": place_in_url(one),
        }
        for one in grown
    ]
    click_table(
        rows,
        GROWN_COLUMNS,
        {
            "payer": pinned("Payer"),
            "growth": dollars("Growth", GROWN_COLUMNS["growth"]),
            "pays_less": dollars("Pays less by", GROWN_COLUMNS["pays_less"]),
            "corrections": counts("Corrections", GROWN_COLUMNS["corrections"]),
            "leading": counts("Leading on", GROWN_COLUMNS["leading"]),
        },
        key=key,
        on_row=_open_grown,
        alt=alt,
    )
    csv_button(rows, GROWN_COLUMNS, file_name)


def _open_grown(row: Row) -> None:
    open_corrections(str(row["place"]))
