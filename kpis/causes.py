"""Causes: why payers take, which codes say so, and what comes again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Filters, condition
from kpis.grain import added_up
from kpis.money import NOTHING
from kpis.movements import OF_EVENTS, OF_ITEMS, events
from kpis.secondary_withdrawals import REPEATED_WITHIN_DAYS

Row = dict[str, Any]
UNCLASSIFIED = "Unclassified"


@dataclass(frozen=True)
class CauseStanding:
    """One cause over the period, USD. trend: withheld by month. control: what would prevent it, where known."""

    cause: str
    withheld: Decimal
    share: float | None
    taken_count: int
    recovered: Decimal
    appeal_success_rate: float | None
    control: str
    trend: tuple[float, ...]


@dataclass(frozen=True)
class CodeBehind:
    """What a cause was read from, how many receivables it decided, and USD withheld from them in the period."""

    cause: str
    method: str
    receivables: int
    withheld: Decimal


@dataclass(frozen=True)
class RepeatedCause:
    """A payer and cause; repeated: receivables first withdrawn from soon after an earlier one of the same two."""

    payer: str
    cause: str
    receivables: int
    repeated: int
    months: int
    withheld: Decimal
    repeated_withheld: Decimal


def cause_standings(engine: Engine, filters: Filters) -> tuple[CauseStanding, ...]:
    """Causes with money withheld or come back in the period, most withheld first."""
    by_cause: dict[str, list[Row]] = {}
    for row in kpi_table(engine, filters, ("cause", "month")).to_pylist():
        by_cause.setdefault(row["cause"], []).append(row)
    withheld = {cause: _usd(rows, "withheld") for cause, rows in by_cause.items()}
    total = sum(withheld.values(), NOTHING)
    months, controls = _months(engine, filters), _controls(engine)
    found = [
        _standing(cause, rows, total, months, controls.get(cause, ""))
        for cause, rows in by_cause.items()
        if withheld[cause] or _usd(rows, "recovered")
    ]
    return tuple(sorted(found, key=lambda one: (-one.withheld, one.cause)))


def _standing(
    cause: str, rows: Sequence[Row], total: Decimal, months: Sequence[date], control: str
) -> CauseStanding:
    """A cause from its months, oldest first."""
    withheld, rate = _usd(rows, "withheld"), added_up(rows)["appeal_success_rate"]
    by_month = {row["month"]: float(row["withheld"]) for row in rows}
    return CauseStanding(
        cause=cause,
        withheld=withheld,
        share=float(withheld / total) if total else None,
        taken_count=sum(row["taken_count"] for row in rows),
        recovered=_usd(rows, "recovered"),
        appeal_success_rate=rate if isinstance(rate, float) else None,
        control=control,
        trend=tuple(by_month.get(month, 0.0) for month in months),
    )


def codes_behind(engine: Engine, filters: Filters) -> tuple[CodeBehind, ...]:
    """What each cause was read from, most withheld first; the amounts add up to what was withheld."""
    moved = condition(filters, dimensions=OF_EVENTS)
    kept = condition(filters, dimensions=OF_ITEMS, month_column=None)
    rows = engine.query(
        f"""
        with moved as (
            select receivable_id, sum(amount) as amount
            from {events(filters)}
            where kind = 'withheld' and {moved.sql}
            group by receivable_id
        )
        select
            receivable.cause
          , receivable.cause_method as method
          , count(*) as receivables
          , cast(sum(moved.amount) as decimal(18, 2)) as withheld
        from moved
        join receivable on receivable.receivable_id = moved.receivable_id
        where {kept.sql}
        group by receivable.cause, receivable.cause_method
        order by withheld desc, cause, method
        """,  # noqa: S608  names are constants, values are parameters
        [*moved.params, *kept.params],
    ).to_pylist()
    return tuple(CodeBehind(**row) for row in rows)


def repeated_causes(engine: Engine, filters: Filters) -> tuple[RepeatedCause, ...]:
    """Payer and cause pairs that came again within REPEATED_WITHIN_DAYS, most withheld again first.

    A receivable counts as repeated when the same payer withdrew for the same cause on an earlier day not more
    than so many days before, in the period or before it. Unclassified is no cause and left out.
    """
    kept = condition(filters)
    rows = engine.query(
        f"""
        with day_of_cause as (
            select distinct payer_key, cause, first_withdrawal
            from receivable
            where first_withdrawal is not null and cause <> ?
        )
        , day_before as (
            select
                payer_key
              , cause
              , first_withdrawal
              , lag(first_withdrawal) over (
                    partition by payer_key, cause order by first_withdrawal
                ) as taken_before
            from day_of_cause
        )
        , taken as (
            select
                payer.name as payer
              , receivable.*
              , date_trunc('month', receivable.first_withdrawal)::date as month
              , coalesce(
                    date_diff('day', day_before.taken_before, receivable.first_withdrawal) <= ?, false
                ) as is_repeated
            from receivable
            join payer on payer.payer_key = receivable.payer_key
            join day_before
              on day_before.payer_key = receivable.payer_key
             and day_before.cause = receivable.cause
             and day_before.first_withdrawal = receivable.first_withdrawal
        )
        select
            payer
          , cause
          , count(*) as receivables
          , count(case when is_repeated then 1 end) as repeated
          , count(distinct month) as months
          , cast(sum(withheld) as decimal(18, 2)) as withheld
          , cast(sum(case when is_repeated then withheld else 0 end) as decimal(18, 2)) as repeated_withheld
        from taken
        where {kept.sql}
        group by payer, cause
        having count(case when is_repeated then 1 end) > 0
        order by repeated_withheld desc, payer, cause
        """,  # noqa: S608
        [UNCLASSIFIED, REPEATED_WITHIN_DAYS, *kept.params],
    ).to_pylist()
    return tuple(RepeatedCause(**row) for row in rows)


def _months(engine: Engine, filters: Filters) -> list[date]:
    """Every month of the period with a payment or a takeback in the slice, whatever its cause."""
    kept = condition(filters, dimensions=frozenset(LISTS.values()) - OF_TAKEBACKS_ONLY)
    rows = engine.query(
        f"select distinct month from kpi_cube where {kept.sql} order by month",  # noqa: S608
        kept.params,
    ).to_pylist()
    return [row["month"] for row in rows]


def _usd(rows: Sequence[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows), NOTHING)


def _controls(engine: Engine) -> dict[str, str]:
    rows = engine.query("select cause, preventive_control from cause").to_pylist()
    return {row["cause"]: row["preventive_control"] for row in rows}
