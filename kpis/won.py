"""What appeals about an item won: decided to come back, and how much of it still has to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.engine import Engine

WON = """
    select
        receivable_id
      , max(decision_date) as won_on
      , string_agg(case_number, ', ' order by case_number) as cases
      , bool_and(decided_outcome = 'full') as in_full
      , cast(sum(coalesce(amount_overturned, 0)) as decimal(18, 2)) as overturned
    from appeal_case
    where decided_outcome in ('full', 'partial') and receivable_id is not null
    group by receivable_id
"""
"""One row per item an appeal was won about, with its latest decision; USD."""

COME_BACK = """
    select appealed_item.counted_with, sum(receivable.returned + receivable.recovered) as amount
    from appealed_item
    join receivable on receivable.receivable_id = appealed_item.receivable_id
    group by appealed_item.counted_with
"""
"""One row per item that cases count on, with what came back of all the items they are about; USD."""

OWED_BACK = "cast(greatest(won.overturned - receivable.returned - receivable.recovered, 0) as decimal(18, 2))"
"""USD decided to come back that has not: as in the list of what was won and is unpaid, and never less than nothing."""


@dataclass(frozen=True)
class Win:
    """The appeals won about one item, USD: decided to come back, and of it not come back yet."""

    won_on: date
    cases: str
    in_full: bool
    overturned: Decimal
    owed_back: Decimal

    @property
    def come_back(self) -> Decimal:
        """How much of what was decided has come back."""
        return self.overturned - self.owed_back


def win(engine: Engine, receivable_id: str) -> Win | None:
    """What was won about an item; None where no decision in force gives anything back."""
    found = engine.query(
        f"""
        with won as ({WON})
        select won.won_on, won.cases, won.in_full, won.overturned, {OWED_BACK} as owed_back
        from won
        join receivable on receivable.receivable_id = won.receivable_id
        where won.receivable_id = ?
        """,  # noqa: S608  constants only
        [receivable_id],
    ).to_pylist()
    return Win(**found[0]) if found else None
