"""From an offset to its matches: each can be looked at and changed on the Controls page."""

from __future__ import annotations

import streamlit as st

from kpis.format import exact_usd
from kpis.matches import matches_of
from kpis.periods import day_in_words
from screen.navigation import go
from screen.plain_text import plain
from screen.session import ask
from screen.split_table import shared_lines
from screen.tables import escaped


def match_links(receivable_id: str) -> None:
    """What the offset shares with others, and a button for each provider adjustment that was tied to it."""
    found = ask(matches_of, receivable_id)
    if not found:
        return
    shared_lines(receivable_id, found)
    with st.popover("Change a match", icon=":material/link:", type="tertiary"):
        st.caption(
            "Opens the provider adjustment on the Controls page, to tie it to another offset."
        )
        for number, match in enumerate(found):
            reference = f":{plain(match.reference)}" if match.reference else ""
            label = (
                f"{plain(match.reason_code)}{reference} {escaped(exact_usd(match.amount))}, "
                f"{day_in_words(match.payment_date)}: {plain(match.method)}"
            )
            if st.button(label, key=f"change_match_{number}", type="tertiary"):
                place = f"{match.remittance_id}-{match.adjustment_no}"
                go("controls", control="Suspense", withdrawal=place)
