"""Figures by any combination of dimensions, over the monthly cube."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from kpis.catalog import MEASURES, Measure
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Condition, Filters, condition
from kpis.formulas import with_kpis

DIMENSIONS = ("payer", "month", "specialty", "cause", "plan_type", "facility", "mechanism")
ALL_COLUMNS = frozenset(LISTS.values())
PAYMENTS = tuple(measure for measure in MEASURES if measure.column == "payments")
EVERYTHING = "everything"
OF_TAKEBACKS = tuple(measure for measure in MEASURES if measure not in PAYMENTS)


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
    is_split = len(base_by) < len(by)
    if not is_split and not filters.causes and not filters.mechanisms:
        sums = _sums(engine, MEASURES, by, condition(filters))
    else:
        base = condition(filters, dimensions=ALL_COLUMNS - OF_TAKEBACKS_ONLY)
        payments = _sums(engine, PAYMENTS, base_by, base)
        takebacks = _sums(engine, OF_TAKEBACKS, by, _of_takebacks(condition(filters)))
        sums = _joined(payments, takebacks, base_by, is_split=is_split)
    order = [*by, *(measure.column for measure in MEASURES)]
    table = with_kpis(sums.select(order))
    return table.sort_by([(name, "ascending") for name in by]) if by else table


def _sums(
    engine: Engine, measures: Sequence[Measure], by: Sequence[str], kept: Condition
) -> pa.Table:
    """Sums alone: a longer statement takes the database more time to plan than to run."""
    columns = [*by, *(f"sum({m.column}) as {m.column}" for m in measures)]
    grouped = f"group by {', '.join(by)}" if by else ""
    return engine.query(
        f"select {', '.join(columns)} from kpi_cube where {kept.sql} {grouped}",  # noqa: S608
        kept.params,
    )


def _of_takebacks(kept: Condition) -> Condition:
    return Condition(f"cause <> '' and {kept.sql}", kept.params)


def _joined(
    payments: pa.Table, takebacks: pa.Table, keys: list[str], *, is_split: bool
) -> pa.Table:
    """Groups by cause or mechanism exist only where something was taken back; others wherever anything is."""
    left, right = (takebacks, payments) if is_split else (payments, takebacks)
    one = [*keys, EVERYTHING]
    joined = _with_everything(left).join(_with_everything(right), one, join_type="left outer")
    return joined.drop_columns([EVERYTHING])


def _with_everything(table: pa.Table) -> pa.Table:
    """With a key all rows share, so that sums over all there is join as groups do."""
    return table.append_column(EVERYTHING, pa.repeat(pa.scalar(0), len(table)))
