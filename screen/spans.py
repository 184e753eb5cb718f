"""The months or quarters trends go by, the notes on their dates, and what a click on one does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from charts.spec import Note
from data.annotations import Annotation
from kpis.choices import choices
from kpis.filters import Filters
from kpis.grain import Steps
from kpis.periods import day_in_words, month_in_words, quarters
from screen.entered import fiscal_calendar, notes_on
from screen.filters import current_grain
from screen.plain_text import plain
from screen.session import ask


@dataclass(frozen=True)
class Span:
    """One step of a trend: the months of the data it stands for, and its name."""

    months: tuple[date, ...]
    name: str

    @property
    def first(self) -> date:
        return self.months[0]


def months_of(filters: Filters) -> tuple[date, ...]:
    """Every month of the period the data reaches, those without a payment too."""
    return tuple(
        month
        for month in ask(choices).months
        if (filters.since is None or month >= filters.since)
        and (filters.until is None or month < filters.until)
    )


def spans_of(filters: Filters) -> tuple[Span, ...]:
    """The months of the period, or its quarters, as the filter bar says."""
    months = months_of(filters)
    if current_grain() == "month":
        return tuple(Span((month,), month_in_words(month)) for month in months)
    return tuple(
        Span(tuple(months[place] for place in one.places), one.label)
        for one in quarters(months, fiscal_calendar())
    )


def steps_of(filters: Filters) -> Steps:
    """The months of each span."""
    return tuple(span.months for span in spans_of(filters))


def span_at(filters: Filters, x: object) -> Span | None:
    """The span a chart of spans has at x, an ISO date."""
    return next((one for one in spans_of(filters) if one.first.isoformat() == str(x)[:10]), None)


def chart_notes(filters: Filters) -> tuple[Note, ...]:
    """The notes on the days of the period, for a chart; their numbers are those of `notes_below`."""
    return tuple(
        Note(note.on_date, str(number), note.text) for number, note in numbered_notes(filters)
    )


def notes_below(filters: Filters) -> None:
    """The notes of a trend as a list, by their numbers."""
    lines = [
        f"**{number}** {day_in_words(note.on_date)}: {plain(note.text)}"
        + (f" ({plain(note.payer)})" if note.payer else "")
        for number, note in numbered_notes(filters)
    ]
    if lines:
        st.caption("  \n".join(lines))


def numbered_notes(filters: Filters) -> list[tuple[int, Annotation]]:
    """The notes on the days of the period's months, counted from 1."""
    days = set(months_of(filters))
    inside = [note for note in notes_on(filters.payers) if note.on_date.replace(day=1) in days]
    return list(enumerate(inside, start=1))
