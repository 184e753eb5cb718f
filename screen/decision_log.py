"""Everything users decided about matches: who, when, why, and whether the figures follow it."""

from __future__ import annotations

from collections.abc import Mapping, Set

import streamlit as st

from data.workspace import DecisionEntry, Workspace
from kpis.suspense import KnownDecision, known_decisions
from screen.csv_files import ALL_ROWS, csv_button
from screen.session import ask, warehouse
from screen.split_table import splits_by_entry
from screen.tables import dollars, shown

HEADINGS = {
    "made_at": "When (UTC)",
    "made_by": "Who",
    "deed": "Decision",
    "receivable_id": "Offset",
    "payer": "Payer",
    "amount": "Amount",
    "reference": "Reference",
    "trace_number": "Trace number",
    "divided": "Divided",
    "why": "Why",
    "effect": "In the figures",
}


def decision_log() -> None:
    """Every decision, the latest first; nothing where none was ever made."""
    workspace = Workspace(warehouse())
    entries = workspace.decision_history()
    if not entries:
        return
    in_force = {entry.entry_no for entry in workspace.entries_in_force()}
    known = ask(known_decisions)
    divided = splits_by_entry(entries, known)
    rows = [
        _row(entry, effect(entry, in_force, known), divided.get(entry.entry_no))
        for entry in entries
    ]
    st.subheader("What was decided", anchor=False)
    st.dataframe(
        shown(rows, list(HEADINGS)),
        hide_index=True,
        column_config={
            **HEADINGS,
            "made_at": st.column_config.DatetimeColumn(
                HEADINGS["made_at"], format="MMM D, YYYY HH:mm"
            ),
            "amount": dollars(HEADINGS["amount"]),
        },
        placeholder="–",
        key="decisions",
        alt="Every decision about a match with who, when and why, latest first",
    )
    csv_button(lambda: rows, HEADINGS, "match-decisions.csv", label=ALL_ROWS, narrowed="by nothing")


def effect(entry: DecisionEntry, in_force: Set[int], known: Mapping[int, KnownDecision]) -> str:
    """Whether the figures follow a decision, in words."""
    if entry.deed == "undone":
        return "undone"
    if entry.entry_no not in in_force:
        return "no: a later one counts"
    decision = known.get(entry.entry_no)
    if decision is None:
        return "not yet: the ledger was not worked out since"
    if decision.against:
        return f"no: {decision.against}"
    return "yes"


def _row(entry: DecisionEntry, in_figures: str, divided: str | None) -> dict[str, object]:
    about = entry.about
    return {
        "made_at": entry.made_at,
        "made_by": entry.made_by,
        "deed": entry.deed,
        "receivable_id": entry.receivable_id,
        "payer": about.payer if about else None,
        "amount": about.amount if about else None,
        "reference": about.reference if about else None,
        "trace_number": about.trace_number if about else None,
        "divided": divided,
        "why": entry.why,
        "effect": in_figures,
    }
