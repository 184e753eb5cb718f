"""What a report will show: each section's sentence, its charts as they will be drawn, its tables' first rows."""

from __future__ import annotations

import streamlit as st

from reports.content import Report, Section, Table, cell_in_words
from reports.images import svg
from reports.sentences import card_in_words
from screen.plain_text import plain

ROWS = 8
NOTHING = "No values in this period."


def preview(report: Report) -> None:
    """The cover's line, then every section in its order."""
    st.markdown(f"**{plain(report.title)}**")
    st.caption(plain(report.scope.source_line))
    for number, section in enumerate(report.sections, start=1):
        with st.container(border=True):
            _section(section, number, report.scope.comparison_in_words)


def _section(section: Section, number: int, compared_with: str) -> None:
    st.markdown(f"{number}. **{plain(section.title)}**")
    for card in section.cards:
        st.markdown(f"- {plain(card_in_words(card, compared_with))}")
    if section.charts:
        with st.grid(2, min_column_width=320, gap="small"):
            for chart in section.charts:
                st.image(svg(chart, width=640), width="stretch", alt=chart.alt)
    for table in section.tables:
        _table(table)
    if not (section.cards or section.charts or section.tables):
        st.caption(NOTHING)
    for statement in section.statements:
        st.caption(plain(statement))


def _table(table: Table) -> None:
    """The first rows; the files hold them all."""
    rows = [
        {
            plain(column.title): plain(cell_in_words(cell, column.kind))
            for column, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows[:ROWS]
    ]
    if not rows:
        st.caption(NOTHING)
        return
    st.table(rows, hide_index=True, alt=table.alt)
    if len(table.rows) > ROWS:
        st.caption(f"{len(table.rows) - ROWS:,} more rows in the files.")
