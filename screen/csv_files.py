"""Tables to take along as CSV: every row says its period, filters, how far the data reaches and what the figures mean.

These stand in columns of their own at the end: the first row stays the headings, so that every reader of CSV
opens the file as it is, and rows copied into another sheet, or two exports put together, still say what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import streamlit as st

from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from kpis.freshness import Freshness, freshness
from reports.scope import filters_in_words
from screen.filters import chosen_values, current_filters, current_period
from screen.session import ask
from screen.tables import Row, csv_bytes
from screen.usage_log import logged

ALL_ROWS = "CSV of all rows"
ABOUT = {
    "_period": "Period",
    "_filters": "Filters",
    "_data_through": "Data through",
    "_definitions": "Definitions",
}
Narrowed = Literal["by all", "by no period", "by nothing"]
"""What of the filter bar bears on a list: all of it, all but the period, nothing."""


def csv_button(
    rows: Sequence[Row] | Callable[[], Sequence[Row]],
    columns: Mapping[str, str],
    file_name: str,
    *,
    label: str = "CSV",
    narrowed: Narrowed = "by all",
) -> None:
    """Offers rows as CSV, made and logged when asked for; columns maps each name to its heading."""
    told = _about(columns, narrowed)
    chosen = chosen_values() if narrowed != "by nothing" else {}
    full_name = with_months(file_name) if narrowed == "by all" else file_name

    def content() -> bytes:
        return csv_with(rows() if callable(rows) else rows, columns, told)

    st.download_button(
        label,
        logged(content, full_name, chosen),
        full_name,
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key=f"download_{file_name}",
    )


def with_months(file_name: str) -> str:
    """The file's name with the months of the filter bar, the first and the last: payers-2025-11-to-2026-10.csv."""
    stem, dot, ending = file_name.rpartition(".")
    period = current_period()
    months = f"{period.start:%Y-%m}"
    if period.last_month != period.start:
        months += f"-to-{period.last_month:%Y-%m}"
    return f"{stem}-{months}{dot}{ending}"


def csv_with(rows: Sequence[Row], columns: Mapping[str, str], told: Mapping[str, str]) -> bytes:
    """The rows as CSV with the columns of ABOUT after their own, the same in every row."""
    about = {name: told.get(name, "") for name in ABOUT}
    return csv_bytes([{**row, **about} for row in rows], {**columns, **ABOUT})


def definitions_of(columns: Iterable[str]) -> str:
    """What the figures among some columns mean, as the catalog says it."""
    found = []
    for name in columns:
        if name in KPI_BY_NAME:
            found.append(f"{KPI_BY_NAME[name].title}: {KPI_BY_NAME[name].formula}")
        elif name in MEASURE_BY_COLUMN:
            measure = MEASURE_BY_COLUMN[name]
            found.append(f"{measure.title}: {_first_sentence(measure.definition)}")
    return "; ".join(found)


def _about(columns: Mapping[str, str], narrowed: Narrowed) -> dict[str, str]:
    return {
        "_period": str(current_period()) if narrowed == "by all" else "As of now, all months",
        "_filters": filters_in_words(current_filters()) if narrowed != "by nothing" else "None",
        "_data_through": _reach(ask(freshness)),
        "_definitions": definitions_of(columns),
    }


def _reach(state: Freshness) -> str:
    """How far the data reaches and when it was loaded, days as ISO dates."""
    if state.data_through is None or state.loaded_at is None:
        return "nothing posted"
    sample = ", sample data" if state.is_sample else ""
    return f"{state.data_through:%Y-%m-%d}, loaded {state.loaded_at:%Y-%m-%d %H:%M} UTC{sample}"


def _first_sentence(text: str) -> str:
    head, dot, _ = text.partition(". ")
    return f"{head}." if dot else text
