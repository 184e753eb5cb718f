"""The rows that secondary figures about appeals are made of; the terms are those of `kpis.secondary_facts`."""

from __future__ import annotations

from kpis.facts import OF_FIRST_WITHDRAWAL, Facts
from kpis.won import COME_BACK

ITEM_OF_CASE = "coalesce(receivable_id, payer_key || ' ' || case_number)"
"""What a case is about: its item, or itself where it names none."""

APPEAL_FACTS = {
    "appeal window": Facts(
        """
        select
            date_trunc('month', withdrawal_check.appeal_deadline)::date as month
          , receivable.*
          , withdrawal_check.appeal_deadline
          , withdrawal_check.appeal_rule_id
          , receivable.withheld - receivable.returned - receivable.recovered as amount
          , withdrawal_check.appeal_deadline < asked.day as is_expired
          , withdrawal_check.appeal_deadline >= asked.day
            and date_diff('day', asked.day, withdrawal_check.appeal_deadline) <= asked.days as is_near
        from withdrawal_check
        join receivable on receivable.receivable_id = withdrawal_check.receivable_id
        cross join asked
        where withdrawal_check.appeal_deadline is not null
          and not withdrawal_check.is_appealed
          and receivable.withheld > receivable.returned + receivable.recovered
        """,
        remittance=OF_FIRST_WITHDRAWAL,
    ),
    "appeal filed": Facts(
        """
        select
            date_trunc('month', appeal_case.filed_date)::date as month
          , receivable.*
          , appeal_case.case_number
          , coalesce(appeal_case.amount_at_issue, 0) as amount
          , date_diff('day', receivable.notice_date, appeal_case.filed_date) as days
        from appeal_case
        join receivable on receivable.receivable_id = appeal_case.receivable_id
        where appeal_case.filed_date >= receivable.notice_date
        """,
        remittance=OF_FIRST_WITHDRAWAL,
        case_number="case_number",
    ),
    "appeal decided": Facts(
        """
        select
            decision_month as month
          , receivable_id
          , case_number
          , payer_key, plan_type, specialty, facility, cause, mechanism
          , coalesce(amount_at_issue, 0) as amount
          , date_diff('day', filed_date, decision_date) as days
        from appeal_case
        where decision_date >= filed_date
        """,
        case_number="case_number",
    ),
    "decided case": Facts(
        """
        select
            decision_month as month
          , receivable_id
          , case_number
          , payer_key, plan_type, specialty, facility, cause, mechanism
          , decided_outcome as outcome
          , coalesce(amount_at_issue, 0) as at_issue
          , amount_overturned as amount
        from appeal_case
        where decided_outcome is not null
        """,
        case_number="case_number",
    ),
    "appeal paid": Facts(
        """
        with paid as (
            select
                appeal_case.payer_key
              , appeal_case.case_number
              , min(receivable_event.event_date) as paid_on
            from appeal_case
            join appealed_item on appealed_item.counted_with = appeal_case.receivable_id
            join receivable_event
              on receivable_event.receivable_id = appealed_item.receivable_id
             and receivable_event.kind in ('returned', 'recovered')
             and receivable_event.event_date >= appeal_case.decision_date
            where appeal_case.decided_outcome in ('full', 'partial')
            group by appeal_case.payer_key, appeal_case.case_number
        )
        select
            date_trunc('month', paid.paid_on)::date as month
          , appeal_case.receivable_id
          , appeal_case.case_number
          , appeal_case.payer_key, plan_type, specialty, facility, cause, mechanism
          , appeal_case.amount_overturned as amount
          , date_diff('day', appeal_case.decision_date, paid.paid_on) as days
        from paid
        join appeal_case
          on appeal_case.payer_key = paid.payer_key and appeal_case.case_number = paid.case_number
        """,
        case_number="case_number",
    ),
    "item won": Facts(
        f"""
        with won as (
            select
                {ITEM_OF_CASE} as item
              , receivable_id
              , max(decision_month) as month
              , max(case_number) as case_number
              , max(decision_date) as decided_on
              , min(payer_key) as payer_key
              , min(plan_type) as plan_type
              , min(specialty) as specialty
              , min(facility) as facility
              , min(cause) as cause
              , min(mechanism) as mechanism
              , sum(amount_overturned) as overturned
              , sum(coalesce(amount_recovered, 0)) as logged
            from appeal_case
            where decided_outcome in ('full', 'partial')
            group by 1, 2
        )
        -- A case about several items is counted on one of them, with what came back of all.
        , come_back as ({COME_BACK})
        select
            won.*
          , won.overturned - coalesce(come_back.amount, won.logged) as amount
        from won
        left join come_back on come_back.counted_with = won.receivable_id
        """,  # noqa: S608  a constant
        case_number="case_number",
    ),
}
