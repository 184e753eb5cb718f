"""Controls: can we trust the numbers? Deposits that tie, what is in suspense, what the register misses."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data.workspace import Workspace
from kpis.controls import TieOutView, tie_out
from kpis.filters import Filters
from kpis.format import counted, exact_usd
from kpis.register_check import register_check_totals
from kpis.suspense import last_known_decision, suspense_totals
from kpis.unbalanced import unbalanced
from screen.filters import current_filters
from screen.header import page_header
from screen.rebuild_job import begin_rebuild, follow_rebuild
from screen.register_check import register_check
from screen.reversal_log import escalation_list, reversal_log
from screen.session import ask, warehouse
from screen.suspense import suspense
from screen.tie_out import do_not_balance, tie_out_list
from screen.usage_list import usage_list

SECTIONS: dict[str, Callable[[], None]] = {
    "Suspense": suspense,
    "Tie-out": tie_out_list,
    "Do not balance": do_not_balance,
    "Register": register_check,
    "Reversals": reversal_log,
    "Over the threshold": escalation_list,
    "Views and exports": usage_list,
}


def page() -> None:
    page_header("controls")
    follow_rebuild()
    say_if_behind()
    at_a_glance()
    SECTIONS[choose_section()]()


def say_if_behind() -> None:
    """What was decided while no rebuild came of it, e.g. because the server was stopped."""
    if ask(last_known_decision) == Workspace(warehouse()).last_decision():
        return
    st.info("Something was decided that the figures do not follow yet.", icon=":material/update:")
    rebuild_button()


def rebuild_button() -> None:
    st.button(
        "Work out the ledger again",
        icon=":material/refresh:",
        key="rebuild",
        on_click=lambda: begin_rebuild(warehouse(), only_if_behind=False),
    )


def at_a_glance() -> None:
    """One figure per control, all of them as of today and of all months."""
    payers = Filters(payers=current_filters().payers)
    totals = ask(tie_out, TieOutView(payers))
    aside = ask(unbalanced).num_rows
    waiting = ask(suspense_totals, payers)
    register = ask(register_check_totals, payers)
    cards = {
        "Off the deposits": (
            exact_usd(totals.difference),
            f"Deposits of {exact_usd(totals.deposits)} less payments − net withheld − other, over "
            f"{counted(totals.remittances, 'remittance')} of all months.",
        ),
        "Do not balance": (f"{aside:,}", "Remittances set aside; in no figure."),
        "In suspense": (
            f"{waiting.withdrawals:,} · {exact_usd(waiting.taken)}",
            "Withdrawals tied to nothing.",
        ),
        "Never seen taken": (
            f"{register.never_seen:,} · {exact_usd(register.never_seen_amount)}",
            "Rows of the register no remittance shows anything of; of the filters, the payer applies.",
        ),
        "Untracked": (
            f"{register.untracked:,} · {exact_usd(register.untracked_amount)}",
            "Withdrawn with no row in the register.",
        ),
    }
    with st.container(horizontal=True, gap="small", key="controls_totals"):
        for label, (value, meaning) in cards.items():
            st.metric(
                label,
                value.replace("$", r"\$"),
                help=meaning.replace("$", r"\$"),
                border=True,
            )


def choose_section() -> str:
    """The control looked at, in the URL."""
    offered = list(SECTIONS)
    chosen = st.segmented_control(
        "Control",
        offered,
        default=offered[0],
        key="control",
        bind="query-params",
        label_visibility="collapsed",
        required=True,
    )
    return chosen if chosen in SECTIONS else offered[0]


page()
