"""The audit of one cell: a figure of the period and filters, down to every row and byte that makes it."""

from __future__ import annotations

import streamlit as st

from kpis.audit import TITLES, audit_csv
from kpis.filters import Filters
from screen.csv_files import with_months
from screen.filters import chosen_values
from screen.session import ask
from screen.usage_log import logged

CHOSEN = "audit_measure"


def audit_button(filters: Filters, name: str) -> None:
    """Offers a CSV of everything behind a figure within the filters; name: of the file, e.g. the payer's."""
    with st.popover("Audit", icon=":material/fact_check:", type="tertiary"):
        st.markdown("Every row behind one figure, with its remittance, match, file and bytes.")
        offered = list(TITLES)
        figure = st.selectbox(
            "Figure",
            offered,
            index=offered.index("withheld"),
            format_func=lambda name: TITLES[name],
            key=CHOSEN,
        )
        file = with_months(f"audit-{figure}-{name}.csv")
        st.download_button(
            "CSV of every row",
            data=logged(lambda: ask(audit_csv, figure, filters), file, chosen_values()),
            file_name=file,
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download_audit",
        )
        st.caption(
            "Amounts add up to the figure, to the cent; a ratio is its numerator's rows over its denominator's. "
            "Patient accounts show their last four characters."
        )
