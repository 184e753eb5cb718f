"""What a report is about, in words: period, comparison, filters, how far the data reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpis.choices import choices
from kpis.engine import Engine
from kpis.filters import LISTS, Filters, payer_key
from kpis.format import exact_usd
from kpis.freshness import Freshness, freshness
from kpis.periods import Period, add_months

NAMED = {
    "payers": "Payers",
    "plan_types": "Plan types",
    "specialties": "Specialties",
    "facilities": "Facilities",
    "causes": "Causes",
    "mechanisms": "Mechanisms",
}


@dataclass(frozen=True)
class Scope:
    """The part of the data a report is about. period: None while nothing is posted and no month is named.

    comparison: the months just as long before the period, where any of them has data.
    """

    filters: Filters
    period: Period | None
    comparison: Period | None
    freshness: Freshness

    @property
    def period_in_words(self) -> str:
        return "no months" if self.period is None else str(self.period)

    @property
    def comparison_in_words(self) -> str:
        return "" if self.comparison is None else str(self.comparison)

    @property
    def filters_in_words(self) -> str:
        return filters_in_words(self.filters)

    @property
    def as_of_in_words(self) -> str:
        """How far the data reaches and when it was loaded."""
        state = self.freshness
        if state.data_through is None or state.loaded_at is None:
            return "Nothing is posted yet"
        return f"Data through {state.data_through}, loaded {state.loaded_at:%Y-%m-%d %H:%M} UTC"

    @property
    def tie_out(self) -> str:
        """Whether everything loaded ties to the bank."""
        state = self.freshness
        if state.ties:
            return f"Ties to {exact_usd(state.deposits)} of deposits, to the cent"
        return f"Misses the deposits by {exact_usd(state.difference)}"

    @property
    def source_line(self) -> str:
        """One line for the foot of a page."""
        sample = "Sample data: invented payers. " if self.freshness.is_sample else ""
        return f"{sample}{self.as_of_in_words} · {self.period_in_words} · {self.filters_in_words}"


def filters_in_words(filters: Filters) -> str:
    """Every filter that is set, else "All payers"."""
    parts = [
        f"{NAMED[name]}: {', '.join(getattr(filters, name))}"
        for name in LISTS
        if getattr(filters, name)
    ]
    return "; ".join(parts) or "All payers"


def scope_of(engine: Engine, filters: Filters) -> Scope:
    """The scope of the filters; open ends of the period are the first and last month of the data.

    Payers are named as the warehouse names them, however the filters spell them.
    """
    known = choices(engine)
    period = _period(filters, known.first_month, known.last_month)
    prior = period.prior() if period else None
    has_prior = prior and known.first_month and prior.end > known.first_month
    return Scope(
        filters=_as_named(filters, known.payers),
        period=period,
        comparison=prior if has_prior else None,
        freshness=freshness(engine),
    )


def _period(filters: Filters, first: date | None, last: date | None) -> Period | None:
    """The months asked for, as far as there is data; as asked where none of them has any."""
    start = filters.since or first
    end = filters.until or (add_months(last, 1) if last else None)
    if start is None or end is None or start >= end:
        return None
    if first and last and start <= last and end > first:
        return Period(max(start, first), min(end, add_months(last, 1)))
    return Period(start, end)


def _as_named(filters: Filters, payers: tuple[str, ...]) -> Filters:
    names = {payer_key(name): name for name in payers}
    return replace(filters, payers=tuple(names.get(payer_key(n), n) for n in filters.payers))
