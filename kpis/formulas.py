"""What the catalog's expressions say, over whole columns of sums at once."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from kpis.catalog import KPIS, MEASURES, Kpi

Column: TypeAlias = "pa.ChunkedArray[Any]"

USD = pa.decimal128(18, 2)
CENTS_A_DOLLAR = 100.0

_TERM = re.compile(r"([+-]?)\s*([a-z_]+)")


@cache
def terms(expression: str) -> tuple[tuple[bool, str], ...]:
    """Whether each measure of an expression is taken away, and its column: sums and differences, nothing else."""
    return tuple((sign == "-", column) for sign, column in _TERM.findall(expression))


def with_kpis(sums: pa.Table) -> pa.Table:
    """Adds every KPI of the catalog behind the summed measures of each row, all brought to their types.

    USD as decimal128(18, 2), counts and days as integers, shares and mean days as doubles, null where the
    denominator is zero. A sum of nothing is zero.
    """
    for measure in MEASURES:
        at = sums.column_names.index(measure.column)
        kind = USD if measure.unit == "usd" else pa.int64()
        whole: Column = sums.column(at).cast(kind).fill_null(pa.scalar(0, kind))
        sums = sums.set_column(at, measure.column, whole)
    for kpi in KPIS:
        sums = sums.append_column(kpi.name, _values(kpi, sums))
    return sums


def _values(kpi: Kpi, sums: pa.Table) -> Column:
    above = _evaluated(kpi.numerator, sums)
    if kpi.denominator is None:
        return above.cast(USD)
    below = _evaluated(kpi.denominator, sums)
    is_none = pc.equal(below, pa.scalar(0, below.type))
    ratio = pc.divide(_as_double(above), _as_double(below))
    values: Column = pc.if_else(is_none, pa.scalar(None, pa.float64()), ratio)
    return values


def _evaluated(expression: str, sums: pa.Table) -> Column:
    (_, first), *others = terms(expression)
    whole = sums.column(first)
    for is_taken_away, column in others:
        add = pc.subtract if is_taken_away else pc.add
        whole = add(whole, sums.column(column)).cast(whole.type)
    return whole


def _as_double(amounts: Column) -> Column:
    """Nearest doubles; dollars go through whole cents, as Arrow's own conversion misses the last digit."""
    if not pa.types.is_decimal(amounts.type):
        return amounts.cast(pa.float64(), safe=False)
    cents = pc.multiply(amounts, pa.scalar(Decimal(100), pa.decimal128(3, 0))).cast(pa.int64())
    return pc.divide(cents.cast(pa.float64(), safe=False), CENTS_A_DOLLAR)
