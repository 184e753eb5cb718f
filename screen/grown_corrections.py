"""The corrections behind one reason code that grew: each opens the offset it established."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpis.format import counted, exact_usd
from kpis.grown_codes import GrownCode, grown_corrections
from screen.filters import current_filters
from screen.paged_table import paged_table
from screen.session import ask
from screen.tables import dollars, escaped

OPENED = "grown"
COLUMNS = {
    "payment_date": "Reversed on",
    "corrected_on": "Corrected on",
    "account": "Account",
    "payer_claim_control_number": "Payer claim no.",
    "before": "Before",
    "after": "After",
    "growth": "Growth",
    "pays_less": "Pays less by",
    "trace_number": "Trace number",
    "receivable_id": "Offset number",
}
HELP = {
    "before": "Adjusted with the code in the payment that is reversed, claim and lines together.",
    "after": "Adjusted with it in the correction.",
    "growth": "What the code rose by.",
    "pays_less": "What the correction pays less, whatever code says so.",
}


def place_in_url(one: GrownCode) -> str:
    """How the URL names one of the codes."""
    return f"{one.code} of {one.payer}"


def open_corrections(place: str) -> None:
    """Shows the corrections of a code from the next run on. For callbacks."""
    st.query_params[OPENED] = place


def opened(grown: Sequence[GrownCode]) -> GrownCode | None:
    """The code the URL names, where these filters have it."""
    place = st.query_params.get(OPENED)
    return next((one for one in grown if place_in_url(one) == place), None)


def corrections_of(one: GrownCode) -> None:
    """The list, most grown first, and a way to close it."""
    filters = current_filters()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            escaped(
                f"**{place_in_url(one)} grew on {counted(one.corrections, 'correction')}, by {exact_usd(one.growth)}**"
            ),
            width="content",
        )
        st.button(
            "Close the list",
            icon=":material/close:",
            type="tertiary",
            key="close_grown",
            on_click=_close,
        )
    paged_table(
        lambda limit, offset: ask(grown_corrections, filters, one, limit, offset).to_pylist(),
        one.corrections,
        COLUMNS,
        {
            **{name: dollars(COLUMNS[name], text) for name, text in HELP.items()},
            **{
                name: st.column_config.DateColumn(COLUMNS[name], format="MMM D, YYYY")
                for name in ("payment_date", "corrected_on")
            },
        },
        name="grown-corrections",
        alt=f"Corrections on which {place_in_url(one)} grew, most grown first; Open shows the offset",
    )


def _close() -> None:
    st.query_params.pop(OPENED, None)
