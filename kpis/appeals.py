"""Appeals: how far withdrawals get on their way back, and who gives in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.money import CENT, NOTHING
from kpis.won import COME_BACK

SuccessBy = Literal["payer", "cause", "level"]


@dataclass(frozen=True)
class Stage:
    """A step of the funnel: receivables that got there, and USD."""

    name: str
    count: int
    amount: Decimal
    meaning: str


@dataclass(frozen=True)
class Success:
    """Decisions of the period by one name of a dimension; USD of the decided cases."""

    name: str
    full: int
    partial: int
    upheld: int
    amount_at_issue: Decimal
    amount_overturned: Decimal

    @property
    def decided(self) -> int:
        return self.full + self.partial + self.upheld

    @property
    def rate(self) -> float | None:
        """(full + partial) ÷ decided; None without a decision."""
        return (self.full + self.partial) / self.decided if self.decided else None

    @property
    def strict_rate(self) -> float | None:
        """full ÷ decided; None without a decision."""
        return self.full / self.decided if self.decided else None

    @property
    def dollar_rate(self) -> float | None:
        """Overturned ÷ at issue; None where nothing was at issue."""
        return (
            float(self.amount_overturned / self.amount_at_issue) if self.amount_at_issue else None
        )


def appeal_funnel(engine: Engine, filters: Filters) -> tuple[Stage, ...]:
    """How many receivables first withdrawn from in the period were appealed, decided, won and paid.

    A cohort: each stage holds receivables of the one before. The dollars are what was withheld from them to date;
    won and paid have what was overturned and what came back of it, at most what was overturned.
    """
    kept = condition(filters)
    row = engine.query(
        f"""
        with outcome as (
            select
                receivable_id
              , bool_or(decided_outcome is not null) as is_decided
              , bool_or(decided_outcome in ('full', 'partial')) as is_won
              , sum(amount_overturned) as overturned
            from appeal_case
            where receivable_id is not null
            group by receivable_id
        )
        , come_back as ({COME_BACK})
        -- Of a case about several receivables each is counted, and its dollars on the one it goes to.
        , item as (
            select
                receivable.*
              , date_trunc('month', receivable.first_withdrawal)::date as month
              , appealed_item.receivable_id is not null as is_appealed
              , coalesce(outcome.is_decided, false) as is_decided
              , coalesce(outcome.is_won, false) as is_won
              , coalesce(outcome.is_won and outcome.overturned > 0, false)
                and receivable.returned + receivable.recovered > 0 as is_paid
              , if(come_back.amount is null, 0, coalesce(outcome.overturned, 0)) as overturned
              , least(coalesce(come_back.amount, 0), coalesce(outcome.overturned, 0)) as paid
            from receivable
            left join appealed_item on appealed_item.receivable_id = receivable.receivable_id
            left join outcome on outcome.receivable_id = appealed_item.counted_with
            left join come_back on come_back.counted_with = receivable.receivable_id
            where receivable.first_withdrawal is not null
        )
        select
            count(*) as withdrawn
          , sum(withheld) as withdrawn_amount
          , count(case when is_appealed then 1 end) as appealed
          , sum(case when is_appealed then withheld end) as appealed_amount
          , count(case when is_decided then 1 end) as decided
          , sum(case when is_decided then withheld end) as decided_amount
          , count(case when is_won then 1 end) as won
          , sum(case when is_won then overturned end) as won_amount
          , count(case when is_paid then 1 end) as paid
          , sum(case when is_won then paid end) as paid_amount
        from item
        where {kept.sql}
        """,  # noqa: S608  names are constants, values are parameters
        kept.params,
    ).to_pylist()[0]
    return tuple(
        Stage(name.capitalize(), row[name], _cents(row[f"{name}_amount"]), meaning)
        for name, meaning in _STAGES.items()
    )


_STAGES = {
    "withdrawn": "receivables first withdrawn from in the period; dollars withheld from them",
    "appealed": "an appeal is on file; dollars withheld",
    "decided": "a level was decided; dollars withheld",
    "won": "won in full or in part; dollars overturned",
    "paid": "money came back; dollars of what was overturned",
}


def success_by(engine: Engine, filters: Filters, by: SuccessBy) -> tuple[Success, ...]:
    """Decisions of the period by payer, cause or level, most dollars at issue first.

    By payer and cause a case counts once with its latest decision, so the sums are the cards'. By level every
    decision of a level counts, also one that a higher level overruled.
    """
    of_cube = by != "level"
    rows = kpi_table(engine, filters, (by,)).to_pylist() if of_cube else _by_level(engine, filters)
    found = [
        Success(
            name=str(row[by]),
            full=row["appeals_full"],
            partial=row["appeals_partial"],
            upheld=row["appeals_upheld"],
            amount_at_issue=row["amount_at_issue"],
            amount_overturned=row["amount_overturned"],
        )
        for row in rows
    ]
    decided = [one for one in found if one.decided]
    if of_cube:
        decided.sort(key=lambda one: (-one.amount_at_issue, one.name))
    return tuple(decided)


def _by_level(engine: Engine, filters: Filters) -> list[dict[str, Any]]:
    kept = condition(filters)
    rows: list[dict[str, Any]] = engine.query(
        f"""
        with decision as (
            select
                date_trunc('month', current_appeal.decision_date)::date as month
              , appeal_case.payer_key, appeal_case.plan_type, appeal_case.specialty
              , appeal_case.facility, appeal_case.cause, appeal_case.mechanism
              , current_appeal.level
              , current_appeal.outcome
              , coalesce(current_appeal.amount_at_issue, 0) as at_issue
              , case
                    when current_appeal.outcome in ('full', 'partial')
                    then coalesce(current_appeal.amount_overturned, 0)
                    else 0
                end as overturned
            from current_appeal
            join appeal_case
              on appeal_case.payer_key = current_appeal.payer_key
             and appeal_case.case_number = current_appeal.case_number
            where current_appeal.outcome in ('full', 'partial', 'upheld')
              and current_appeal.decision_date is not null
        )
        select
            'Level ' || level as level
          , count(case when outcome = 'full' then 1 end) as appeals_full
          , count(case when outcome = 'partial' then 1 end) as appeals_partial
          , count(case when outcome = 'upheld' then 1 end) as appeals_upheld
          , cast(sum(at_issue) as decimal(18, 2)) as amount_at_issue
          , cast(sum(overturned) as decimal(18, 2)) as amount_overturned
        from decision
        where {kept.sql}
        group by decision.level
        order by decision.level
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    return rows


def _cents(amount: Decimal | None) -> Decimal:
    """USD to the cent, as a sum in SQL may have more digits; nothing is 0.00."""
    return NOTHING if amount is None else Decimal(amount).quantize(CENT)
