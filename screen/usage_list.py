"""The log of views and exports on screen, latest first."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from data.journal import NewerJournalError
from screen.csv_files import ALL_ROWS, csv_button
from screen.plain_text import plain
from screen.tables import shown
from screen.usage_log import FILE_NAME, uses

HEADINGS = {
    "made_at": "When (UTC)",
    "made_by": "Who",
    "deed": "What was done",
    "what": "Page or file",
    "filters": "Filters that were set",
}
SHOWN_ROWS = 200


def usage_list() -> None:
    """Who looked at which page with which filters, and which files were taken along."""
    try:
        rows = [asdict(one) for one in uses()]
    except NewerJournalError as newer:
        st.error(plain(str(newer)), icon=":material/error:")
        return
    st.caption(
        f"Kept in {FILE_NAME} in the warehouse folder; rows are added, never changed. It holds pages, offset numbers, "
        "filters and file names, no patient and nothing that was searched for. Without sign-in, who is the account "
        "the server runs as."
    )
    st.dataframe(
        shown(rows[:SHOWN_ROWS], list(HEADINGS)),
        hide_index=True,
        column_config={
            **HEADINGS,
            "made_at": st.column_config.DatetimeColumn(
                HEADINGS["made_at"], format="MMM D, YYYY HH:mm"
            ),
        },
        placeholder="–",
        key="usage",
        alt="Views and exports with who, when and the filters, latest first",
    )
    if len(rows) > SHOWN_ROWS:
        st.caption(f"The last {SHOWN_ROWS:,} of {len(rows):,}; the CSV has all.")
    csv_button(
        lambda: rows, HEADINGS, "views-and-exports.csv", label=ALL_ROWS, narrowed="by nothing"
    )
