"""Notice and lag: how long after a notice payers take, how often there is none, and how late we post."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.money import usd
from kpis.payers import LAG_EDGES
from kpis.secondary import Figure, secondary_figures
from kpis.secondary_facts import FACTS
from kpis.secondary_lag import LAGS


@dataclass(frozen=True)
class LagBucket:
    """Withdrawals a number of days after their notice, by where they stand against the configured earliest date.

    on_time, early: on or after it, or before it. untold: no rule gives an earliest date.
    """

    low: int
    high: int | None
    on_time: int
    early: int
    untold: int

    @property
    def counted(self) -> int:
        return self.on_time + self.early + self.untold


@dataclass(frozen=True)
class NoticeStanding:
    """Receivables first withdrawn from in the period; payer and plan type are "" where all are together.

    withheld, early_amount, late_amount: USD withheld to date. no_notice, no_notice_amount: receivables with no
    notice on file and USD withheld from them in the period. median, ninetieth: days, of counted lags.
    earliest: the rule on the earliest day that decided most, None where none did.
    """

    payer: str
    plan_type: str
    withdrawn: int
    withheld: Decimal
    counted: int
    median: float | None
    ninetieth: float | None
    early: int
    early_amount: Decimal
    judged: int
    late: int
    late_amount: Decimal
    late_judged: int
    no_notice: int
    no_notice_amount: Decimal
    earliest: str | None


@dataclass(frozen=True)
class PostingDelay:
    """Days from the payment date to the load, of remittances that did not come with the first loads."""

    remittances: int
    median: float | None
    ninetieth: float | None


def lag_buckets(engine: Engine, filters: Filters) -> tuple[LagBucket, ...]:
    """The counted lags of receivables first withdrawn from in the period, one bucket per range of days."""
    kept = condition(filters)
    which = " ".join(
        f"when lag_days <= {high} then {at}"
        for at, (_, high) in enumerate(LAG_EDGES)
        if high is not None
    )
    rows = engine.query(
        f"""
        select
            case {which} else {len(LAG_EDGES) - 1} end as bucket
          , sum(case when is_early then 1 else 0 end) as early
          , sum(case when not is_early then 1 else 0 end) as on_time
          , sum(case when is_early is null then 1 else 0 end) as untold
        from withdrawn
        where lag_state = 'counted' and {kept.sql}
        group by 1
        """,  # noqa: S608  names are constants, values are parameters
        kept.params,
    ).to_pylist()
    found = {row["bucket"]: row for row in rows}
    return tuple(
        LagBucket(
            low,
            high,
            *(int(found.get(at, {}).get(part, 0)) for part in ("on_time", "early", "untold")),
        )
        for at, (low, high) in enumerate(LAG_EDGES)
    )


@dataclass(frozen=True)
class NoticeStandings:
    """All withdrawals of the period together, and by payer and plan type, most withheld first."""

    total: NoticeStanding
    each: tuple[NoticeStanding, ...]


def notice_standings(engine: Engine, filters: Filters) -> NoticeStandings:
    """How the receivables first withdrawn from in the period stand; a group exists where anything was taken."""
    total, *each = _standings(engine, filters)
    return NoticeStandings(total, tuple(each))


def lag_figures(engine: Engine, filters: Filters) -> dict[str, Figure]:
    """How the lags of the period are spread, by dollars too, and how often a notice is on file: LAGS by name."""
    return {figure.kpi.name: figure for figure in secondary_figures(engine, filters, kpis=LAGS)}


def posting_delay(engine: Engine, filters: Filters) -> PostingDelay:
    """How long after its payment date a remittance of the period was loaded.

    The figure posting_delay_days says what counts. Only the payer filter narrows it: a remittance has no cause,
    specialty or plan type.
    """
    facts = FACTS["remittance"]
    kept = condition(filters, dimensions=facts.dimensions)
    (row,) = engine.query(
        f"""
        with posted as ({facts.sql})
        select
            count(days) as remittances
          , percentile_cont(0.5) within group (order by days) as median
          , percentile_cont(0.9) within group (order by days) as ninetieth
        from posted
        where {kept.sql}
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    return PostingDelay(**row)


def _standings(engine: Engine, filters: Filters) -> list[NoticeStanding]:
    """The total, then each payer and plan type."""
    kept = condition(filters)
    rows = engine.query(
        f"""
        with kept as (
            select * from withdrawn where {kept.sql}
        )
        , taken as (
            select
                payer
              , plan_type
              , grouping(payer) as is_total
              , count(*) as withdrawn
              , sum(withheld) as withheld
              , count(case when lag_state = 'counted' then 1 end) as counted
              , percentile_cont(0.5) within group (
                    order by case when lag_state = 'counted' then lag_days end
                ) as median
              , percentile_cont(0.9) within group (
                    order by case when lag_state = 'counted' then lag_days end
                ) as ninetieth
              , count(case when is_early then 1 end) as early
              , sum(case when is_early then withheld else 0 end) as early_amount
              , count(is_early) as judged
              , count(case when is_past_look_back then 1 end) as late
              , sum(case when is_past_look_back then withheld else 0 end) as late_amount
              , count(is_past_look_back) as late_judged
              , mode(case when earliest_date is not null then earliest_rule_id end) as earliest
            from kept
            group by grouping sets ((), (payer, plan_type))
        )
        , movement as (
            select
                withdrawn.payer, withdrawn.payer_key, withdrawn.plan_type, withdrawn.specialty
              , withdrawn.facility, withdrawn.cause
              , coalesce(receivable_event.mechanism, withdrawn.mechanism) as mechanism
              , receivable_event.month
              , receivable_event.receivable_id
              , receivable_event.amount
            from withdrawn
            join receivable_event on receivable_event.receivable_id = withdrawn.receivable_id
            where withdrawn.lag_state = 'no notice on file' and receivable_event.kind = 'withheld'
        )
        , unannounced as (
            select
                payer
              , plan_type
              , grouping(payer) as is_total
              , count(distinct receivable_id) as no_notice
              , sum(amount) as no_notice_amount
            from movement
            where {kept.sql}
            group by grouping sets ((), (payer, plan_type))
        )
        select
            coalesce(taken.payer, unannounced.payer, '') as payer
          , coalesce(taken.plan_type, unannounced.plan_type, '') as plan_type
          , coalesce(taken.withdrawn, 0) as withdrawn
          , {usd("taken.withheld")} as withheld
          , coalesce(taken.counted, 0) as counted
          , taken.median
          , taken.ninetieth
          , coalesce(taken.early, 0) as early
          , {usd("taken.early_amount")} as early_amount
          , coalesce(taken.judged, 0) as judged
          , coalesce(taken.late, 0) as late
          , {usd("taken.late_amount")} as late_amount
          , coalesce(taken.late_judged, 0) as late_judged
          , coalesce(unannounced.no_notice, 0) as no_notice
          , {usd("unannounced.no_notice_amount")} as no_notice_amount
          , taken.earliest
        from taken
        full join unannounced
          on unannounced.is_total = taken.is_total
         and coalesce(unannounced.payer, '') = coalesce(taken.payer, '')
         and coalesce(unannounced.plan_type, '') = coalesce(taken.plan_type, '')
        order by coalesce(taken.is_total, unannounced.is_total) desc, withheld desc, payer, plan_type
        """,  # noqa: S608
        [*kept.params, *kept.params],
    ).to_pylist()
    return [NoticeStanding(**row) for row in rows]
