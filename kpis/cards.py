"""A KPI as a card tells it: value, change, where it stands against its target, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.catalog import HEADLINES, MEASURE_BY_COLUMN, Kpi, Unit
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import Value, change_text, exact_value, short_value
from kpis.periods import Period
from kpis.targets import Status, Target, TargetBook, target_book

Row = dict[str, object]
Verdict = Literal["better", "worse", "unchanged", "neither"]

_COUNTED = {
    "taken_count": "receivables",
    "lag_count": "withdrawals with a known notice",
    "appeals_full + appeals_partial + appeals_upheld": "appeals decided",
}


@dataclass(frozen=True)
class Card:
    """One headline. `trend` holds the KPI by month, oldest first; `before` is None without a comparison.

    target: the default one of the KPI, or what a page puts in its place.
    """

    kpi: Kpi
    value: Value
    before: Value
    count: int | None
    amount: Value
    trend: tuple[tuple[str, Value], ...]
    target: Target | None = None

    @property
    def change(self) -> str | None:
        return change_text(self.value, self.before, self.kpi.unit)

    @property
    def verdict(self) -> Verdict:
        """Whether the change is for the better, by the KPI's own direction of good."""
        if self.value is None or self.before is None or self.kpi.good == "neither":
            return "neither"
        difference = Decimal(str(self.value)) - Decimal(str(self.before))
        if difference == 0:
            return "unchanged"
        return "better" if (difference > 0) == (self.kpi.good == "higher") else "worse"

    @property
    def rests_on(self) -> str:
        """n and dollars: "351 receivables · $139,894.92 withheld"."""
        parts = []
        if self.kpi.count is not None:
            parts.append(f"{self.count or 0:,} {_COUNTED[self.kpi.count]}")
        if self.kpi.amount is not None:
            measure = MEASURE_BY_COLUMN[self.kpi.amount]
            parts.append(f"{exact_value(self.amount, measure.unit)} {measure.title.lower()}")
        return " · ".join(parts)

    @property
    def status(self) -> Status | None:
        """Against the target; None without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.target.status(float(self.value))

    @property
    def status_in_words(self) -> str:
        if self.target is None:
            return "No target set"
        band = band_in_words(self.target, self.kpi.unit)
        if self.status is None:
            return f"Target {band}"
        return f"{self.status.capitalize()} ({band})"


def cards(
    engine: Engine,
    filters: Filters,
    comparison: Period | None = None,
    book: TargetBook | None = None,
) -> tuple[Card, ...]:
    """The headline KPIs over the filters' period, against the same filters over `comparison`.

    book: targets in force; those of the file where it is not given.
    """
    targets = book or target_book()
    now = _total(engine, filters)
    before = _total(engine, filters.over(comparison.start, comparison.end)) if comparison else {}
    months = kpi_table(engine, filters, ("month",)).to_pylist()
    return tuple(
        Card(
            kpi=kpi,
            value=_value(now, kpi.name),
            before=_value(before, kpi.name),
            count=sum_of(kpi.count, now),
            amount=_value(now, kpi.amount) if kpi.amount else None,
            trend=tuple((f"{row['month']:%Y-%m}", _value(row, kpi.name)) for row in months),
            target=targets.of(kpi.name, filters.payers),
        )
        for kpi in HEADLINES
    )


def sum_of(expression: str | None, row: Row) -> int | None:
    """The sum of counts that a KPI's `count` names, e.g. "appeals_full + appeals_upheld"."""
    if expression is None or not row:
        return None
    return sum(int(str(row[name.strip()])) for name in expression.split("+"))


def band_in_words(target: Target, unit: Unit) -> str:
    """A target band as people say it: "at most 2 %", "15 to 30 days"."""
    low = None if target.at_least is None else _plain(target.at_least, unit)
    high = None if target.at_most is None else _plain(target.at_most, unit)
    if low and high:
        number = low.removesuffix(" days").removesuffix(" %")
        return f"{number} to {high}"
    return f"at least {low}" if low else f"at most {high}"


def _plain(value: float, unit: Unit) -> str:
    if unit == "share":
        return f"{value * 100:g} %"
    if unit == "days":
        return f"{value:g} days"
    return short_value(value, unit)


def _total(engine: Engine, filters: Filters) -> Row:
    """One row over everything; without a payment or a takeback in the period there are no values at all."""
    rows = kpi_table(engine, filters).to_pylist()
    has_something = rows and any(rows[0][name] for name in MEASURE_BY_COLUMN)
    return rows[0] if has_something else {}


def _value(row: Row, name: str) -> Value:
    value = row.get(name)
    return value if isinstance(value, Decimal | float | int) else None
