"""The list of offsets: every receivable, and every letter no remittance has answered, one row each.

A period limits what moved: an offset is listed when anything happened to it in the period, and its amounts
withheld and come back are those of the period, so their totals are the cube's. What is open is open today,
whatever the period; so are letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

import pyarrow as pa

from data.ledger.spelling import normalised
from kpis.engine import Engine, page_of
from kpis.filters import Condition, Filters, condition
from kpis.letters import LETTERS
from kpis.money import usd
from kpis.movements import OF_EVENTS, OF_ITEMS, events
from kpis.won import OWED_BACK, WON

_AMOUNT = re.compile(r"[-−(]*\$?(\d[\d,]{0,14}(?:\.\d\d)?)\)?")
_MOVED = "entry = 'offset' and has_moved"

STATES = {
    "Everything": "",
    "Withheld": f"{_MOVED} and withheld > 0",
    "Open": "entry = 'offset' and open_balance > 0",
    "Refunded": f"{_MOVED} and refunded + forgiven > 0",
    "Came back": f"{_MOVED} and came_back > 0",
    "No notice": f"{_MOVED} and withheld > 0 and lag_state = 'no notice on file'",
    "Suspense": f"{_MOVED} and in_suspense",
    "Letters": "entry = 'letter'",
}
"""What the list can be narrowed to, and the condition on an entry; "Everything" depends on the period."""

AS_OF_TODAY = frozenset({"Open", "Letters"})
"""States the period does not limit: they are balances, not movements."""

SORTS = {
    "Most withheld": "withheld desc, open_balance desc",
    "Most open": "open_balance desc, withheld desc",
    "Latest": "last_moved desc nulls last",
    "Oldest": "last_moved nulls last",
    "Longest lag": "lag_days desc nulls last",
    "Most came back": "came_back desc, withheld desc",
    "Payer": "payer, last_moved desc nulls last",
}


@dataclass(frozen=True)
class OffsetListView:
    """What part of the list is asked for, in which order; `search` is a part of a number or payer, or an amount."""

    filters: Filters
    state: str = "Everything"
    search: str = ""
    sort: str = "Most withheld"


@dataclass(frozen=True)
class OffsetListTotals:
    """What a view holds; USD. Established and open are as of today, the rest is of the period."""

    offsets: int
    letters: int
    established: Decimal
    withheld: Decimal
    came_back: Decimal
    refunded: Decimal
    forgiven: Decimal
    open_balance: Decimal
    letter_amount: Decimal

    @property
    def rows(self) -> int:
        return self.offsets + self.letters


@dataclass(frozen=True)
class OffsetListRow:
    """One offset or letter; USD. withheld, came_back, refunded and forgiven are of the period.

    won_on, overturned, owed_back: the latest appeal won, what was decided to come back, what of it has not; to date.
    """

    receivable_id: str
    entry: str
    payer: str
    patient_control_number: str | None
    payer_claim_control_number: str | None
    reference: str | None
    letter_number: str | None
    cause: str
    specialty: str
    facility: str
    plan_type: str
    mechanism: str
    notice_date: date | None
    notice_source: str | None
    first_withdrawal: date | None
    lag_days: int | None
    established: Decimal
    withheld: Decimal
    withheld_to_date: Decimal
    open_balance: Decimal
    came_back: Decimal
    refunded: Decimal
    forgiven: Decimal
    in_suspense: bool
    last_moved: date | None
    won_on: date | None
    overturned: Decimal
    owed_back: Decimal


COLUMNS = tuple(field.name for field in fields(OffsetListRow))


def offset_totals(engine: Engine, view: OffsetListView) -> OffsetListTotals:
    """Counts and sums over everything the view holds."""
    listed = _listed(view)
    sql = f"""
        {listed.sql}
        select
            count(case when entry = 'offset' then 1 end) as offsets
          , count(case when entry = 'letter' then 1 end) as letters
          , {_sum("established", "entry = 'offset'")}
          , {_sum("withheld")}, {_sum("came_back")}, {_sum("refunded")}, {_sum("forgiven")}
          , {_sum("open_balance")}
          , {_sum("established", "entry = 'letter'", "letter_amount")}
        from listed
    """  # noqa: S608  names are constants, values are parameters
    (row,) = engine.query(sql, listed.params).to_pylist()
    return OffsetListTotals(**row)


def offset_rows(
    engine: Engine, view: OffsetListView, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """A page of the view, columns as in OffsetListRow; all of it where no limit is given."""
    listed = _listed(view)
    sql = f"""
        {listed.sql}
        select {", ".join(COLUMNS)} from listed order by {SORTS[view.sort]}, receivable_id
    """  # noqa: S608
    return page_of(engine, sql, listed.params, limit, offset)


def _sum(column: str, only: str = "true", name: str = "") -> str:
    value = f"sum(case when {only} then {column} else 0 end)"
    return f"{usd(value)} as {name or column}"


def _listed(view: OffsetListView) -> Condition:
    """The with clause that ends in `listed`: the entries of a view."""
    movement = condition(view.filters, dimensions=OF_EVENTS)
    kept = _kept(view)
    found = _found(view.search)
    listed = f"listed as (select * from entry where {kept.sql} and {found.sql})"  # noqa: S608  constants only
    entries = _ENTRIES.format(
        events=events(view.filters),
        movement=movement.sql,
        letters=LETTERS,
        won=WON,
        owed_back=OWED_BACK,
    )
    return Condition(
        f"{entries}, {listed}",
        (*movement.params, *kept.params, *found.params),
    )


def _kept(view: OffsetListView) -> Condition:
    """Offsets that moved in the period and slice; letters, and what is open, by the slice they stand in."""
    in_slice = condition(view.filters, month_column=None)
    if view.state in AS_OF_TODAY:
        return Condition(f"{STATES[view.state]} and {in_slice.sql}", in_slice.params)
    of_items = condition(view.filters, dimensions=OF_ITEMS, month_column=None)
    if view.state != "Everything":
        return Condition(f"{STATES[view.state]} and {of_items.sql}", of_items.params)
    letters = condition(view.filters, month_column="notice_month")
    return Condition(
        f"({_MOVED} and {of_items.sql} or entry = 'letter' and {letters.sql})",
        (*of_items.params, *letters.params),
    )


def _found(search: str) -> Condition:
    """Entries with the text in their payer or one of their numbers, in any spelling; or that an amount moved.

    A trace number finds what its remittance moved; an amount, such as $837.21, what it was in one movement or in all.
    """
    text = search.strip()
    if not text:
        return Condition("true", ())
    parts = [
        "position(lower(?) in lower(numbers)) > 0",
        "position(lower(?) in lower(payer)) > 0",
        "receivable_id in (select receivable_event.receivable_id from receivable_event "
        "join posted_remittance on posted_remittance.remittance_id = receivable_event.remittance_id "
        "where position(lower(?) in lower(posted_remittance.trace_number)) > 0)",
    ]
    params = [text, text, text]
    if normalised(text):
        parts.append(
            "receivable_id in (select receivable_id from receivable_name where position(? in name) > 0)"
        )
        params.append(normalised(text))
    if written := _AMOUNT.fullmatch(text):
        parts.append(
            "cast(? as decimal(18, 2)) in (established, withheld, withheld_to_date, came_back, open_balance)"
        )
        parts.append(
            "receivable_id in (select receivable_id from receivable_event where amount = cast(? as decimal(18, 2)))"
        )
        params += [written[1].replace(",", "")] * 2
    return Condition(f"({' or '.join(parts)})", tuple(params))


_ENTRIES = """
    with moved as (
        select
            receivable_id
          , max(event_date) as last_moved
          , sum(case when kind = 'withheld' then amount else 0 end) as withheld
          , sum(case when kind in ('returned', 'recovered') then amount else 0 end) as came_back
          , sum(case when kind = 'refunded' then amount else 0 end) as refunded
          , sum(case when kind = 'forgiven' then amount else 0 end) as forgiven
        from {events}
        where {movement}
        group by receivable_id
    )
    , unmatched as (
        select distinct receivable_id from match where confidence = 'suspense'
    )
    , won as ({won})
    , entry as (
        select
            'offset' as entry
          , receivable.receivable_id
          , receivable.payer_key
          , payer.name as payer
          , receivable.patient_control_number
          , receivable.payer_claim_control_number
          , receivable.reference
          , receivable.letter_number
          , concat_ws(' ', receivable.receivable_id, receivable.patient_control_number
              , receivable.payer_claim_control_number, receivable.reference, receivable.letter_number
            ) as numbers
          , receivable.cause
          , receivable.specialty
          , receivable.facility
          , receivable.plan_type
          , receivable.mechanism
          , receivable.notice_date
          , date_trunc('month', receivable.notice_date)::date as notice_month
          , receivable.notice_source
          , receivable.first_withdrawal
          , receivable.lag_days
          , receivable.lag_state
          , receivable.established
          , cast(coalesce(moved.withheld, 0) as decimal(18, 2)) as withheld
          , receivable.withheld as withheld_to_date
          , receivable.open_balance
          , cast(coalesce(moved.came_back, 0) as decimal(18, 2)) as came_back
          , cast(coalesce(moved.refunded, 0) as decimal(18, 2)) as refunded
          , cast(coalesce(moved.forgiven, 0) as decimal(18, 2)) as forgiven
          , unmatched.receivable_id is not null as in_suspense
          , moved.receivable_id is not null as has_moved
          , moved.last_moved
          , won.won_on
          , coalesce(won.overturned, 0) as overturned
          , coalesce({owed_back}, 0) as owed_back
        from receivable
        join payer on payer.payer_key = receivable.payer_key
        left join moved on moved.receivable_id = receivable.receivable_id
        left join unmatched on unmatched.receivable_id = receivable.receivable_id
        left join won on won.receivable_id = receivable.receivable_id
        union all
        select
            'letter'
          , letter.receivable_id
          , letter.payer_key
          , payer.name
          , letter.patient_control_number
          , letter.payer_claim_control_number
          , letter.reference
          , letter.letter_number
          , concat_ws(' ', letter.receivable_id, letter.patient_control_number
              , letter.payer_claim_control_number, letter.reference, letter.letter_number
            )
          , letter.cause
          , letter.specialty
          , letter.facility
          , letter.plan_type
          , letter.mechanism
          , letter.notice_date
          , date_trunc('month', letter.notice_date)::date
          , 'letter'
          , null
          , null
          , 'not taken'
          , letter.amount
          , 0, 0, 0, 0, 0, 0
          , false
          , false
          , letter.notice_date
          , null
          , 0, 0
        from {letters} as letter
        join payer on payer.payer_key = letter.payer_key
    )
"""
