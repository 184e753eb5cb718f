"""The offset volume rate by month or quarter, as Overview and payer page show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from charts.spec import Band, ChartSpec, Note, Series
from data.annotations import Annotation
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME
from kpis.choices import choices
from kpis.filters import Filters
from kpis.format import Value, exact_usd, short_value
from kpis.grain import added_up
from kpis.periods import Period, Quarter, add_months, month_in_words, quarters
from screen.charts import clicked
from screen.entered import fiscal_calendar, notes_on, target_of
from screen.filters import current_grain, only_months
from screen.plain_text import plain
from screen.session import Row, ask, kpi_rows

RATE = KPI_BY_NAME["offset_volume_rate"]


@dataclass(frozen=True)
class Step:
    """One point of the trend: the months it stands for, and its figures."""

    months: tuple[date, ...]
    name: str
    figures: dict[str, Value]

    @property
    def rate(self) -> Value:
        return self.figures.get(RATE.name)

    @property
    def detail(self) -> str:
        if not self.figures:
            return f"{self.name}: nothing posted"
        withheld, payments = self.figures["withheld"], self.figures["payments"]
        return f"{self.name}: {short_or_exact(withheld)} of {short_or_exact(payments)}"


def rate_trend(
    filters: Filters, earlier: Period | None, compared_with: str, colour: int | None = None
) -> ChartSpec:
    """Each month's or quarter's rate, with the target band, notes and, lighter, the months compared with.

    The months compared with stand under the months they are compared to, in quarters too.
    """
    months = _months(filters)
    parts = quarters(months, fiscal_calendar()) if current_grain() == "quarter" else ()
    now = _steps(months, _rows(filters), parts)
    series = [_series(RATE.title, now, colour)]
    if earlier:
        rows_then = _rows(filters.over(earlier.start, earlier.end))
        then = _steps(earlier.each_month(), rows_then, parts)
        series.append(_series(compared_with.removeprefix("vs "), then, None, is_prior=True))
    target = target_of(RATE.name, filters.payers)
    return ChartSpec(
        kind="line",
        title=_title(now),
        x=tuple(step.months[0].isoformat() for step in now),
        series=tuple(series),
        unit=RATE.unit,
        alt=f"Offset volume rate by {current_grain()}: "
        + ", ".join(f"{step.name} {short_value(step.rate, RATE.unit)}" for step in now),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, RATE.unit)}")
        if target
        else None,
        x_is_month=True,
        x_names=tuple(part.label for part in parts),
        notes=tuple(
            Note(note.on_date, str(number), note.text)
            for number, note in numbered(months, filters.payers)
        ),
        height=320,
    )


def numbered(months: Sequence[date], payers: Sequence[str]) -> list[tuple[int, Annotation]]:
    """The notes on the days of some months, with the numbers they have on the chart."""
    if not months:
        return []
    end = add_months(months[-1], 1)
    inside = [note for note in notes_on(payers) if months[0] <= note.on_date < end]
    return list(enumerate(inside, start=1))


def notes_below(filters: Filters) -> None:
    """The notes of the trend as a list, by their numbers."""
    lines = [
        f"**{number}** {note.on_date:%b %-d, %Y}: {plain(note.text)}"
        + (f" ({plain(note.payer)})" if note.payer else "")
        for number, note in numbered(_months(filters), filters.payers)
    ]
    if lines:
        st.caption("  \n".join(lines))


def narrow_to_clicked(key: str, filters: Filters) -> None:
    """Narrows the period to the month or quarter clicked in the trend drawn under `key`. For its callback."""
    point = clicked(key)
    if point is None:
        return
    months = _months(filters)
    parts = quarters(months, fiscal_calendar()) if current_grain() == "quarter" else ()
    spans = [part.months for part in parts] or [(month,) for month in months]
    for span in spans:
        if span[0].isoformat() == str(point["x"])[:10]:
            only_months(span[0], span[-1])


def short_or_exact(amount: Value) -> str:
    """USD to the cent; no value in words."""
    return exact_usd(amount) if not isinstance(amount, float) else short_value(amount, "usd")


def _months(filters: Filters) -> tuple[date, ...]:
    """Every month of the period the data reaches, those without a payment too."""
    there = ask(choices).months
    return tuple(
        month
        for month in there
        if (filters.since is None or month >= filters.since)
        and (filters.until is None or month < filters.until)
    )


def _rows(filters: Filters) -> dict[date, Row]:
    return {row["month"]: row for row in kpi_rows(filters, "month")}


def _steps(months: Sequence[date], rows: dict[date, Row], parts: Sequence[Quarter]) -> list[Step]:
    """One step a month, or one for each of the quarters, which name places among the months."""
    if not parts:
        return [Step((month,), month_in_words(month), rows.get(month, {})) for month in months]
    steps = []
    for part in parts:
        of_part = tuple(months[place] for place in part.places)
        figures = added_up([rows[month] for month in of_part if month in rows])
        span = str(Period(of_part[0], add_months(of_part[-1], 1)))
        name = part.label if of_part == part.months else span
        steps.append(Step(of_part, name, figures))
    return steps


def _series(name: str, steps: Sequence[Step], colour: int | None, is_prior: bool = False) -> Series:
    return Series(
        name,
        tuple(step.rate for step in steps),
        role="prior" if is_prior else "actual",
        colour=colour,
        detail=tuple(step.detail for step in steps),
    )


def _title(steps: Sequence[Step]) -> str:
    """How the last step stands against the highest of the period, in a sentence."""
    known = [(float(step.rate), step) for step in steps if step.rate is not None]
    if not known:
        return "No payments in the period, so there is no rate"
    (last_rate, last), (peak_rate, peak) = known[-1], max(known, key=lambda pair: pair[0])
    text = f"The rate was {short_value(last_rate, RATE.unit)} in {last.name}"
    if len(known) == 1:
        return text
    if peak is last:
        return f"{text}, the highest of the period"
    return f"{text}; its peak was {short_value(peak_rate, RATE.unit)} in {peak.name}"
