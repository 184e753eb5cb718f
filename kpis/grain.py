"""Figures by quarter, added up from months: measures are sums, so every KPI of a quarter is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from kpis.catalog import KPIS, MEASURES, Kpi
from kpis.format import Value
from kpis.formulas import terms

Grain = Literal["month", "quarter"]
Steps = tuple[tuple[date, ...], ...]
"""The months each step of a trend stands for, oldest first."""
Sums = dict[str, Decimal | int]


def added_up(rows: Sequence[Mapping[str, object]]) -> dict[str, Value]:
    """Measures and KPIs of several rows of `kpi_table` together: USD as decimals, ratios as floats.

    Without a row there is no value at all.
    """
    if not rows:
        return {}
    sums = {measure.column: _sum(rows, measure.column) for measure in MEASURES}
    return {**sums, **{kpi.name: _value(kpi, sums) for kpi in KPIS}}


def over_steps(
    rows: Sequence[Mapping[str, object]], steps: Steps, kpi: str
) -> tuple[float | None, ...]:
    """A ratio at each step, from rows of `kpi_table` by month: that of the step's sums; None where it has none."""
    by_month = {row["month"]: row for row in rows}
    found = [
        added_up([by_month[month] for month in step if month in by_month]).get(kpi)
        for step in steps
    ]
    return tuple(None if value is None else float(value) for value in found)


def _sum(rows: Sequence[Mapping[str, object]], column: str) -> Decimal | int:
    values = [row[column] for row in rows]
    numbers = [value for value in values if isinstance(value, Decimal | int)]
    return sum(numbers, 0)


def _value(kpi: Kpi, sums: Sums) -> Value:
    above = _evaluated(kpi.numerator, sums)
    if kpi.denominator is None:
        return above
    below = _evaluated(kpi.denominator, sums)
    return None if below == 0 else float(above) / float(below)


def _evaluated(expression: str, sums: Sums) -> Decimal | int:
    whole: Decimal | int = 0
    for is_taken_away, column in terms(expression):
        whole = whole - sums[column] if is_taken_away else whole + sums[column]
    return whole
