"""A KPI as a card tells it: value, change, where it stands against its target, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kpis.catalog import HEADLINES, LAG_AMOUNT, MEASURE_BY_COLUMN, Kpi, Unit
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import Value, change_text, counted, exact_value, short_value
from kpis.grain import added_up
from kpis.periods import Period
from kpis.secondary import SECONDARY_BY_NAME, secondary_figures
from kpis.targets import Status, Target, TargetBook

Row = dict[str, object]
Verdict = Literal["better", "worse", "unchanged", "neither"]

_COUNTED = {
    "taken_count": ("receivable", "receivables"),
    "lag_count": ("withdrawal with a lag", "withdrawals with a lag"),
    "appeals_full + appeals_partial + appeals_upheld": ("appeal decided", "appeals decided"),
}


@dataclass(frozen=True)
class Card:
    """One headline. `trend` holds the KPI by month, oldest first; `before` is None without a comparison.

    target: the one in force, where whoever asked for the card gave it. is_measured: false where a cause or mechanism
    is asked for that nothing was taken for: 0 % of all payments is then no merit.
    """

    kpi: Kpi
    value: Value
    before: Value
    count: int | None
    amount: Value
    trend: tuple[tuple[str, Value], ...]
    target: Target | None = None
    is_measured: bool = True

    @property
    def value_in_words(self) -> str:
        """The value in the digits it shares with the one before and the change between them."""
        return short_value(self.value, self.kpi.unit, self.before)

    @property
    def before_in_words(self) -> str:
        return short_value(self.before, self.kpi.unit, self.value)

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
            parts.append(cases_in_words(self.kpi, self.count or 0))
        if self.kpi.amount == LAG_AMOUNT and self.amount is not None:
            parts.append(f"{exact_value(self.amount, 'usd')} withheld at first")
        elif self.kpi.amount is not None and self.amount is not None:
            measure = MEASURE_BY_COLUMN[self.kpi.amount]
            parts.append(f"{exact_value(self.amount, measure.unit)} {measure.title.lower()}")
        return " · ".join(parts)

    @property
    def status(self) -> Status | None:
        """Against the target; None without a target or a value, or where the filters leave nothing to measure."""
        if self.target is None or self.value is None or not self.is_measured:
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

    Both come of one question by month: totals are sums over sums, see `added_up`. book: targets in force;
    without it a card has no target.
    """
    rows = kpi_table(engine, _reaching_back(filters, comparison), ("month",)).to_pylist()
    months = [row for row in rows if _is_within(row["month"], filters.since, filters.until)]
    now = _total(months)
    if now:
        now = {**now, LAG_AMOUNT: _withheld_at_first(engine, filters)}
    before = (
        _total([r for r in rows if _is_within(r["month"], comparison.start, comparison.end)])
        if comparison
        else {}
    )
    return tuple(
        Card(
            kpi=kpi,
            value=_value(now, kpi.name),
            before=_value(before, kpi.name),
            count=(count := sum_of(kpi.count, now)),
            amount=_value(now, kpi.amount) if kpi.amount else None,
            trend=tuple((f"{row['month']:%Y-%m}", _value(row, kpi.name)) for row in months),
            target=book.of(kpi.name, filters.payers) if book else None,
            is_measured=bool(count) or not (filters.causes or filters.mechanisms),
        )
        for kpi in HEADLINES
    )


def _withheld_at_first(engine: Engine, filters: Filters) -> Decimal | None:
    """The dollars of the withdrawals whose lag is counted."""
    weighted = SECONDARY_BY_NAME["recoupment_lag_weighted_days"]
    (figure,) = secondary_figures(engine, filters, kpis=(weighted,))
    return figure.amount


def sum_of(expression: str | None, row: Mapping[str, object]) -> int | None:
    """The sum of counts that a KPI's `count` names, e.g. "appeals_full + appeals_upheld"."""
    if expression is None or not row:
        return None
    return sum(int(str(row[name.strip()])) for name in expression.split("+"))


def cases_in_words(kpi: Kpi, count: int) -> str:
    """On how many cases a KPI that counts some rests: "3 appeals decided"."""
    return counted(count, *_COUNTED[str(kpi.count)])


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


def _reaching_back(filters: Filters, comparison: Period | None) -> Filters:
    """The filters over all months from the earlier of two periods to the later."""
    if comparison is None:
        return filters
    since = filters.since and min(filters.since, comparison.start)
    until = filters.until and max(filters.until, comparison.end)
    return filters.over(since, until)


def _is_within(month: date, since: date | None, until: date | None) -> bool:
    return (since is None or month >= since) and (until is None or month < until)


def _total(months: Sequence[Row]) -> Mapping[str, object]:
    """Everything together; without a payment or a takeback in these months there are no values at all."""
    together = added_up(months)
    return together if any(together.get(name) for name in MEASURE_BY_COLUMN) else {}


def _value(row: Mapping[str, object], name: str) -> Value:
    value = row.get(name)
    return value if isinstance(value, Decimal | float | int) else None
