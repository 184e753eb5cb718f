"""What there is to filter by: the months, payers, specialties and other values the data holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpis.engine import Engine
from kpis.periods import Period, add_months


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
    months = engine.query(
        "select min(month) as first, max(month) as last from kpi_cube"
    ).to_pylist()
    return Choices(
        first_month=months[0]["first"],
        last_month=months[0]["last"],
        payers=_values(engine, "payer"),
        plan_types=_values(engine, "plan_type"),
        specialties=_values(engine, "specialty"),
        facilities=_values(engine, "facility"),
        causes=_values(engine, "cause"),
        mechanisms=_values(engine, "mechanism"),
    )


def _values(engine: Engine, column: str) -> tuple[str, ...]:
    table = engine.query(
        f"select distinct {column} as value from kpi_cube where {column} <> '' order by 1"  # noqa: S608
    )
    return tuple(str(value) for value in table.column("value").to_pylist())
