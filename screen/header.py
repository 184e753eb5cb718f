"""The head of every page: its title, the question it answers, whose data it is and how fresh."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kpis.format import counted, exact_usd
from kpis.freshness import Freshness, freshness
from kpis.periods import day_in_words, minute_in_words
from screen import clock
from screen.filters import chosen_values
from screen.navigation import PAGE_BY_NAME, ensure_frame
from screen.session import ask
from screen.settings import settings
from screen.shortcuts import keys_button
from screen.tables import escaped
from screen.usage_log import log_view
from screen.views import views_menu


def page_header(page: str, part: str = "") -> None:
    """The header of a page of the menu, by its name there, see `header`."""
    entry = PAGE_BY_NAME[page]
    header(page, entry.title, entry.question, part)


def header(page: str, title: str, question: str, part: str = "") -> None:
    """Title, saved views, question, and one line on sample data, freshness and tie-out.

    part: what of the page is open, such as one offset; the log of views tells it.
    """
    ensure_frame()
    log_view(f"{page} {part}".rstrip(), chosen_values())
    state = ask(freshness)
    with st.container(gap=None, key="header"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.title(title, width="content", anchor=False)
            if state.is_sample:
                st.badge(
                    "Sample data",
                    icon=":material/science:",
                    color="orange",
                    help="Invented payers and patients. Load your own files on the Data page; they replace the sample.",
                )
            st.space("stretch")
            keys_button()
            views_menu(page)
        st.markdown(question)
        st.caption(_state_in_words(state), help=_tie_out_help(state))
    if old := stale_in_words(state, clock.today(), settings().stale_after_days):
        st.warning(old, icon=":material/event_busy:")
    if settings().problem:
        st.warning(settings().problem, icon=":material/settings_alert:")


def stale_in_words(state: Freshness, today: date, stale_after_days: int) -> str:
    """Where the data ends and how long ago, once that is longer than allowed; empty before, and for the sample."""
    ends = state.data_through
    if state.is_sample or ends is None or (today - ends).days <= stale_after_days:
        return ""
    return (
        f"Data ends {day_in_words(ends)}, {_ago((today - ends).days)}. "
        "What payers took since is in no figure: load newer remittances on the Data page."
    )


def _ago(days: int) -> str:
    """Days, or whole months of a twelfth of a year once there are two, or years."""
    months = int(days / (365.25 / 12))
    if months < 2:
        return f"{counted(days, 'day')} ago"
    if months < 24:
        return f"{months} months ago"
    return f"{months // 12} years ago"


def _state_in_words(state: Freshness) -> str:
    if state.data_through is None:
        return "Nothing is posted yet. Load remittances on the Data page."
    parts = [f"Data through {day_in_words(state.data_through)}"]
    if state.loaded_at is not None:
        parts.append(f"loaded {minute_in_words(state.loaded_at)}")
    if state.ties:
        parts.append(
            f":material/check_circle: ties to {exact_usd(state.deposits)} of deposits, to the cent"
        )
    else:
        parts.append(f":red[:material/error: off the deposits by {exact_usd(state.difference)}]")
    if state.quarantined:
        noun = "remittance does" if state.quarantined == 1 else "remittances do"
        parts.append(
            f":orange[:material/warning: {state.quarantined:,} {noun} not balance: set aside]"
        )
    if state.plb_only:
        noun = "remittance" if state.plb_only == 1 else "remittances"
        parts.append(
            f":orange[:material/visibility: PLB-visible only: {state.plb_only:,} {noun} of {state.plb_only_payers}]"
        )
    return escaped(" · ".join(parts))


def _tie_out_help(state: Freshness) -> str:
    loaded = f"{counted(state.posted, 'remittance')} from {counted(state.files, 'file')}"
    return (
        f"{loaded}. For each: payments before offsets − net withheld − other "
        "adjustments = deposit. All months, all payers." + _plb_only_help(state)
    )


def _plb_only_help(state: Freshness) -> str:
    if not state.plb_only:
        return ""
    return (
        " PLB-visible only: these came in tables without claims, so overpayments found through reversed claims "
        "are not in them, and their payments are worked out from the deposit."
    )
