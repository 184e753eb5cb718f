"""Lists about appeals, of any length: what was won and not paid, which deadlines loom and which have passed."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pyarrow as pa

from kpis.engine import Engine
from kpis.filters import Filters
from kpis.secondary import DAYS_AHEAD, facts_query
from kpis.secondary_appeal_facts import ITEM_OF_CASE
from kpis.secondary_facts import FACTS

Deadline = Literal["at risk", "expired"]

DEADLINES: dict[Deadline, str] = {"at risk": "is_near", "expired": "is_expired"}
"""What a deadline can be, and the condition on an item of the appeal window."""


def won_unpaid(engine: Engine, filters: Filters, limit: int | None = None) -> pa.Table:
    """Items won whose money has not come back, most unpaid first; as of now, whatever the period.

    Columns: receivable_id (null where the case names no item), payer, cases, decided_on (latest decision),
    overturned, unpaid (USD), days_since (to the data's last payment date), items and total: how many there are in
    all, and their USD. limit: so many of them.
    """
    asked = facts_query(FACTS["item won"], filters, None, DAYS_AHEAD, as_of=True)
    return engine.query(
        f"""
        {asked.sql}
        , listed as (
            select *, count(*) over () as items, sum(amount) over () as total
            from named
            where amount > 0
            order by amount desc, decided_on, item
            limit {_all_or(limit)}
        )
        , cases_of as (
            select {ITEM_OF_CASE} as item, string_agg(case_number, ', ' order by case_number) as cases
            from appeal_case
            where decided_outcome in ('full', 'partial')
              and {ITEM_OF_CASE} in (select item from listed)
            group by 1
        )
        select
            listed.receivable_id
          , listed.payer
          , cases_of.cases
          , listed.decided_on
          , cast(listed.overturned as decimal(18, 2)) as overturned
          , cast(listed.amount as decimal(18, 2)) as unpaid
          , date_diff('day', listed.decided_on, asked.day) as days_since
          , listed.items
          , cast(listed.total as decimal(18, 2)) as total
        from listed
        join cases_of on cases_of.item = listed.item
        cross join asked
        order by unpaid desc, listed.decided_on, listed.item
        """,  # noqa: S608
        asked.params,
    )


def deadlines(
    engine: Engine,
    filters: Filters,
    kind: Deadline,
    days_ahead: int = DAYS_AHEAD,
    as_of: date | None = None,
    limit: int | None = None,
) -> pa.Table:
    """Items not appealed whose deadline is near or has passed, the nearest first; whatever the period.

    Columns: receivable_id, payer, plan_type, cause, notice_date, first_withdrawal, appeal_deadline, days_left (negative
    once expired), amount (USD withheld and not come back), rule_id, items and total: how many there are in all, and
    their USD. as_of: the data's last payment date where none is given. limit: so many of them."""
    asked = facts_query(FACTS["appeal window"], filters, as_of, days_ahead, as_of=True)
    order = "appeal_deadline" if kind == "at risk" else "appeal_deadline desc"
    return engine.query(
        f"""
        {asked.sql}
        select
            named.receivable_id
          , named.payer
          , named.plan_type
          , named.cause
          , named.notice_date
          , named.first_withdrawal
          , named.appeal_deadline
          , date_diff('day', asked.day, named.appeal_deadline) as days_left
          , cast(named.amount as decimal(18, 2)) as amount
          , named.appeal_rule_id as rule_id
          , count(*) over () as items
          , cast(sum(named.amount) over () as decimal(18, 2)) as total
        from named cross join asked
        where {DEADLINES[kind]}
        order by {order}, amount desc, named.receivable_id
        limit {_all_or(limit)}
        """,  # noqa: S608
        asked.params,
    )


def _all_or(limit: int | None) -> str:
    return "all" if limit is None else str(int(limit))
