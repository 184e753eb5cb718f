"""An offset against the rules about notice and time: was it early, is it too old, until when can it be appealed."""

from __future__ import annotations

import streamlit as st

from kpis.offset_life import Offset
from kpis.report_packet import date_check
from kpis.rules import applied_rules
from reports.packet_words import findings, rule_in_words
from screen.plain_text import plain
from screen.session import ask

HEADINGS = ("Rule", "Date", "Time", "Counted from", "Citation", "How far verified")


def show_rules(item: Offset) -> None:
    """What the configured rules say of this offset, and which of them applied; nothing where none does."""
    said = findings(item, ask(date_check, item.receivable_id))
    rules = [rule_in_words(rule) for rule in ask(applied_rules, item.receivable_id)]
    if not said and not rules:
        return
    with st.container(border=True):
        st.markdown("**Against the rules**")
        st.markdown("\n".join(f"- {plain(line)}" for line in said or ["Nothing is withdrawn yet."]))
        if rules:
            st.dataframe(
                [dict(zip(HEADINGS, rule, strict=True)) for rule in rules],
                hide_index=True,
                height="content",
                alt="The rules about notice and time that apply to this offset",
            )
        else:
            st.caption("No rule on file covers this payer and plan type; Lag and notice has them.")
