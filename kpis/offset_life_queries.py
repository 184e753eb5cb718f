"""The queries behind one offset's life; every `?` is a parameter, in the order offset_life.py gives them."""

from kpis.letters import LETTERS

OFFSET = f"""
    select
        receivable.receivable_id
      , false as is_letter
      , receivable.payer_key
      , payer.name as payer
      , receivable.origin
      , receivable.reference
      , receivable.patient_control_number
      , receivable.payer_claim_control_number
      , receivable.cause
      , receivable.cause_method
      , receivable.specialty
      , receivable.facility
      , receivable.plan_type
      , receivable.mechanism
      , receivable.notice_id
      , receivable.letter_number
      , receivable.notice_method
      , receivable.notice_date
      , receivable.notice_source
      , receivable.established_on
      , receivable.first_withdrawal
      , receivable.lag_days
      , receivable.lag_state
      , receivable.established
      , receivable.withheld
      , receivable.refunded
      , receivable.forgiven
      , receivable.open_balance
      , receivable.returned
      , receivable.recovered
      , receivable.corrected
    from receivable
    join payer on payer.payer_key = receivable.payer_key
    where receivable.receivable_id = ?
    union all
    select
        letter.receivable_id, true, letter.payer_key, payer.name, null, letter.reference
      , letter.patient_control_number, letter.payer_claim_control_number, letter.cause, null
      , letter.specialty, letter.facility, letter.plan_type, letter.mechanism
      , letter.notice_id, letter.letter_number, null, letter.notice_date, 'letter'
      , null, null, null, 'not taken', letter.amount, 0, 0, 0, 0, 0, 0, 0
    from {LETTERS} as letter
    join payer on payer.payer_key = letter.payer_key
    where letter.receivable_id = ?
"""  # noqa: S608  constants only

ORIGINAL_PAYMENTS = """
    with named as (
        select
            claim_payment.*
          , case when claim_payment.payer_claim_control_number = ? then 1 else 2 end as preference
          , posted_remittance.payment_date
          , posted_remittance.trace_number
        from claim_payment
        join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
        where (claim_payment.payer_claim_control_number = ? or claim_payment.patient_control_number = ?)
          and claim_payment.claim_status not in ('22', '23', '25')
          and posted_remittance.payer_key = ?
          and posted_remittance.payment_date < ?
    )
    select
        named.remittance_id
      , named.payment_date
      , named.trace_number
      , remittance.byte_start as remittance_start
      , named.paid
      , named.byte_start
      , named.byte_end
      , load.file
      , load.archive
    from named
    join remittance on remittance.remittance_id = named.remittance_id
    join load on load.load_id = remittance.load_id
    where named.preference = (select min(preference) from named)
    order by named.payment_date desc, named.remittance_id, named.claim_no
    limit ?
"""

LETTER = """
    select
        current_notice.notice_date
      , current_notice.amount
      , current_notice.letter_number
      , current_notice.row_number
      , current_notice.source_text
      , load.file
    from current_notice
    join load on load.load_id = current_notice.load_id
    where current_notice.notice_id = ?
"""

EVENTS = """
    select
        receivable_event.remittance_id
      , receivable_event.event_date
      , receivable_event.kind
      , receivable_event.amount
      , remittance.trace_number
      , remittance.byte_start as remittance_start
      , load.file
    from receivable_event
    join remittance on remittance.remittance_id = receivable_event.remittance_id
    join load on load.load_id = remittance.load_id
    where receivable_event.receivable_id = ?
    order by receivable_event.event_no
"""

# A claim that moved an offset is its reversal, shown with the correction beside it, or a claim paid on top.
SOURCES = """
    with piece as (
        select remittance_id, claim_no, adjustment_no from match where receivable_id = ?
    )
    , claim as (
        select remittance_id, claim_no from piece where claim_no is not null
        union
        select takeback_correction.remittance_id, takeback_correction.claim_no
        from takeback_correction
        join piece
          on piece.remittance_id = takeback_correction.remittance_id
         and piece.claim_no = takeback_correction.reversal_claim_no
    )
    , line as (
        select
            claim.remittance_id
          , 'claim' as kind
          , claim_payment.byte_start
          , claim_payment.byte_end
          , '' as reason_code
          , '' as reference
          , claim_payment.paid as amount
        from claim
        join claim_payment
          on claim_payment.remittance_id = claim.remittance_id and claim_payment.claim_no = claim.claim_no
        union
        select
            piece.remittance_id
          , 'provider adjustment'
          , provider_adjustment.byte_start
          , provider_adjustment.byte_end
          , coalesce(provider_adjustment.reason_code, '')
          , coalesce(provider_adjustment.reference, '')
          , provider_adjustment.amount
        from piece
        join provider_adjustment
          on provider_adjustment.remittance_id = piece.remittance_id
         and provider_adjustment.adjustment_no = piece.adjustment_no
    )
    select line.*, load.archive
    from line
    join remittance on remittance.remittance_id = line.remittance_id
    join load on load.load_id = remittance.load_id
    order by line.byte_start, line.reason_code, line.reference
"""

APPEALS = """
    select
        current_appeal.case_number
      , current_appeal.level
      , current_appeal.filed_date
      , current_appeal.outcome
      , current_appeal.decision_date
      , current_appeal.amount_at_issue
      , current_appeal.amount_overturned
      , current_appeal.row_number
      , current_appeal.source_text
      , load.file
    from appeal_case
    join current_appeal
      on current_appeal.payer_key = appeal_case.payer_key
     and current_appeal.case_number = appeal_case.case_number
    join load on load.load_id = current_appeal.load_id
    where appeal_case.receivable_id = ?
    order by current_appeal.case_number, current_appeal.level
"""
