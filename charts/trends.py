"""A KPI over time as a chart, for screen and paper: its target band, notes and, lighter, the months compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charts.spec import Amount, Band, ChartSpec, Note, Series
from kpis.cards import band_in_words
from kpis.catalog import Kpi
from kpis.format import exact_usd, short_value
from kpis.grain import Grain
from kpis.periods import Period, add_months, month_in_words
from kpis.report_figures import Figures
from kpis.targets import Target


@dataclass(frozen=True)
class Point:
    """One month or quarter: its first month, its name, its value (None leaves a gap) and a line for hover."""

    month: date
    name: str
    value: Amount
    detail: str = ""


def trend_chart(
    kpi: Kpi,
    title: str,
    now: Sequence[Point],
    *,
    before: Sequence[Point] = (),
    compared_with: str = "",
    target: Target | None = None,
    grain: Grain = "month",
    notes: Sequence[Note] = (),
    colour: int | None = None,
) -> ChartSpec:
    """Every point of the period; `before` stand under the points they are compared to, drawn as prior."""
    series = [_series(kpi.title, now, colour)]
    if before:
        series.append(_series(compared_with, before, None, is_prior=True))
    return ChartSpec(
        kind="columns" if kpi.unit == "usd" and target is None else "line",
        title=title,
        x=tuple(point.month.isoformat() for point in now),
        series=tuple(series),
        unit=kpi.unit,
        alt=f"{kpi.title} by {grain}: "
        + ", ".join(f"{point.name} {short_value(point.value, kpi.unit)}" for point in now),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, kpi.unit)}")
        if target
        else None,
        x_is_month=True,
        x_names=tuple(point.name for point in now) if grain == "quarter" else (),
        notes=tuple(notes),
        height=320,
    )


def kpi_trend(
    kpi: Kpi,
    period: Period,
    now: Sequence[Figures],
    before: Sequence[Figures] = (),
    compared_with: str = "",
    target: Target | None = None,
) -> ChartSpec:
    """Every month of a report's period, those without data as gaps; `before` are the months just as long before it."""
    months = [add_months(period.start, at) for at in range(period.months)]
    earlier = [add_months(month, -period.months) for month in months]
    has_before = any(one.value(kpi.name) is not None for one in before)
    return trend_chart(
        kpi,
        f"{kpi.title} by month",
        _points(kpi, months, now),
        before=_points(kpi, earlier, before) if has_before else (),
        compared_with=compared_with,
        target=target,
    )


def _points(kpi: Kpi, months: Sequence[date], found: Sequence[Figures]) -> list[Point]:
    of_month = {one.name: one for one in found}
    return [_point(kpi, month, of_month.get(month.isoformat())) for month in months]


def _point(kpi: Kpi, month: date, figures: Figures | None) -> Point:
    name = month_in_words(month)
    if figures is None:
        return Point(month, name, None)
    withheld, payments = exact_usd(figures.usd("withheld")), exact_usd(figures.usd("payments"))
    return Point(month, name, figures.value(kpi.name), f"{name}: {withheld} withheld of {payments}")


def _series(
    name: str, points: Sequence[Point], colour: int | None, is_prior: bool = False
) -> Series:
    return Series(
        name,
        tuple(point.value for point in points),
        role="prior" if is_prior else "actual",
        colour=colour,
        detail=tuple(point.detail for point in points),
    )
