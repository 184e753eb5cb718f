"""Register against remittances, on screen: letters never seen taken, and takings no letter is about."""

from __future__ import annotations

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from kpis.format import counted, exact_usd
from kpis.register_check import (
    never_seen,
    register_check_totals,
    untracked_withdrawals,
)
from screen.filters import current_filters
from screen.paged_table import Rows, paged_table
from screen.session import ask
from screen.tables import dollars, escaped

NEVER_SEEN = {
    "payer": "Payer",
    "amount": "Letter claims",
    "notice_date": "Letter of",
    "age_days": "Age, days",
    "withdrawal_date": "Taken, says the register",
    "letter_number": "Letter",
    "reference": "Reference",
    "patient_control_number": "Account",
    "payer_claim_control_number": "Payer claim no.",
    "file": "File",
    "row_number": "Row",
}
UNTRACKED = {
    "payer": "Payer",
    "withheld": "Withheld",
    "first_withdrawal": "First withdrawal",
    "cause": "Cause",
    "reference": "Reference",
    "patient_control_number": "Account",
    "payer_claim_control_number": "Payer claim no.",
    "origin": "First seen as",
    "receivable_id": "Offset number",
}


def register_check() -> None:
    """Both lists with their totals; the register is the offset register that was loaded."""
    filters = current_filters()
    totals = ask(register_check_totals, filters)
    st.caption(
        "The offset register against the remittances, as of today; of the filters, the payer applies (and to "
        "withdrawals also specialty, plan type, facility, cause and mechanism)."
    )
    if not totals.register_rows:
        st.info(
            "No offset register is loaded for these payers. Load one on the Data page; until then every "
            "withdrawal counts as untracked.",
            icon=":material/upload_file:",
        )
    st.markdown(f"#### In the register, never seen on a remittance ({totals.never_seen:,})")
    st.markdown(
        escaped(
            f"**{exact_usd(totals.never_seen_amount)}** in {totals.never_seen:,} of "
            f"{counted(totals.register_rows, 'row')} of the register; {totals.seen:,} were seen."
        )
    )
    _table(
        lambda limit, offset: ask(never_seen, filters, limit, offset).to_pylist(),
        totals.never_seen,
        NEVER_SEEN,
        "register-never-seen",
        "Every row of the register was seen.",
    )
    st.markdown(f"#### Withdrawn, not in the register: untracked ({totals.untracked:,})")
    st.markdown(
        escaped(
            f"**{exact_usd(totals.untracked_amount)}** withheld on {counted(totals.untracked, 'offset')}."
        )
    )
    _table(
        lambda limit, offset: ask(untracked_withdrawals, filters, limit, offset).to_pylist(),
        totals.untracked,
        UNTRACKED,
        "untracked-withdrawals",
        "Every withdrawal has its row in the register.",
    )


def _table(rows: Rows, count: int, headings: dict[str, str], name: str, nothing: str) -> None:
    if not count:
        st.caption(nothing)
        return
    formats: dict[str, ColumnConfig] = {
        amount: dollars(headings[amount]) for amount in ("amount", "withheld") if amount in headings
    }
    for day in ("notice_date", "withdrawal_date", "first_withdrawal"):
        if day in headings:
            formats[day] = st.column_config.DateColumn(headings[day], format="MMM D, YYYY")
    alt = name.replace("-", " ").capitalize()
    paged_table(rows, count, headings, formats, name=name, alt=alt, narrowed="by no period")
