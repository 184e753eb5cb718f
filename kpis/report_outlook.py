"""When what is announced would be taken, if each payer keeps to its usual lag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.letters import LETTERS


@dataclass(frozen=True)
class Expected:
    """USD announced and not yet taken, by the month its usual lag ends; None where no lag is known.

    overdue: the usual lag had ended before the last day that has remittances.
    """

    month: date | None
    overdue: bool
    items: int
    amount: Decimal


def expected_takings(engine: Engine, filters: Filters) -> tuple[Expected, ...]:
    """Open items and unanswered letters by expected month: notice plus the payer's mean lag over all months.

    A payer without a lag of its own gets the mean of all payers. An estimate from the past, not a rule: it says
    nothing about when a payer may take. Overdue first, then by month. The period does not narrow it.
    """
    kept = condition(filters, month_column=None)
    rows = engine.query(
        f"""
        with reached as (
            select max(payment_date) as day from posted_remittance
        )
        , usual as (
            select payer_key, cast(round(sum(lag_days) / nullif(sum(lag_count), 0)) as integer) as days
            from kpi_cube
            group by payer_key
        )
        , usual_of_all as (
            select cast(round(sum(lag_days) / nullif(sum(lag_count), 0)) as integer) as days from kpi_cube
        )
        , announced as (
            select payer_key, coalesce(notice_date, established_on) as day, open_balance as amount
            from receivable
            where open_balance > 0 and {kept.sql}
            union all
            select payer_key, notice_date, amount
            from {LETTERS}
            where {kept.sql}
        )
        , expected as (
            select
                announced.day + coalesce(usual.days, usual_of_all.days) as day
              , announced.amount
            from announced
            cross join usual_of_all
            left join usual on usual.payer_key = announced.payer_key
        )
        , placed as (
            select
                coalesce(expected.day <= reached.day, false) as overdue
              , case when expected.day > reached.day then date_trunc('month', expected.day)::date end as month
              , expected.amount
            from expected
            cross join reached
        )
        select month, overdue, count(*) as items, cast(sum(amount) as decimal(18, 2)) as amount
        from placed
        group by month, overdue
        order by overdue desc, month nulls last
        """,  # noqa: S608
        [*kept.params, *kept.params],
    ).to_pylist()
    return tuple(Expected(**row) for row in rows)
