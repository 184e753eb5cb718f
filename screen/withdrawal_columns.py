"""The columns of the tables on Lag and notice: by payer and plan type, and the withdrawals that are marked."""

from __future__ import annotations

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from screen.tables import counts, dollars

STANDING_COLUMNS = {
    "payer": "Payer",
    "plan_type": "Plan type",
    "withdrawn": "Receivables withdrawn from",
    "withheld": "Withheld to date",
    "median": "Median lag, days",
    "ninetieth": "Nine in ten within, days",
    "no_notice": "No notice on file",
    "no_notice_amount": "Withheld with no notice on file",
    "earliest": "Rule on the earliest date",
    "judged": "Withdrawals it can be told for",
    "early": "Withdrawn before the configured earliest date",
    "early_amount": "Withheld before the configured earliest date",
    "late": "Asked for after the look-back",
}
MARKED_COLUMNS = {
    "payer": "Payer",
    "plan_type": "Plan type",
    "patient_control_number": "Account",
    "withheld": "Withheld to date",
    "notice_date": "Notice",
    "first_withdrawal": "First withdrawal",
    "lag_days": "Lag, days",
    "earliest_date": "Earliest date",
    "days_early": "Days before it",
    "original_payment_date": "Paid first",
    "look_back_date": "Look-back ends",
    "appeal_deadline": "Appeal by",
    "citation": "Rule that applied",
    "cause": "Cause",
}
EXPORTED = {"receivable_id": "Offset number", **MARKED_COLUMNS, "notice_state": "Notice in words"}


def standing_formats() -> dict[str, ColumnConfig | str]:
    """How the columns by payer and plan type read: short heads, in full on hover."""
    of_days = {"median": "Median lag, days", "ninetieth": "90 % within, days"}
    of_money = {
        "withheld": "Withheld to date",
        "no_notice_amount": "No notice, withheld",
        "early_amount": "Early, withheld",
    }
    of_counts = {
        "withdrawn": "Offsets",
        "judged": "Rule covers",
        "early": "Before earliest",
        "no_notice": "No notice",
        "late": "Past look-back",
    }
    return {
        **STANDING_COLUMNS,
        "payer": st.column_config.TextColumn("Payer", pinned=True),
        "earliest": st.column_config.TextColumn(
            "Earliest-date rule", help=STANDING_COLUMNS["earliest"]
        ),
        **{name: dollars(label, STANDING_COLUMNS[name]) for name, label in of_money.items()},
        **{
            name: st.column_config.NumberColumn(label, help=STANDING_COLUMNS[name], format="%.0f")
            for name, label in of_days.items()
        },
        **{name: counts(label, STANDING_COLUMNS[name]) for name, label in of_counts.items()},
    }


def marked_formats() -> dict[str, ColumnConfig | str]:
    """How the columns of the marked withdrawals read."""
    dates = (
        "notice_date",
        "first_withdrawal",
        "earliest_date",
        "original_payment_date",
        "look_back_date",
        "appeal_deadline",
    )
    return {
        **MARKED_COLUMNS,
        "payer": st.column_config.TextColumn("Payer", pinned=True),
        "withheld": dollars(MARKED_COLUMNS["withheld"]),
        **{
            name: st.column_config.DateColumn(MARKED_COLUMNS[name], format="MMM D, YYYY")
            for name in dates
        },
    }
