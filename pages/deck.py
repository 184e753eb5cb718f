"""What do I show?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from reports.content import Report
from reports.sections import SECTIONS, build_report
from screen.deck_files import files
from screen.deck_preview import preview
from screen.deck_sections import chosen_sections
from screen.filters import current_filters
from screen.header import page_header
from screen.session import ask

NO_SECTION = "No section is chosen. Tick at least one, then build the files."


def deck_page() -> None:
    page_header("Board deck", "What do I show?")
    whole = everything()
    left, right = st.columns([2, 5], gap="medium")
    with left:
        above = st.container()
        report = chosen(whole)
        if report.sections:
            with above:
                files(report, current_filters())
    with right:
        shown(report)


def everything() -> Report:
    """Every section over the filters of the bar, asked for once."""
    with st.spinner("Working out the sections …"):
        return ask(build_report, current_filters(), tuple(SECTIONS))


def chosen(whole: Report) -> Report:
    """The sections ticked, in the order of the rows."""
    st.subheader("Sections", anchor=False)
    st.caption("Period and payers are those of the bar above.")
    names = chosen_sections(whole.sections)
    by_name = {section.name: section for section in whole.sections}
    return replace(whole, sections=tuple(by_name[name] for name in names))


def shown(report: Report) -> None:
    """The preview, or what to do where there is nothing to preview."""
    st.subheader("Preview", anchor=False)
    if not report.sections:
        st.info(NO_SECTION)
        return
    if all(card.value is None for card in report.cards):
        st.info(
            "Nothing was paid, taken or decided within these filters: the files will say so. "
            "Choose another period or other payers in the bar above."
        )
    preview(report)


deck_page()
