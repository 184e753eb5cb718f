"""Reversed payments with their corrections, and offsets large enough for a second look."""

from __future__ import annotations

import streamlit as st

from kpis.controls import (
    escalation,
    escalation_rows,
    escalation_threshold,
)
from kpis.format import counted, exact_usd
from kpis.reversals import REVERSAL_SHOWS, reversal_rows, reversal_totals
from screen.filters import current_filters, current_period
from screen.paged_table import paged_table
from screen.session import ask
from screen.tables import dollars, escaped

REVERSALS = {
    "payment_date": "Payment date",
    "payer": "Payer",
    "account": "Account",
    "payer_claim_control_number": "Payer claim no.",
    "reversed": "Reversed",
    "corrected": "Paid instead",
    "change": "Change",
    "paired_by": "Paired by",
    "trace_number": "Trace number",
    "receivable_id": "Offset number",
}
OVER_THRESHOLD = {
    "payer": "Payer",
    "withheld": "Withheld",
    "open_balance": "Open today",
    "cause": "Cause",
    "notice_date": "Notice",
    "first_withdrawal": "First withdrawal",
    "patient_control_number": "Account",
    "payer_claim_control_number": "Payer claim no.",
    "reference": "Reference",
    "receivable_id": "Offset number",
}


def reversal_log() -> None:
    """Every claim of status 22 of the period, with what replaced it."""
    filters = current_filters()
    show = st.selectbox("Show", list(REVERSAL_SHOWS), key="reversal_show", bind="query-params")
    totals = ask(reversal_totals, filters, show)
    st.caption(
        "A reversal (claim status 22) takes a payment back whole; its correction pays again. The loss is the change, "
        "not the reversal. A reversal without a correction waits for one; its cash is withheld meanwhile. Of the "
        "filters, payer and period apply."
    )
    if not totals.reversals:
        st.info("No such reversal under these filters.", icon=":material/filter_alt_off:")
        return
    st.markdown(
        escaped(
            f"{current_period()}: {totals.reversals:,} reversals, **{exact_usd(totals.taken_back)}** taken back, "
            f"{exact_usd(totals.paid_more)} paid more; {totals.pending:,} without a correction, "
            f"{exact_usd(totals.pending_amount)} of what was taken back."
        )
    )
    paged_table(
        lambda limit, offset: ask(reversal_rows, filters, show, limit, offset).to_pylist(),
        totals.reversals,
        REVERSALS,
        {
            **{m: dollars(REVERSALS[m]) for m in ("reversed", "corrected")},
            "change": dollars(REVERSALS["change"], "Both together; negative was taken back."),
            "payment_date": st.column_config.DateColumn(
                REVERSALS["payment_date"], format="MMM D, YYYY"
            ),
        },
        name="reversals",
        alt="Reversed payments with their corrections, latest first",
    )


def escalation_list() -> None:
    """Offsets over the threshold, largest first: a list to look at, it stops and approves nothing."""
    filters, over = current_filters(), escalation_threshold()
    totals = ask(escalation, filters, over)
    st.caption(
        escaped(
            f"Offsets of which more than {exact_usd(over)} was withheld in the period. The threshold is an internal "
            "one (kpis/targets.toml, [escalation]); the list stops nothing."
        )
    )
    if not totals.offsets:
        st.success(escaped(f"No offset is over {exact_usd(over)} under these filters."))
        return
    st.markdown(
        escaped(
            f"{current_period()}: **{exact_usd(totals.withheld)}** withheld on "
            f"{counted(totals.offsets, 'offset')} over {exact_usd(over)}."
        )
    )
    dates = ("notice_date", "first_withdrawal")
    paged_table(
        lambda limit, offset: ask(escalation_rows, filters, over, limit, offset).to_pylist(),
        totals.offsets,
        OVER_THRESHOLD,
        {
            **{m: dollars(OVER_THRESHOLD[m]) for m in ("withheld", "open_balance")},
            **{
                day: st.column_config.DateColumn(OVER_THRESHOLD[day], format="MMM D, YYYY")
                for day in dates
            },
        },
        name="escalation",
        alt="Offsets over the escalation threshold, largest first",
    )
