"""The rows behind each measure of the cube, one query per kind of row; each adds up to the measure.

Every query has the cube's dimensions, `value`, what the row is, and the columns of `ORIGIN`: where it was read.
"""

from __future__ import annotations

DIMENSIONS = (
    "month",
    "payer_key",
    "plan_type",
    "specialty",
    "facility",
    "cause",
    "mechanism",
)
ITEM = (
    "receivable_id",
    "reference",
    "letter_number",
    "patient_control_number",
    "payer_claim_control_number",
)
ORIGIN = ("remittance_id", "claim_no", "load_id", "byte_start", "byte_end", "row_number")

_ITEM_OF_RECEIVABLE = """receivable.receivable_id
  , receivable.reference
  , receivable.letter_number
  , receivable.patient_control_number
  , receivable.payer_claim_control_number"""
_SLICE_OF_RECEIVABLE = """receivable.payer_key
  , receivable.plan_type
  , receivable.specialty
  , receivable.facility
  , receivable.cause"""
_OF_REMITTANCE = """remittance.remittance_id
  , cast(null as integer) as claim_no
  , remittance.load_id
  , remittance.byte_start
  , remittance.byte_end
  , cast(null as integer) as row_number"""

# What happened to a receivable in one remittance.
EVENT = f"""
    select
        receivable_event.month
      , {_SLICE_OF_RECEIVABLE}
      , coalesce(receivable_event.mechanism, receivable.mechanism) as mechanism
      , receivable_event.amount as value
      , receivable_event.kind as what
      , {_ITEM_OF_RECEIVABLE}
      , {_OF_REMITTANCE}
    from receivable_event
    join receivable on receivable.receivable_id = receivable_event.receivable_id
    join remittance on remittance.remittance_id = receivable_event.remittance_id
    where receivable_event.kind in ({{kinds}})
"""  # noqa: S608  parts are constants

# A taking, with what has come back of it: what comes back is set against the oldest taking of its item first.
COME_BACK = f"""
    with come_back as (
        select receivable_id, sum(amount) as come_back
        from receivable_event
        where kind in ('returned', 'recovered')
        group by receivable_id
    )
    , taking as (
        select
            receivable_event.*
          , sum(receivable_event.amount) over (
                partition by receivable_event.receivable_id order by receivable_event.event_no
            ) as taken_until
          , come_back.come_back
        from receivable_event
        join come_back on come_back.receivable_id = receivable_event.receivable_id
        where receivable_event.kind = 'withheld'
    )
    select
        taking.month
      , {_SLICE_OF_RECEIVABLE}
      , coalesce(taking.mechanism, receivable.mechanism) as mechanism
      , least(taken_until, come_back) - least(taken_until - amount, come_back) as value
      , 'withheld, come back since' as what
      , {_ITEM_OF_RECEIVABLE}
      , {_OF_REMITTANCE}
    from taking
    join receivable on receivable.receivable_id = taking.receivable_id
    join remittance on remittance.remittance_id = taking.remittance_id
"""  # noqa: S608

# A receivable in the month of its first withdrawal.
FIRST_WITHDRAWAL = f"""
    with first_taking as (
        select receivable_id, min(event_no) as event_no
        from receivable_event
        where kind = 'withheld'
        group by receivable_id
    )
    select
        date_trunc('month', receivable.first_withdrawal)::date as month
      , {_SLICE_OF_RECEIVABLE}
      , receivable.mechanism
      , {{value}} as value
      , 'first withdrawal, notice '
        || coalesce(strftime(receivable.notice_date, '%Y-%m-%d'), 'not on file') as what
      , {_ITEM_OF_RECEIVABLE}
      , {_OF_REMITTANCE}
    from receivable
    left join first_taking on first_taking.receivable_id = receivable.receivable_id
    left join receivable_event
      on receivable_event.receivable_id = first_taking.receivable_id
     and receivable_event.event_no = first_taking.event_no
    left join remittance on remittance.remittance_id = receivable_event.remittance_id
    where receivable.first_withdrawal is not null
"""  # noqa: S608

# A decided appeal case, with the row of the log that has its latest decision.
APPEAL = """
    with deciding_row as (
        select payer_key, case_number, load_id, row_number, level
        from current_appeal
        where outcome in ('full', 'partial', 'upheld') and decision_date is not null
        qualify row_number() over (
            partition by payer_key, case_number order by decision_date desc, level desc, appeal_id
        ) = 1
    )
    select
        appeal_case.decision_month as month
      , appeal_case.payer_key
      , appeal_case.plan_type
      , appeal_case.specialty
      , appeal_case.facility
      , appeal_case.cause
      , appeal_case.mechanism
      , {value} as value
      , 'appeal ' || appeal_case.case_number || ', level ' || deciding_row.level
        || ', decided ' || strftime(appeal_case.decision_date, '%Y-%m-%d')
        || ': ' || appeal_case.decided_outcome as what
      , appeal_case.receivable_id
      , receivable.reference
      , receivable.letter_number
      , receivable.patient_control_number
      , receivable.payer_claim_control_number
      , cast(null as bigint) as remittance_id
      , cast(null as integer) as claim_no
      , deciding_row.load_id
      , cast(null as bigint) as byte_start
      , cast(null as bigint) as byte_end
      , deciding_row.row_number
    from appeal_case
    join deciding_row
      on deciding_row.payer_key = appeal_case.payer_key
     and deciding_row.case_number = appeal_case.case_number
    left join receivable on receivable.receivable_id = appeal_case.receivable_id
    where appeal_case.decided_outcome is not null
"""

