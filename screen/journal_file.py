"""The cash bridge to take along as journal entries, with the account names of the hospital's own ledger."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from kpis.journal import COLUMNS, journal
from screen.csv_files import csv_button
from screen.filters import current_filters
from screen.session import Row, ask
from screen.settings import settings


def journal_button() -> None:
    """A CSV of one balanced entry per payer and month of the filters."""
    found = settings()
    csv_button(rows, COLUMNS, "journal-entries.csv", label="Journal entries (CSV)")
    st.caption(
        "One entry per payer and month, debits equal to credits: what was paid before offsets, what was taken, what "
        "reached the bank. Accounts have the names that settings.toml gives them."
    )
    if found.problem:
        st.warning(found.problem, icon=":material/warning:")


def rows() -> list[Row]:
    """The lines of the entries; months as YYYY-MM."""
    lines = ask(journal, current_filters(), settings().accounts)
    return [{**asdict(line), "month": f"{line.month:%Y-%m}"} for line in lines]
