"""A chart's files to take along: PNG, SVG and CSV, each with the filters and the as-of it was drawn with."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from charts.spec import ChartSpec
from kpis.filters import Filters
from screen.csv_files import with_months
from screen.filters import chosen_values, current_filters
from screen.session import ask
from screen.usage_log import logged

FORMATS = {"png": "image/png", "svg": "image/svg+xml", "csv": "text/csv"}
LONGEST_NAME = 60


def chart_files(spec: ChartSpec, key: str) -> None:
    """A small menu with the three files; each is made when it is asked for."""
    filters, chosen = current_filters(), chosen_values()
    with st.popover(
        "Save",
        icon=":material/download:",
        type="tertiary",
        help="PNG, SVG or CSV",
        key=f"{key}_files",
    ):
        for ending, mime in FORMATS.items():
            name = with_months(f"{_file_name(spec.title)}.{ending}")
            st.download_button(
                ending.upper(),
                data=logged(partial(_content, spec, filters, ending), name, chosen),
                file_name=name,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"{key}_{ending}",
            )


def _content(spec: ChartSpec, filters: Filters, ending: str) -> bytes:
    from reports.images import FORMATS as MAKERS  # loaded when first needed: it takes a moment
    from reports.images import caption_of
    from reports.scope import scope_of

    return MAKERS[ending][1](spec, caption_of(ask(scope_of, filters)))


def _file_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST_NAME] or "chart"
