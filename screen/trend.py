"""A KPI by month or quarter, as every page shows it: target band, notes, comparison; a click narrows the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from charts.spec import ChartSpec
from charts.trends import Point, trend_chart
from kpis.cards import cases_in_words, sum_of
from kpis.catalog import KPI_BY_NAME, Kpi
from kpis.filters import Filters
from kpis.format import Value, exact_usd, exact_value, short_value
from kpis.grain import added_up
from kpis.periods import Period, add_months, month_in_words
from screen import narrow, spans
from screen.charts import show_chart
from screen.entered import target_of
from screen.filters import comparison_in_words, comparison_period, current_filters, current_grain
from screen.notes import notes_menu
from screen.session import Row, kpi_rows
from screen.targets import targets_menu

RATE = KPI_BY_NAME["offset_volume_rate"]
notes_below = spans.notes_below
narrow_to_clicked = narrow.narrow_to_clicked


@dataclass(frozen=True)
class Step:
    """One point of the trend: the months it stands for, and its figures."""

    months: tuple[date, ...]
    name: str
    figures: dict[str, Value]

    def point(self, kpi: Kpi) -> Point:
        """The step on the chart of a KPI."""
        return Point(self.months[0], self.name, self.figures.get(kpi.name), self._detail(kpi))

    def _detail(self, kpi: Kpi) -> str:
        if not self.figures:
            return f"{self.name}: nothing posted"
        if kpi is RATE:
            withheld, payments = self.figures["withheld"], self.figures["payments"]
            return f"{self.name}: {short_or_exact(withheld)} of {short_or_exact(payments)}"
        count = sum_of(kpi.count, self.figures)
        if count is None:
            return f"{self.name}: {exact_value(self.figures[kpi.name], kpi.unit)}"
        return f"{self.name}: {cases_in_words(kpi, count)}"


def show_trend(kpi: Kpi, key: str, colour: int | None = None) -> None:
    """The trend under the filters, its notes as a list, and the menus to set its target and notes."""
    filters = current_filters()
    spec = kpi_trend(kpi, filters, comparison_period(), comparison_in_words(), colour)
    show_chart(spec, key, on_select=partial(narrow_to_clicked, key, filters))
    notes_below(filters)
    with st.container(horizontal=True, gap="small"):
        targets_menu()
        notes_menu()


def rate_trend(
    filters: Filters, earlier: Period | None, compared_with: str, colour: int | None = None
) -> ChartSpec:
    """The trend of the offset volume rate, see `kpi_trend`."""
    return kpi_trend(RATE, filters, earlier, compared_with, colour)


def kpi_trend(
    kpi: Kpi,
    filters: Filters,
    earlier: Period | None,
    compared_with: str,
    colour: int | None = None,
) -> ChartSpec:
    """Each month's or quarter's value, with the target band, notes and, lighter, the months compared with.

    The months compared with stand under the months they are compared to, in quarters too.
    """
    now = _steps(filters, spans.spans_of(filters))
    then: list[Step] = []
    if earlier:
        then = _steps(
            filters.over(earlier.start, earlier.end), _spans_then(filters, earlier.each_month())
        )
    return trend_chart(
        kpi,
        _title(kpi, now),
        [step.point(kpi) for step in now],
        before=[step.point(kpi) for step in then],
        compared_with=compared_with.removeprefix("vs "),
        target=target_of(kpi.name, filters.payers),
        grain=current_grain(),
        notes=spans.chart_notes(filters),
        colour=colour,
    )


def short_or_exact(amount: Value) -> str:
    """USD to the cent; no value in words."""
    return exact_usd(amount) if not isinstance(amount, float) else short_value(amount, "usd")


def _spans_then(filters: Filters, months: Sequence[date]) -> list[spans.Span]:
    """The earlier months, parted as the months they are compared to."""
    if current_grain() == "month":
        return [spans.Span((month,), month_in_words(month)) for month in months]
    parted, start = [], 0
    for span in spans.spans_of(filters):
        part = tuple(months[start : start + len(span.months)])
        start += len(span.months)
        if part:
            parted.append(spans.Span(part, str(Period(part[0], add_months(part[-1], 1)))))
    return parted


def _steps(filters: Filters, found: Sequence[spans.Span]) -> list[Step]:
    rows: dict[date, Row] = {row["month"]: row for row in kpi_rows(filters, "month")}
    return [
        Step(
            span.months,
            span.name,
            added_up([rows[month] for month in span.months if month in rows]),
        )
        for span in found
    ]


def _title(kpi: Kpi, steps: Sequence[Step]) -> str:
    """How the last step stands against the highest of the period, in a sentence."""
    points = [step.point(kpi) for step in steps]
    known = [(float(point.value), point) for point in points if point.value is not None]
    if not known:
        return _NOTHING.get(kpi.name, f"No {kpi.title.lower()} in the period")
    (last_value, last), (peak_value, peak) = known[-1], max(known, key=lambda pair: pair[0])
    text = f"{_SUBJECT.get(kpi.name, kpi.title)} was {short_value(last_value, kpi.unit)} in {last.name}"
    if len(known) == 1:
        return text
    if peak_value == min(value for value, _ in known) == 0:
        return f"{text}, as in all of the period"
    if peak is last:
        return f"{text}, the highest of the period"
    return f"{text}; its peak was {short_value(peak_value, kpi.unit)} in {peak.name}"


_SUBJECT = {RATE.name: "The rate", "recoupment_lag_days": "The mean lag"}
_NOTHING = {
    RATE.name: "No payments in the period, so there is no rate",
    "recoupment_lag_days": "No withdrawal of this period has a known notice",
}
