"""What is still to come: what is open by the day it may be taken, balances carried, and who takes more and more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Condition, Filters, condition
from kpis.letters import LETTERS
from kpis.money import NOTHING
from kpis.periods import Period, add_months

RECENT, USUAL = 3, 12
REACHES_THE_END_DAYS = 7

WAITS = (
    "May be taken now",
    "In 1 to 30 days",
    "In 31 to 60 days",
    "In over 60 days",
    "No date, up to 30 days old",
    "No date, 31 to 60 days old",
    "No date, over 60 days old",
)
"""Where an open amount stands: by the earliest day a rule permits, else by the days since it was announced."""


@dataclass(frozen=True)
class Waiting:
    """USD a payer has open in one of WAITS, and of how many offsets and unanswered letters."""

    wait: str
    payer: str
    items: int
    amount: Decimal


@dataclass(frozen=True)
class OpenItem:
    """An open offset or an unanswered letter, USD. earliest: None where no rule says when it may be taken."""

    receivable_id: str
    entry: str
    payer: str
    reference: str | None
    patient_control_number: str | None
    specialty: str
    announced: date
    earliest: date | None
    rule: str | None
    amount: Decimal
    wait: str


@dataclass(frozen=True)
class ForwardBalance:
    """What a payer has open, USD: open_balance = last_forwarded + put_off + difference.

    last_forwarded: what it printed last as forwarded. difference: what its own balance does not show.
    """

    payer: str
    open_balance: Decimal
    put_off: Decimal
    last_forwarded: Decimal
    difference: Decimal


@dataclass(frozen=True)
class Risk:
    """A payer or specialty whose last three whole months took more a month than the twelve before; USD a month.

    beyond: the three months took more than any three in a row of those twelve. trend: its months, oldest first.
    """

    name: str
    recent: Decimal
    usual: Decimal
    beyond: bool
    trend: tuple[Decimal, ...]

    @property
    def rise(self) -> Decimal:
        return self.recent - self.usual


def whole_months(engine: Engine) -> Period | None:
    """The months remittances cover in full; None without any.

    The last month counts where a remittance was paid in its last week.
    """
    row = engine.query(
        "select min(payment_date) as first, max(payment_date) as last from posted_remittance"
    ).to_pylist()[0]
    if row["first"] is None:
        return None
    first, last = row["first"].replace(day=1), row["last"]
    end = add_months(last, 1)
    if last < end - timedelta(days=REACHES_THE_END_DAYS):
        end = last.replace(day=1)
    return Period(first, end) if end > first else None


def withheld_by_month(engine: Engine, filters: Filters, period: Period) -> tuple[Decimal, ...]:
    """USD withheld in each month of the period, oldest first; months without any are 0.00."""
    found = {
        row["month"]: row["withheld"]
        for row in kpi_table(engine, filters.over(period.start, period.end), ("month",)).to_pylist()
    }
    return tuple(found.get(month, NOTHING) for month in period.each_month())


def waiting(engine: Engine, filters: Filters) -> tuple[Waiting, ...]:
    """What is open by payer and wait, as of the last day with remittances; the period does not narrow it."""
    items = _items(filters)
    rows = engine.query(
        f"""
        {items.sql}
        select wait, payer, count(*) as items, cast(sum(amount) as decimal(18, 2)) as amount
        from item
        group by wait, payer
        order by wait, payer
        """,  # noqa: S608  names are constants, values are parameters
        items.params,
    ).to_pylist()
    return tuple(Waiting(WAITS[row.pop("wait")], **row) for row in rows)


def open_items(
    engine: Engine, filters: Filters, wait: str | None, limit: int | None = None, offset: int = 0
) -> tuple[OpenItem, ...]:
    """The items behind `waiting`, of one wait or of all, soonest first; a page of them where a limit is given."""
    items = _items(filters)
    kept = "true" if wait is None else "wait = ?"
    page = "" if limit is None else "limit ? offset ?"
    rows = engine.query(
        f"""
        {items.sql}
        select * from item where {kept}
        order by wait, earliest nulls last, announced, amount desc, receivable_id
        {page}
        """,  # noqa: S608
        [
            *items.params,
            *([] if wait is None else [WAITS.index(wait)]),
            *([] if limit is None else [limit, offset]),
        ],
    ).to_pylist()
    return tuple(OpenItem(**{**row, "wait": WAITS[row["wait"]]}) for row in rows)


def forward_balances(engine: Engine, filters: Filters) -> tuple[ForwardBalance, ...]:
    """Every payer with anything open or printed as forwarded, most first; only the payer filter narrows it."""
    kept = condition(filters, dimensions=frozenset({"payer_key"}), month_column=None)
    rows = engine.query(
        f"""
        with balance as (
            select payer_key, open_balance, put_off, last_forwarded, difference
            from payer_open_balance
            where (open_balance <> 0 or last_forwarded <> 0) and {kept.sql}
        )
        select
            payer.name as payer
          , balance.open_balance
          , balance.put_off
          , balance.last_forwarded
          , balance.difference
        from balance
        join payer on payer.payer_key = balance.payer_key
        order by balance.open_balance desc, payer.name
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    return tuple(ForwardBalance(**row) for row in rows)


