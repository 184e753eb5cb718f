"""The offset volume rate by month, as Overview and payer page show it."""

from __future__ import annotations

from dataclasses import replace

from charts.spec import Band, ChartSpec, Series
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME
from kpis.filters import Filters
from kpis.format import exact_usd, short_value
from kpis.periods import Period
from kpis.targets import targets
from screen.session import Row, kpi_rows

RATE = KPI_BY_NAME["offset_volume_rate"]


def rate_trend(
    filters: Filters, earlier: Period | None, compared_with: str, colour: int | None = None
) -> ChartSpec:
    """Each month's rate, with the target band and, lighter, the months compared with."""
    now = kpi_rows(filters, "month")
    before = kpi_rows(filters.over(earlier.start, earlier.end), "month") if earlier else []
    series = [replace(_rates(RATE.title, now), colour=colour)]
    if before and len(before) == len(now):
        series.append(replace(_rates(compared_with.removeprefix("vs "), before), role="prior"))
    target = targets().get(RATE.name)
    return ChartSpec(
        kind="line",
        title=_title(now),
        x=tuple(f"{row['month']:%Y-%m-%d}" for row in now),
        series=tuple(series),
        unit=RATE.unit,
        alt="Offset volume rate by month: "
        + ", ".join(
            f"{row['month']:%b %Y} {short_value(row[RATE.name], RATE.unit)}" for row in now
        ),
        band=Band(target.at_least, target.at_most, f"Target {band_in_words(target, RATE.unit)}")
        if target
        else None,
        x_is_month=True,
        height=320,
    )


def _rates(name: str, rows: list[Row]) -> Series:
    return Series(
        name,
        tuple(row[RATE.name] for row in rows),
        detail=tuple(
            f"{row['month']:%b %Y}: {exact_usd(row['withheld'])} of {exact_usd(row['payments'])}"
            for row in rows
        ),
    )


def _title(rows: list[Row]) -> str:
    """How the last month stands against the highest of the period, in a sentence."""
    known = [row for row in rows if row[RATE.name] is not None]
    if not known:
        return "No payments in the period, so there is no rate"
    last, peak = known[-1], max(known, key=lambda row: float(row[RATE.name]))
    text = f"The rate was {short_value(last[RATE.name], RATE.unit)} in {last['month']:%b %Y}"
    if peak is last:
        return f"{text}, the highest of the period"
    return (
        f"{text}; its peak was {short_value(peak[RATE.name], RATE.unit)} in {peak['month']:%b %Y}"
    )
