"""A KPI by month as a chart, with its target band and, lighter, the months compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from charts.spec import Band, ChartSpec, Series
from kpis.cards import band_in_words
from kpis.catalog import Kpi
from kpis.format import exact_usd, short_value
from kpis.periods import Period, add_months, month_in_words
from kpis.report_figures import Figures
from kpis.targets import Target


def kpi_trend(
    kpi: Kpi,
    period: Period,
    now: Sequence[Figures],
    before: Sequence[Figures] = (),
    compared_with: str = "",
    target: Target | None = None,
) -> ChartSpec:
    """Every month of the period, those without data as gaps; `before` are the months just as long before it."""
    months = [add_months(period.start, at) for at in range(period.months)]
    series = [_by_month(kpi, kpi.title, months, now)]
    if any(one.value(kpi.name) is not None for one in before):
        earlier = [add_months(month, -period.months) for month in months]
        series.append(replace(_by_month(kpi, compared_with, earlier, before), role="prior"))
    return ChartSpec(
        kind="columns" if kpi.unit == "usd" and target is None else "line",
        title=f"{kpi.title} by month",
        x=tuple(month.isoformat() for month in months),
        series=tuple(series),
        unit=kpi.unit,
        alt=f"{kpi.title} by month: "
        + ", ".join(
            f"{month_in_words(month)} {short_value(value, kpi.unit)}"
            for month, value in zip(months, series[0].values, strict=True)
        ),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, kpi.unit)}")
        if target
        else None,
        x_is_month=True,
        height=320,
    )


def _by_month(kpi: Kpi, name: str, months: Sequence[date], found: Sequence[Figures]) -> Series:
    of_month = {one.name: one for one in found}
    shown = [of_month.get(month.isoformat()) for month in months]
    return Series(
        name,
        tuple(None if one is None else one.value(kpi.name) for one in shown),
        detail=tuple(
            ""
            if one is None
            else f"{month_in_words(month)}: {exact_usd(one.usd('withheld'))} withheld of "
            f"{exact_usd(one.usd('payments'))}"
            for month, one in zip(months, shown, strict=True)
        ),
    )
