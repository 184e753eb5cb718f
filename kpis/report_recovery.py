"""What came back of each month's takings, and how long after: the recovery triangle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.grain import Grain
from kpis.money import NOTHING
from kpis.movements import OF_EVENTS, OF_ITEMS, events
from kpis.periods import FiscalCalendar, add_months, month_in_words

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Cohort:
    """The takings of `months` months from `start`, USD. by_age: come back by the end of each age, so far known.

    Age 0 is the cohort's own span, age 1 the next of the same length. `come_back` is to date, whatever the age.
    """

    start: date
    months: int
    label: str
    withheld: Decimal
    come_back: Decimal
    by_age: tuple[Decimal, ...]

    def share(self, age: int) -> float | None:
        """Come back by that age over withheld; None where nothing was withheld or the age is not reached."""
        if not self.withheld or age >= len(self.by_age):
            return None
        return float(self.by_age[age] / self.withheld)


def recovery_triangle(
    engine: Engine,
    filters: Filters,
    grain: Grain = "month",
    calendar: FiscalCalendar = FiscalCalendar(),  # noqa: B008  frozen
) -> tuple[Cohort, ...]:
    """One cohort per month with takings in the period, or per quarter of the calendar.

    Quarters where the grain says so, and where there are more than twelve months of takings.

    What comes back is set against the oldest taking of its item first, so each cohort's `come_back` is the
    cube's. Ages run to the last month that has remittances.
    """
    known = engine.query("select max(month) as month from posted_remittance").to_pylist()[0][
        "month"
    ]
    withheld = dict(_takings(engine, filters))
    months = sorted(month for month, amount in withheld.items() if amount)
    if not months or known is None:
        return ()
    by_month = grain == "month" and len(months) <= MONTHS_SHOWN
    back = _come_back(engine, filters)
    if by_month:
        spans = [(month, 1, month_in_words(month)) for month in months]
    else:
        starts = sorted({calendar.quarter_start(month) for month in months})
        spans = [(start, 3, calendar.quarter_name(start)) for start in starts]
    return tuple(_cohort(*span, withheld, back, known) for span in spans)


def _cohort(
    start: date,
    length: int,
    label: str,
    withheld: dict[date, Decimal],
    back: Iterable[tuple[date, date, Decimal]],
    known: date,
) -> Cohort:
    end = add_months(start, length)
    own = [(came, amount) for taken, came, amount in back if start <= taken < end]
    ages = max(1, _distance(start, known) // length + 1)
    return Cohort(
        start=start,
        months=length,
        label=label,
        withheld=sum((a for m, a in withheld.items() if start <= m < end), NOTHING),
        come_back=sum((amount for _, amount in own), NOTHING),
        by_age=tuple(
            sum((a for m, a in own if m < add_months(start, (age + 1) * length)), NOTHING)
            for age in range(ages)
        ),
    )


def _distance(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _takings(engine: Engine, filters: Filters) -> list[tuple[date, Decimal]]:
    kept = condition(filters)
    rows = engine.query(
        f"""
        select month, cast(sum(withheld) as decimal(18, 2)) as withheld
        from kpi_cube
        where cause <> '' and {kept.sql}
        group by month
        order by month
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    return [(row["month"], row["withheld"]) for row in rows]


def _come_back(engine: Engine, filters: Filters) -> list[tuple[date, date, Decimal]]:
    """Month of the taking, month of the coming back, USD: spans of the item's takings laid over its returns."""
    taken = condition(filters, dimensions=OF_EVENTS)
    items = condition(filters, dimensions=OF_ITEMS, month_column=None)
    rows = engine.query(
        f"""
        with moved as (
            select
                receivable_id
              , month
              , mechanism
              , kind = 'withheld' as is_taking
              , amount
              , sum(amount) over (
                    partition by receivable_id, kind = 'withheld' order by event_no
                ) as until
            from {events(filters)}
            where kind in ('withheld', 'returned', 'recovered')
              and receivable_id in (
                    select receivable_id from receivable where returned + recovered > 0 and {items.sql}
                )
        )
        , taking as (
            select * from moved where is_taking and {taken.sql}
        )
        , overlap as (
            select
                taking.month
              , back.month as back
              , least(taking.until, back.until)
                - greatest(taking.until - taking.amount, back.until - back.amount) as amount
            from taking
            join moved as back
              on back.receivable_id = taking.receivable_id
             and not back.is_taking
             and back.until > taking.until - taking.amount
             and back.until - back.amount < taking.until
        )
        select month as taken, back, cast(sum(amount) as decimal(18, 2)) as amount
        from overlap
        group by month, back
        order by month, back
        """,  # noqa: S608
        [*items.params, *taken.params],
    ).to_pylist()
    return [(row["taken"], row["back"], row["amount"]) for row in rows]