# A claim payment; a reversal and its correction count together, with what they pay on top only.
PAYMENT = """
    with takeback_claim as (
        select remittance_id, reversal_claim_no as claim_no, greatest(delta, 0) - reversal_paid as payments
        from takeback
        union all
        select remittance_id, claim_no, -paid
        from takeback_correction
    )
    , set_aside as (
        select remittance_id, claim_no, sum(payments) as payments
        from takeback_claim
        group by remittance_id, claim_no
    )
    select
        posted_remittance.month
      , posted_remittance.payer_key
      , coalesce(plan_type.plan_type, payer.plan_type, 'Other') as plan_type
      , coalesce(rendering.specialty, 'Unassigned') as specialty
      , coalesce(rendering.facility, payee.facility, 'Unassigned') as facility
      , '' as cause
      , '' as mechanism
      , coalesce(claim_payment.paid, 0) + coalesce(set_aside.payments, 0) as value
      , case
            when set_aside.remittance_id is null then 'claim payment'
            else 'claim payment of ' || coalesce(claim_payment.paid, 0) || ', reversed or correcting'
        end as what
      , cast(null as varchar) as receivable_id
      , cast(null as varchar) as reference
      , cast(null as varchar) as letter_number
      , claim_payment.patient_control_number
      , claim_payment.payer_claim_control_number
      , claim_payment.remittance_id
      , claim_payment.claim_no
      , remittance.load_id
      , claim_payment.byte_start
      , claim_payment.byte_end
      , cast(null as integer) as row_number
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    join remittance on remittance.remittance_id = claim_payment.remittance_id
    join payer on payer.payer_key = posted_remittance.payer_key
    left join set_aside
      on set_aside.remittance_id = claim_payment.remittance_id
     and set_aside.claim_no = claim_payment.claim_no
    left join plan_type on plan_type.filing_indicator = claim_payment.filing_indicator
    left join current_provider as rendering on rendering.npi = claim_payment.rendering_npi
    left join current_provider as payee on payee.npi = posted_remittance.payee_npi
    union all
    select
        posted_remittance.month
      , posted_remittance.payer_key
      , coalesce(payer.plan_type, 'Other')
      , 'Unassigned'
      , coalesce(payee.facility, 'Unassigned')
      , ''
      , ''
      , posted_remittance.claim_paid
      , 'claims of a remittance known by its provider adjustments only'
      , null, null, null, null, null
      , remittance.remittance_id
      , null
      , remittance.load_id
      , remittance.byte_start
      , remittance.byte_end
      , null
    from plb_only_remittance
    join posted_remittance on posted_remittance.remittance_id = plb_only_remittance.remittance_id
    join remittance on remittance.remittance_id = plb_only_remittance.remittance_id
    join payer on payer.payer_key = posted_remittance.payer_key
    left join current_provider as payee on payee.npi = posted_remittance.payee_npi
"""

# The claims and provider adjustments that moved a receivable in a remittance, and what tied them to it.
LINES = """
    line as (
        select
            match.remittance_id
          , match.receivable_id
          , max(match.tier) as tier
          , string_agg(distinct match.confidence, ', ' order by match.confidence) as confidence
          , string_agg(distinct match.method, ', ' order by match.method) as method
          , string_agg(
                case
                    when match.claim_no is not null
                    then 'claim ' || match.claim_no || ' ' || match.kind || ' ' || match.amount
                        || ' [' || claim_payment.byte_start || '-' || claim_payment.byte_end || ']'
                    else 'PLB ' || coalesce(provider_adjustment.reason_code, '') || ' '
                        || match.kind || ' ' || match.amount
                        || ' [' || provider_adjustment.byte_start || '-' || provider_adjustment.byte_end || ']'
                end
              , '; ' order by match.claim_no, match.adjustment_no, match.kind, match.amount
            ) as lines
        from match
        left join claim_payment
          on claim_payment.remittance_id = match.remittance_id and claim_payment.claim_no = match.claim_no
        left join provider_adjustment
          on provider_adjustment.remittance_id = match.remittance_id
         and provider_adjustment.adjustment_no = match.adjustment_no
        where match.receivable_id is not null
        group by match.remittance_id, match.receivable_id
    )
"""
