"""The rules behind the dates of a page, and what of the user's own rules could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from data.rules import RULES_FILE, STATES_FILE, RuleBook, read_rules
from kpis.rules import RuleStanding
from screen.csv_files import csv_button
from screen.session import warehouse
from screen.tables import escaped, shown

RULE_COLUMNS = {
    "kind": "About",
    "scope": "For",
    "time": "Time",
    "clock_start": "Counted from",
    "citation": "Source",
    "confidence": "Confidence",
    "verified_on": "Verified on",
    "source": "Whose",
    "decided": "Withdrawals it was applied to",
}


def rules_in_force(standings: Sequence[RuleStanding]) -> None:
    """The rules behind these dates, and what of the user's own could not be read."""
    book = read_rules(warehouse())
    for problem in book.problems:
        st.warning(
            escaped(f"{problem.file}, row {problem.row}: {problem.message}. {problem.remedy}"),
            icon=":material/warning:",
        )
    if _differ(book, standings):
        st.info(
            f"{RULES_FILE} was changed since the ledger was built. It counts from the next load or rebuild."
        )
    with st.expander(f"The {len(standings):,} rules behind these dates", icon=":material/gavel:"):
        rows = [rule_row(one, RULE_COLUMNS) for one in standings]
        st.dataframe(
            shown(rows, list(RULE_COLUMNS)),
            hide_index=True,
            placeholder="–",
            column_config={
                **RULE_COLUMNS,
                "verified_on": st.column_config.DateColumn(
                    RULE_COLUMNS["verified_on"], format="MMM D, YYYY"
                ),
            },
            alt="Rules about notice and time, those applied most first",
        )
        csv_button(rows, RULE_COLUMNS, "rules-in-force.csv")
        st.caption(
            f"Your own rules go into {RULES_FILE} in the warehouse folder, your states into {STATES_FILE}; "
            "docs/rules.md has the columns. The most specific rule applies; what is cited and not verified "
            "decides nothing."
        )


def rule_row(one: RuleStanding, columns: Iterable[str]) -> dict[str, object]:
    """A rule as a row: its own fields, and what its standing says of it."""
    told = {"scope": one.scope, "time": one.time, "decided": one.decided}
    return {name: told.get(name, getattr(one.rule, name, None)) for name in columns}


def _differ(book: RuleBook, standings: Sequence[RuleStanding]) -> bool:
    """Whether the rules on file are others than those the ledger was built with."""
    return {one.rule for one in standings} != set(book.rules)
