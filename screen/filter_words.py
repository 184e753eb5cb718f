"""What is filtered, always visible as a line of words under the filter bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from kpis.freshness import freshness
from kpis.periods import FiscalCalendar, Period, add_months, month_in_words
from screen.session import ask
from screen.tables import escaped

NAMES_SHOWN = 4
ABOUT_PERIODS = (
    "Figures are by whole months of payment dates. Periods count back from the last payment date in the data, "
    "not from today: “to date” and “last N months” end with the month the data reaches into, “last month” is the "
    "one before it. The prior period of a quarter or year to date is the same part of the quarter or year before."
)


@dataclass(frozen=True)
class FilterWords:
    """What the line tells. chosen: the period as the bar names it; values: by filter, in the bar's order."""

    period: Period
    chosen: str
    compared: str
    by_quarter: bool
    calendar: FiscalCalendar
    values: Mapping[str, tuple[str, ...]]


def filter_line(words: FilterWords) -> None:
    """Writes the line."""
    through = ask(freshness).data_through
    st.caption(escaped(line(words, through)), help=ABOUT_PERIODS)


def line(words: FilterWords, data_through: date | None) -> str:
    """The line as Markdown."""
    parts = [f"**{words.period}**{_fiscal(words)}{_so_far(words.period, data_through)}"]
    parts.append(words.compared)
    if words.by_quarter:
        parts.append("trends by quarter")
    if "Payer" not in words.values:
        parts.append("all payers")
    parts += [f"**{label}:** {_names(values)}" for label, values in words.values.items()]
    return " · ".join(parts)


def _fiscal(words: FilterWords) -> str:
    """The fiscal year or quarter where the period chosen is one."""
    if words.chosen == "Fiscal year to date":
        name = words.calendar.year_name(words.period.start)
        return f" ({name} to date, {words.calendar.in_words()})"
    if words.chosen == "Quarter to date":
        return f" ({words.calendar.quarter_name(words.period.start)} to date)"
    return ""


def _so_far(period: Period, data_through: date | None) -> str:
    """Says so where the last month of the period is the one the data reaches into and may not be over."""
    if data_through is None or not period.last_month <= data_through < period.end:
        return ""
    if data_through == add_months(data_through, 1) - timedelta(days=1):
        return ""
    return f", {month_in_words(period.last_month)} through {data_through:%b} {data_through.day}"


def _names(values: tuple[str, ...]) -> str:
    if len(values) <= NAMES_SHOWN + 1:
        return ", ".join(values)
    return f"{', '.join(values[:NAMES_SHOWN])} and {len(values) - NAMES_SHOWN} more"
