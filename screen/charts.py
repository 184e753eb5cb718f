"""Puts a chart on a page, with its title, in the theme the user sees."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from charts.plotly_figure import CONFIG, figure
from charts.spec import ChartSpec
from charts.theme import Mode
from screen.chart_files import chart_files
from screen.tables import escaped

PAINTED = "_figures_have_painted"
FIRST_PAINT_SECONDS = 1.0


def show_chart(spec: ChartSpec, key: str, on_select: Callable[[], None] | None = None) -> None:
    """Draws the chart under its title, with its files; on_select is called when a point is clicked, see `clicked`."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.markdown(escaped(f"**{spec.title}**"), width="stretch")
        chart_files(spec, key)
    _let_figures_paint()
    if on_select is None:
        st.plotly_chart(figure(spec, _mode()), key=key, config=CONFIG, alt=spec.alt)
    else:
        st.plotly_chart(
            figure(spec, _mode()),
            key=key,
            config=CONFIG,
            alt=spec.alt,
            on_select=on_select,
            selection_mode="points",
        )


def clicked(key: str) -> dict[str, object] | None:
    """The point of a chart that was clicked last, as Plotly names it (x, y, …); None without one."""
    state = st.session_state.get(key)
    points = state["selection"]["points"] if state else []
    return dict(points[0]) if points else None


def _let_figures_paint() -> None:
    """Once per session, holds the first chart back for a moment.

    The browser takes longer to load the chart library than all the rest, and draws nothing meanwhile:
    what was sent before, title and cards, would wait for it.
    """
    if not st.session_state.get(PAINTED):
        st.session_state[PAINTED] = True
        time.sleep(FIRST_PAINT_SECONDS)


def _mode() -> Mode:
    return "dark" if st.context.theme.type == "dark" else "light"
