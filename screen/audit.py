"""The audit of one cell: a measure of the period and filters, down to every row and byte that makes it."""

from __future__ import annotations

import streamlit as st

from kpis.audit import audit_csv
from kpis.catalog import MEASURE_BY_COLUMN, MEASURES
from kpis.filters import Filters
from screen.filters import chosen_values
from screen.session import ask
from screen.usage_log import logged

CHOSEN = "audit_measure"


def audit_button(filters: Filters, name: str) -> None:
    """Offers a CSV of everything behind a measure within the filters; name: of the file, e.g. the payer's."""
    with st.popover("Audit", icon=":material/fact_check:", type="tertiary"):
        st.markdown("Every row behind one figure, with its remittance, match, file and bytes.")
        measure = st.selectbox(
            "Figure",
            [measure.column for measure in MEASURES],
            index=1,
            format_func=lambda column: MEASURE_BY_COLUMN[column].title,
            key=CHOSEN,
        )
        file = f"audit-{measure}-{name}.csv"
        st.download_button(
            "CSV of every row",
            data=logged(lambda: ask(audit_csv, measure, filters), file, chosen_values()),
            file_name=file,
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download_audit",
        )
        st.caption(
            "The rows add up to the figure, to the cent. Patient accounts show their last four characters."
        )
