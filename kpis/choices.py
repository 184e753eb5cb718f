"""What there is to filter by: the months, payers, specialties and other values the data holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpis.engine import Engine
from kpis.periods import Period, add_months, parse_month

VALUES = {
    "payer": "payers",
    "plan_type": "plan_types",
    "specialty": "specialties",
    "facility": "facilities",
    "cause": "causes",
    "mechanism": "mechanisms",
}
"""Columns of the cube that are filtered by, and the field of their values."""


@dataclass(frozen=True)
class Choices:
    """The values of each dimension in order; first and last month are None while nothing is posted."""

    first_month: date | None
    last_month: date | None
    payers: tuple[str, ...]
    plan_types: tuple[str, ...]
    specialties: tuple[str, ...]
    facilities: tuple[str, ...]
    causes: tuple[str, ...]
    mechanisms: tuple[str, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """Every month from the first to the last, oldest first."""
        if self.first_month is None or self.last_month is None:
            return ()
        span = Period(self.first_month, add_months(self.last_month, 1)).months
        return tuple(add_months(self.first_month, index) for index in range(span))


def choices(engine: Engine) -> Choices:
    """All values the monthly cube holds."""
    parts = [
        f"select '{column}' as kind, {column} as value from kpi_cube where {column} <> '' group by 2"  # noqa: S608
        for column in VALUES
    ]
    rows = engine.query(
        f"""
        select 'month' as kind, strftime(month, '%Y-%m') as value from kpi_cube group by 2
        union all {" union all ".join(parts)}
        order by kind, value
        """  # noqa: S608  constants only
    ).to_pylist()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(row["value"])
    months = found.get("month")
    return Choices(
        first_month=parse_month(months[0]) if months else None,
        last_month=parse_month(months[-1]) if months else None,
        **{field: tuple(found.get(column, ())) for column, field in VALUES.items()},
    )
