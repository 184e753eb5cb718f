"""What part of the data a figure is about. Periods are [since, until): the end is not part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from data.ledger.spelling import bare

LISTS = {
    "payers": "payer_key",
    "plan_types": "plan_type",
    "specialties": "specialty",
    "facilities": "facility",
    "causes": "cause",
    "mechanisms": "mechanism",
}
OF_TAKEBACKS_ONLY = frozenset({"cause", "mechanism"})


@dataclass(frozen=True)
class Filters:
    """A period of payment dates and, for each dimension, the values kept; empty keeps all.

    since, until: first days of months, `until` exclusive. payers are names; spelling does not matter.
    """

    since: date | None = None
    until: date | None = None
    payers: tuple[str, ...] = ()
    plan_types: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()

    def over(self, since: date | None, until: date | None) -> Filters:
        """The same filters over another period."""
        return replace(self, since=since, until=until)

    @property
    def splits_remittances(self) -> bool:
        """Whether a filter keeps part of a remittance, so that deposits cannot be told for it."""
        return bool(
            self.plan_types or self.specialties or self.facilities or self.causes or self.mechanisms
        )


@dataclass(frozen=True)
class Condition:
    """A part of a where clause and its parameters, in order."""

    sql: str
    params: tuple[object, ...]


def payer_key(name: str) -> str:
    """A payer's name as it is compared everywhere."""
    return bare(name)


def condition(
    filters: Filters,
    *,
    dimensions: frozenset[str] = frozenset(LISTS.values()),
    month_column: str | None = "month",
) -> Condition:
    """The where clause of the filters, for the dimensions the table has; "true" when nothing is filtered."""
    parts: list[str] = []
    params: list[object] = []
    if month_column is not None:
        for bound, sign in ((filters.since, ">="), (filters.until, "<")):
            if bound is not None:
                parts.append(f"{month_column} {sign} ?")
                params.append(bound)
    for name, column in LISTS.items():
        values: tuple[str, ...] = getattr(filters, name)
        if values and column in dimensions:
            parts.append(f"{column} in ({', '.join('?' * len(values))})")
            params.extend(payer_key(v) if column == "payer_key" else v for v in values)
    return Condition(" and ".join(parts) or "true", tuple(params))
