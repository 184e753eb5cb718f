"""Figures by any combination of dimensions, over the monthly cube."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from kpis.catalog import KPIS, MEASURES, Kpi, Measure
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Filters, condition

DIMENSIONS = ("payer", "month", "specialty", "cause", "plan_type", "facility", "mechanism")
ALL_COLUMNS = frozenset(LISTS.values())


def kpi_table(engine: Engine, filters: Filters, by: Sequence[str] = ()) -> pa.Table:
    """All measures and KPIs of the catalog, one row per combination of the dimensions in `by`.

    Columns: those of `by` (month as the date of its first day), every measure (USD as decimal, counts and
    days as integers), every KPI (USD as decimal, shares and days as double, null for no value). Rows in
    order of `by`. Payments are not split by cause and mechanism: each group has those of its whole slice.
    Raises ValueError for an unknown dimension.
    """
    unknown = [name for name in by if name not in DIMENSIONS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no dimension; choose from {', '.join(DIMENSIONS)}")
    base_by = [name for name in by if name not in OF_TAKEBACKS_ONLY]
    base = condition(filters, dimensions=ALL_COLUMNS - OF_TAKEBACKS_ONLY)
    takeback = condition(filters)
    measures = [measure.column for measure in MEASURES if measure.column != "payments"]
    sql = f"""
        with base as (
            select {_list(*base_by, "'all' as everything", "sum(payments) as payments")}
            from kpi_cube where {base.sql} {_group_by(base_by)}
        )
        , takeback as (
            select {_list(*by, "'all' as everything", *(f"sum({m}) as {m}" for m in measures))}
            from kpi_cube where cause <> '' and {takeback.sql} {_group_by(by)}
        )
        , joined as (
            select {_list(*by, *(f"coalesce({m.column}, 0) as {m.column}" for m in MEASURES))}
            from {_sides(split=len(base_by) < len(by))} using ({_list(*base_by, "everything")})
        )
        select {_list(*by, *map(_measure, MEASURES), *map(_value, KPIS))}
        from joined {"order by " + _list(*by) if by else ""}
    """  # noqa: S608  names come from the catalog, values are parameters
    return engine.query(sql, [*base.params, *takeback.params])


def _list(*parts: str) -> str:
    return ", ".join(parts)


def _group_by(names: Sequence[str]) -> str:
    return f"group by {_list(*names)}" if names else ""


def _sides(split: bool) -> str:
    """Groups by cause or mechanism exist only where something was taken back; others wherever anything is."""
    return "takeback left join base" if split else "base left join takeback"


def _measure(measure: Measure) -> str:
    kind = "decimal(18, 2)" if measure.unit == "usd" else "bigint"
    return f"cast({measure.column} as {kind}) as {measure.column}"


def _value(kpi: Kpi) -> str:
    if kpi.denominator is None:
        return f"cast({kpi.numerator} as decimal(18, 2)) as {kpi.name}"
    ratio = f"cast({kpi.numerator} as double) / cast({kpi.denominator} as double)"
    return f"case when {kpi.denominator} = 0 then null else {ratio} end as {kpi.name}"
