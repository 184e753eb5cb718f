"""All figures of one slice at a time: a payer, a cause, a month, the rest together, everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kpis.catalog import KPIS, MEASURES
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import Value
from kpis.money import NOTHING

REST = "Other"


@dataclass(frozen=True)
class Figures:
    """Every measure and KPI of the catalog for one slice; USD as decimals, None for no value."""

    name: str
    values: Mapping[str, Value]

    def value(self, name: str) -> Value:
        return self.values[name]

    def usd(self, name: str) -> Decimal:
        """A sum of dollars; nothing is 0.00."""
        return Decimal(self.values[name] or NOTHING)

    def count(self, name: str) -> int:
        return int(self.values[name] or 0)

    @property
    def is_empty(self) -> bool:
        """Nothing was paid, taken, given back or decided."""
        return not any(self.values[measure.column] for measure in MEASURES)


def total_figures(engine: Engine, filters: Filters, name: str = "Total") -> Figures:
    """Everything the filters keep, in one."""
    rows = kpi_table(engine, filters).to_pylist()
    return _figures(name, rows[0]) if rows else _figures(name, {})


def figures_by(engine: Engine, filters: Filters, dimension: str) -> tuple[Figures, ...]:
    """One per value of the dimension, most withheld first; months in their order, named YYYY-MM-DD."""
    found = [
        _figures(str(row[dimension]), row)
        for row in kpi_table(engine, filters, (dimension,)).to_pylist()
    ]
    if dimension == "month":
        return tuple(found)
    return tuple(sorted(found, key=lambda one: (-one.usd("withheld"), one.name)))


def largest_and_rest(
    engine: Engine, filters: Filters, dimension: str, found: Sequence[Figures], limit: int
) -> tuple[Figures, ...]:
    """The `limit` first of `found` and the others as one; all of them where only one would be left over.

    The rest is asked for like any slice, so its rates are those of its sums.
    """
    if len(found) <= limit + 1:
        return tuple(found)
    names = tuple(one.name for one in found[limit:])
    others = _narrowed(filters, dimension, names)
    return (*found[:limit], total_figures(engine, others, f"{REST} ({len(names)})"))


def _narrowed(filters: Filters, dimension: str, names: tuple[str, ...]) -> Filters:
    """The filters over these payers, causes or specialties alone; raises KeyError for another dimension."""
    return {
        "payer": replace(filters, payers=names),
        "cause": replace(filters, causes=names),
        "specialty": replace(filters, specialties=names),
    }[dimension]


def _figures(name: str, row: Mapping[str, Value]) -> Figures:
    names = [*(measure.column for measure in MEASURES), *(kpi.name for kpi in KPIS)]
    return Figures(name, {column: row.get(column) for column in names})
