"""What happens before any page: where nothing was ever loaded, the sample; a ledger of another version, built again."""

from __future__ import annotations

import time
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.journal import NewerJournalError
from data.warehouse import current_snapshot
from kpis.readiness import is_of_this_version
from screen.entered import fiscal_calendar
from screen.load_job import start_sample
from screen.plain_text import plain
from screen.rebuild_job import POLL_SECONDS, start_rebuild
from screen.session import ask, warehouse


def ensure_something_is_loaded() -> None:
    """Loads the sample where the warehouse is empty, then runs the page again.

    Where it cannot be loaded, says why, and runs no page.
    """
    if current_snapshot(warehouse()) is not None:
        return
    why = "First start: loading the sample data"
    job = start_sample(warehouse())
    bar = st.progress(0.0, text=f"{why}, about ten seconds …")
    while job.is_running:
        bar.progress(job.share_done, text=f"{why} … {plain(job.name)}")
        time.sleep(POLL_SECONDS)
    if job.failure:
        _say_why_not(bar, f"{why} failed.", job.failure)
    st.rerun()


def ensure_ledger_is_of_this_version() -> None:
    """Has the ledger worked out again where another version did, then runs the page again.

    So every page may ask for every table. Where it cannot be done, says why, and runs no page.
    """
    if ask(is_of_this_version):
        return
    why = "Takeback or its reference tables changed since the figures were worked out."
    job = start_rebuild(warehouse())
    bar = st.progress(0.0, text=why)
    while job.is_running:
        bar.progress(job.done / job.steps, text=f"{why} {plain(job.in_words)}")
        time.sleep(POLL_SECONDS)
    if job.failure:
        _say_why_not(bar, why, job.failure)
    st.rerun()


def ensure_entries_are_of_this_version() -> None:
    """Says where a later version of Takeback wrote what users entered, and runs no page: every one needs it."""
    try:
        fiscal_calendar()
    except NewerJournalError as newer:
        _say_why_not(st.empty(), "What was entered here cannot be read.", str(newer))


def _say_why_not(bar: DeltaGenerator, what: str, failure: str) -> NoReturn:
    bar.empty()
    st.error(f"{what} {plain(failure)}", icon=":material/error:")
    st.stop()