def rising(engine: Engine, filters: Filters, dimension: str) -> tuple[Risk, ...]:
    """The payers or specialties that take more than they did, largest rise first; empty with under 15 months."""
    period = whole_months(engine)
    if period is None or period.months < RECENT + USUAL:
        return ()
    months = Period(add_months(period.end, -RECENT - USUAL), period.end)
    found: dict[str, dict[date, Decimal]] = {}
    table = kpi_table(engine, filters.over(months.start, months.end), (dimension, "month"))
    for row in table.to_pylist():
        found.setdefault(row[dimension], {})[row["month"]] = row["withheld"]
    risks = [
        _risk(name, [by_month.get(month, NOTHING) for month in months.each_month()])
        for name, by_month in found.items()
    ]
    return tuple(
        sorted((risk for risk in risks if risk.rise > 0), key=lambda risk: (-risk.rise, risk.name))
    )


def _risk(name: str, withheld: Sequence[Decimal]) -> Risk:
    before, recent = withheld[:USUAL], withheld[USUAL:]
    stretches = [sum(before[at : at + RECENT], NOTHING) for at in range(USUAL - RECENT + 1)]
    total = sum(recent, NOTHING)
    return Risk(
        name=name,
        recent=(total / RECENT).quantize(NOTHING),
        usual=(sum(before, NOTHING) / USUAL).quantize(NOTHING),
        beyond=total > max(stretches),
        trend=tuple(withheld),
    )


def _items(filters: Filters) -> Condition:
    """The with clause that ends in `item`: open offsets and unanswered letters, each with its wait."""
    kept = condition(filters, month_column=None)
    return Condition(
        _ITEMS.format(kept=kept.sql, letters=LETTERS, waits=_waits()), (*kept.params, *kept.params)
    )


def _waits() -> str:
    """Places in WAITS: days until the earliest day, else days since the announcement."""
    until, since = "earliest - reached.day", "reached.day - announced"
    cases = [f"when {until} <= 0 then 0"]
    cases += [f"when {until} <= {days} then {at}" for at, days in ((1, 30), (2, 60))]
    cases += ["when earliest is not null then 3"]
    cases += [f"when {since} <= {days} then {at}" for at, days in ((4, 30), (5, 60))]
    return f"case {' '.join(cases)} else 6 end"


_ITEMS = """
    with reached as (
        select max(payment_date) as day from posted_remittance
    )
    , permitted as (
        select
            receivable_id
          , max(due_date) as earliest
          , max_by(rule_id, due_date) as rule
        from rule_in_force
        where kind in ('earliest withdrawal', 'notice') and due_date is not null
        group by receivable_id
    )
    , announced as (
        select
            receivable.receivable_id
          , 'offset' as entry
          , receivable.payer_key
          , receivable.reference
          , receivable.patient_control_number
          , receivable.specialty
          , coalesce(receivable.notice_date, receivable.established_on) as announced
          , permitted.earliest
          , permitted.rule
          , receivable.open_balance as amount
        from receivable
        left join permitted on permitted.receivable_id = receivable.receivable_id
        where receivable.open_balance > 0 and {kept}
        union all
        select
            receivable_id
          , 'letter'
          , payer_key
          , coalesce(reference, letter_number)
          , patient_control_number
          , specialty
          , notice_date
          , null
          , null
          , amount
        from {letters}
        where {kept}
    )
    , item as (
        select
            announced.receivable_id
          , announced.entry
          , payer.name as payer
          , announced.reference
          , announced.patient_control_number
          , announced.specialty
          , announced.announced
          , announced.earliest
          , announced.rule
          , announced.amount
          , {waits} as wait
        from announced
        join payer on payer.payer_key = announced.payer_key
        cross join reached
    )
"""
