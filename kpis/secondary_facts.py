"""The rows that secondary figures are made of: one query per kind of row, named by what a row is.

Every query has payer_key and month (a month's first day, or null), and the dimensions its rows can be told by.
It may read `asked`: one row with `day`, the date of ages and deadlines, and `days`, how far ahead to look.
"""

from __future__ import annotations

from kpis.facts import NOT_THERE, OF_FIRST_WITHDRAWAL, PAYER_ONLY, Facts
from kpis.secondary_appeal_facts import APPEAL_FACTS
from kpis.secondary_withdrawals import REPEATED_WITHIN_DAYS

FACTS = APPEAL_FACTS | {
    "payment or movement": Facts(
        """
        select
            month, payer_key, plan_type, specialty, facility, cause, mechanism
          , true as is_base
          , payments
          , null as receivable_id, null as kind, 0 as amount
        from kpi_cube
        where cause = ''
        union all
        select
            receivable_event.month
          , receivable.payer_key, receivable.plan_type, receivable.specialty, receivable.facility
          , receivable.cause, coalesce(receivable_event.mechanism, receivable.mechanism)
          , false
          , 0
          , receivable_event.receivable_id, receivable_event.kind, receivable_event.amount
        from receivable_event
        join receivable on receivable.receivable_id = receivable_event.receivable_id
        where receivable_event.kind in ('established', 'withheld', 'refunded', 'returned', 'recovered')
        """,
        has_base=True,
    ),
    "withdrawal": Facts(
        """
        select
            receivable_event.month
          , receivable.payer_key, receivable.plan_type, receivable.specialty, receivable.facility
          , receivable.cause, receivable_event.mechanism
          , receivable_event.receivable_id
          , receivable_event.remittance_id
          , receivable_event.amount
          , receivable.lag_state = 'no notice on file' as is_unannounced
        from receivable_event
        join receivable on receivable.receivable_id = receivable_event.receivable_id
        where receivable_event.kind = 'withheld'
        """,
        remittance="remittance_id",
    ),
    "first withdrawal": Facts(
        """
        with taken_at_first as (
            select receivable.receivable_id, sum(receivable_event.amount) as amount
            from receivable
            join receivable_event
              on receivable_event.receivable_id = receivable.receivable_id
             and receivable_event.event_date = receivable.first_withdrawal
            where receivable_event.kind = 'withheld'
            group by receivable.receivable_id
        )
        select
            date_trunc('month', receivable.first_withdrawal)::date as month
          , receivable.*
          , taken_at_first.amount
          , receivable.lag_state = 'counted' as has_lag
          , receivable.notice_date is not null as has_notice
        from receivable
        join taken_at_first on taken_at_first.receivable_id = receivable.receivable_id
        """,
        remittance=OF_FIRST_WITHDRAWAL,
    ),
    "receivable": Facts(
        """
        select
            date_trunc('month', receivable.established_on)::date as month
          , receivable.*
        from receivable
        """,
        remittance="remittance_id",
    ),
    "withdrawal in suspense": Facts(
        """
        select
            posted_remittance.month
          , receivable.*
          , match.amount
          , match.remittance_id as taken_in
          , date_diff('day', posted_remittance.payment_date, asked.day) as age
        from match
        join posted_remittance on posted_remittance.remittance_id = match.remittance_id
        join receivable on receivable.receivable_id = match.receivable_id
        cross join asked
        where match.confidence = 'suspense' and match.amount > 0
        """,
        remittance="taken_in",
    ),
    "checked withdrawal": Facts(
        """
        select
            date_trunc('month', withdrawal_check.first_withdrawal)::date as month
          , receivable.*
          , receivable.withheld as amount
          , coalesce(withdrawal_check.is_early, false) as is_early
          , coalesce(withdrawal_check.is_past_look_back, false) as is_past_look_back
          , date_diff(
                'day', withdrawal_check.original_payment_date, withdrawal_check.notice_date
            ) as age
        from withdrawal_check
        join receivable on receivable.receivable_id = withdrawal_check.receivable_id
        """,
        remittance=OF_FIRST_WITHDRAWAL,
    ),
    "receivable withdrawn from": Facts(
        f"""
        with day_of_cause as (
            select distinct payer_key, cause, first_withdrawal
            from receivable
            where first_withdrawal is not null
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
        select
            date_trunc('month', receivable.first_withdrawal)::date as month
          , receivable.*
          , receivable.withheld as amount
          , appealed_item.receivable_id is not null as is_appealed
          , receivable.cause <> 'Unclassified' as is_classified
          , coalesce(
                date_diff('day', day_before.taken_before, receivable.first_withdrawal) <= {REPEATED_WITHIN_DAYS}, false
            ) as is_repeated
        from receivable
        join day_before
          on day_before.payer_key = receivable.payer_key
         and day_before.cause = receivable.cause
         and day_before.first_withdrawal = receivable.first_withdrawal
        left join appealed_item on appealed_item.receivable_id = receivable.receivable_id
        """,  # noqa: S608  a number of its own
        remittance=OF_FIRST_WITHDRAWAL,
    ),
    "remittance": Facts(
        """
        with first_day as (select min(loaded_at)::date as day from load)
        select
            date_trunc('month', remittance.payment_date)::date as month
          , payer_alias.payer_key
          , remittance.remittance_id
          , remittance.balance_state <> 'balanced' as is_off
          , abs(coalesce(remittance.difference, 0)) as amount
          , case
                when remittance.balance_state = 'balanced' and load.loaded_at::date > first_day.day
                then date_diff('day', remittance.payment_date, load.loaded_at::date)
            end as days
        from remittance
        join load on load.load_id = remittance.load_id
        cross join first_day
        join payer_alias
          on payer_alias.payer_name = coalesce(remittance.payer_name, '')
         and payer_alias.payer_id = coalesce(remittance.payer_id, '')
        """,
        PAYER_ONLY,
        item=NOT_THERE,
        remittance="remittance_id",
    ),
    "posted remittance": Facts(
        "select month, payer_key, withheld, payments, remittance_id from remittance_bridge",
        PAYER_ONLY,
        item=NOT_THERE,
        remittance="remittance_id",
    ),
    "reason code that grew": Facts(
        """
        select
            posted_remittance.month
          , posted_remittance.payer_key
          , coalesce(receivable.plan_type, payer.plan_type, 'Other') as plan_type
          , coalesce(receivable.specialty, 'Unassigned') as specialty
          , coalesce(receivable.facility, 'Unassigned') as facility
          , coalesce(receivable.cause, 'Unclassified') as cause
          , coalesce(receivable.mechanism, 'Not taken') as mechanism
          , hidden_takeback.claim_no
          , hidden_takeback.remittance_id
          , hidden_takeback.growth as amount
        from hidden_takeback
        join posted_remittance on posted_remittance.remittance_id = hidden_takeback.remittance_id
        join payer on payer.payer_key = posted_remittance.payer_key
        left join receivable on receivable.receivable_id = hidden_takeback.receivable_id
        where hidden_takeback.names_no_cause
        """,
        item=NOT_THERE,
        remittance="remittance_id",
        claim_no="claim_no",
    ),
    "register row": Facts(
        """
        select
            date_trunc('month', current_notice.notice_date)::date as month
          , current_notice.payer_key
          , current_notice.amount
          , current_notice.notice_id
          , register_check.state = 'never seen on a remittance' as is_unseen
        from register_check
        join current_notice on current_notice.notice_id = register_check.notice_id
        """,
        PAYER_ONLY,
        item=NOT_THERE,
        notice_id="notice_id",
    ),
    "untracked withdrawal": Facts(
        """
        select
            date_trunc('month', receivable.first_withdrawal)::date as month
          , receivable.*
          , receivable.withheld as amount
        from untracked_withdrawal
        join receivable on receivable.receivable_id = untracked_withdrawal.receivable_id
        """,
        remittance=OF_FIRST_WITHDRAWAL,
    ),
    "withdrawal for an affiliate": Facts(
        """
        with affiliate as (
            select distinct remittance_id, receivable_id
            from match
            where is_affiliate and amount > 0
        )
        select
            receivable_event.month
          , receivable.payer_key, receivable.plan_type, receivable.specialty, receivable.facility
          , receivable.cause, receivable_event.mechanism
          , receivable_event.receivable_id
          , receivable_event.remittance_id
          , receivable_event.amount
        from receivable_event
        join affiliate
          on affiliate.remittance_id = receivable_event.remittance_id
         and affiliate.receivable_id = receivable_event.receivable_id
        join receivable on receivable.receivable_id = receivable_event.receivable_id
        where receivable_event.kind = 'withheld'
        """,
        remittance="remittance_id",
    ),
    "withdrawal across plans": Facts(
        """
        select
            cross_plan_offset.month
          , receivable.payer_key, receivable.plan_type, receivable.specialty, receivable.facility
          , receivable.cause, receivable_event.mechanism
          , cross_plan_offset.receivable_id
          , receivable_event.remittance_id
          , cross_plan_offset.amount
        from cross_plan_offset
        join receivable on receivable.receivable_id = cross_plan_offset.receivable_id
        join receivable_event
          on receivable_event.receivable_id = cross_plan_offset.receivable_id
         and receivable_event.event_no = cross_plan_offset.event_no
        """,
        remittance="remittance_id",
    ),
}
