"""The rows of a refused table, given back to be corrected; they live as long as the outcome is on screen."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

import streamlit as st

from loaders.tables.rejected_rows import RejectedRows, rejected_csv
from screen.usage_log import logged


def refused_in_words(rejected: RejectedRows) -> str:
    """How many rows are wrong, and how to correct and load them again."""
    wrong = sum(1 for row in rejected.rows if row.reasons)
    return (
        f"{wrong:,} of {len(rejected.rows):,} rows need correction. Take the refused rows, correct them in a "
        "spreadsheet and load that file; its last column, *What is wrong*, may stay. The rows are kept nowhere else."
    )


def refused_rows_button(path: str, rejected: RejectedRows, key: str) -> None:
    """A download of every row as it stood, with what is wrong in a last column."""
    st.download_button(
        "Refused rows (CSV)",
        data=logged(partial(rejected_csv, rejected), "refused rows"),
        file_name=refused_name(path),
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def refused_name(path: str) -> str:
    """A file name for the refused rows of a file or sheet."""
    return f"{PurePath(path).stem or 'table'}-refused.csv"
