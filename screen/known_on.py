"""First reported → now: how a month has changed since it was first reported, and the files that changed it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from data.known_on import known_on
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import NO_VALUE, counted, exact_change, exact_value
from kpis.known_on import LaterFile, Reported, Restated, reported, restated
from kpis.periods import Period, day_in_words, month_in_words
from screen.csv_files import csv_button
from screen.session import ask, engine, warehouse
from screen.tables import escaped, shown

BUILT = "_months_first_reported"
FILES_SHOWN = 8


def first_reported(filters: Filters, period: Period) -> None:
    """The last month of the period as it was first reported, and as it is known now."""
    month = period.last_month
    found = ask(reported, month)
    name = month_in_words(month)
    if found is None:
        st.markdown(f"**{name} has no remittance yet, so nothing was reported for it**")
        return
    if found.is_unchanged:
        st.markdown(f"**{name} stands as first reported**")
        st.caption(f"First reported {day_in_words(found.first.at)}; nothing was loaded since.")
        return
    st.markdown(f"**{name}: first reported {day_in_words(found.first.at)} → now**")
    if not _is_built(found):
        st.caption(
            f"{_loaded_since(found)}. Working out the month as it was known then takes as long as a load."
        )
        st.button(
            "Compare",
            icon=":material/history:",
            key="first_reported",
            on_click=_ask_for,
            args=(found,),
        )
        return
    with st.spinner("Building the ledger as it was known then"):
        then = _engine_of(known_on(warehouse(), found.first.last_load))
    comparison(restated(then, engine(), filters, month), found)


def comparison(figures: tuple[Restated, ...], found: Reported) -> None:
    """Each figure then and now, and the files in between."""
    rows = [_row(one) for one in figures]
    st.dataframe(
        shown(rows, list(_TITLES)),
        hide_index=True,
        height="content",
        column_config=_TITLES,
        placeholder=NO_VALUE,
        alt="First reported and now",
    )
    csv_button(rows, _TITLES, f"first-reported-{found.month:%Y-%m}.csv")
    with st.expander(_loaded_since(found), icon=":material/draft:"):
        for file in found.later_files[:FILES_SHOWN]:
            st.markdown(escaped(_file_in_words(file)))
        left = len(found.later_files) - FILES_SHOWN
        if left > 0:
            st.caption(f"and {left:,} more, see the load history on the Data page")


_TITLES = {"figure": "Figure", "first": "First reported", "now": "Now", "change": "Change"}


def _row(one: Restated) -> dict[str, object]:
    return {
        "figure": one.title,
        "first": exact_value(one.first, one.unit),
        "now": exact_value(one.now, one.unit),
        "change": _change(one),
    }


def _change(one: Restated) -> str:
    if one.difference is None:
        return ""
    if one.difference == 0:
        return "unchanged"
    return exact_change(one.now, one.first, one.unit) or ""


def _file_in_words(file: LaterFile) -> str:
    holds = (
        f"{file.remittances:,} {'remittance' if file.remittances == 1 else 'remittances'} of the month"
        if file.remittances
        else {"835": "payments of other months", "remittance": "payments of other months"}.get(
            file.kind, f"a list of {file.kind}"
        )
    )
    return f"- `{file.file}`, loaded {file.loaded_at} UTC: {holds}"


def _ask_for(found: Reported) -> None:
    st.session_state.setdefault(BUILT, set()).add(found.first.last_load)


def _loaded_since(found: Reported) -> str:
    return f"{counted(len(found.later_files), 'file')} loaded since"


def _is_built(found: Reported) -> bool:
    return found.first.last_load in st.session_state.get(BUILT, set())


@st.cache_resource(max_entries=3, show_spinner=False)
def _engine_of(view: Path) -> DuckDBEngine:
    return DuckDBEngine(view)
