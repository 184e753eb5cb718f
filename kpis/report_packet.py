"""What an appeal packet needs of an offset beyond its life: the remittance lines concerned, dates against rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.engine import Engine


@dataclass(frozen=True)
class EobLine:
    """One claim, service line or provider adjustment of a remittance, as the payer reported it; USD.

    claim_status: CLP02, empty for others. codes: adjustments as "CO-16 150.00", or the provider adjustment's reason
    and reference. amount: what was paid; of a provider adjustment what it takes, negative where it gives.
    """

    remittance_id: int
    payment_date: date
    trace_number: str
    kind: str
    claim_status: str
    payer_claim_control_number: str
    patient_control_number: str
    service_from: date | None
    procedure: str
    charge: Decimal | None
    amount: Decimal
    codes: str


@dataclass(frozen=True)
class DateCheck:
    """An offset's dates against the configured rules; None where it cannot be told."""

    first_withdrawal: date
    notice_date: date | None
    notice_state: str
    earliest_date: date | None
    is_early: bool | None
    original_payment_date: date | None
    look_back_date: date | None
    is_past_look_back: bool | None
    appeal_deadline: date | None
    appeal_filed_on: date | None


def eob_lines(engine: Engine, receivable_id: str) -> tuple[EobLine, ...]:
    """Every line that moved the offset, oldest remittance first, a claim before its service lines."""
    rows = engine.query(_LINES, [receivable_id]).to_pylist()
    return tuple(EobLine(**row) for row in rows)


def date_check(engine: Engine, receivable_id: str) -> DateCheck | None:
    """The dates of a withdrawal; None while nothing is withdrawn."""
    rows = engine.query(_CHECK, [receivable_id]).to_pylist()
    return DateCheck(**rows[0]) if rows else None


def service_dates(engine: Engine, receivable_id: str) -> tuple[date | None, date | None]:
    """First and last day of service of the claims concerned."""
    row = engine.query(_SERVICE_DATES, [receivable_id]).to_pylist()[0]
    return row["first"], row["last"]


# A reversal comes with the correction beside it.
_PIECES = """
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
"""

_LINES = f"""
    {_PIECES}
    , codes as (
        select
            claim_adjustment.remittance_id
          , claim_adjustment.claim_no
          , claim_adjustment.line_no
          , string_agg(group_code || '-' || reason_code || ' ' || amount, ', ' order by adjustment_no) as codes
        from claim_adjustment
        join claim using (remittance_id, claim_no)
        group by all
    )
    , line as (
        select
            claim_payment.remittance_id
          , 'claim' as kind
          , claim_payment.byte_start as place
          , claim_payment.claim_status
          , claim_payment.payer_claim_control_number
          , claim_payment.patient_control_number
          , claim_payment.service_from
          , '' as procedure
          , claim_payment.charge
          , claim_payment.paid as amount
          , coalesce(codes.codes, '') as codes
        from claim
        join claim_payment using (remittance_id, claim_no)
        left join codes
          on codes.remittance_id = claim.remittance_id and codes.claim_no = claim.claim_no and codes.line_no = 0
        union all
        select
            service_payment.remittance_id
          , 'service line'
          , service_payment.byte_start
          , ''
          , claim_payment.payer_claim_control_number
          , claim_payment.patient_control_number
          , service_payment.service_date
          , trim(coalesce(service_payment.procedure_code, '') || ' ' || coalesce(service_payment.modifiers, ''))
          , service_payment.charge
          , service_payment.paid
          , coalesce(codes.codes, '')
        from claim
        join claim_payment using (remittance_id, claim_no)
        join service_payment using (remittance_id, claim_no)
        left join codes
          on codes.remittance_id = claim.remittance_id
         and codes.claim_no = claim.claim_no
         and codes.line_no = service_payment.line_no
        union all
        select
            provider_adjustment.remittance_id
          , 'provider adjustment'
          , provider_adjustment.byte_start
          , '', '', '', null, '', null
          , provider_adjustment.amount
          , trim(coalesce(reason_code, '') || ' ' || coalesce(reference, ''))
        from (select distinct remittance_id, adjustment_no from piece where adjustment_no is not null) as piece
        join provider_adjustment using (remittance_id, adjustment_no)
    )
    select
        line.remittance_id
      , posted_remittance.payment_date
      , coalesce(posted_remittance.trace_number, '') as trace_number
      , line.kind
      , coalesce(line.claim_status, '') as claim_status
      , coalesce(line.payer_claim_control_number, '') as payer_claim_control_number
      , coalesce(line.patient_control_number, '') as patient_control_number
      , line.service_from
      , line.procedure
      , line.charge
      , line.amount
      , line.codes
    from line
    join posted_remittance using (remittance_id)
    order by posted_remittance.payment_date, line.remittance_id, line.place, line.kind, line.codes
"""  # noqa: S608  the parts are constants

_CHECK = """
    select
        first_withdrawal, notice_date, notice_state, earliest_date, is_early, original_payment_date
      , look_back_date, is_past_look_back, appeal_deadline, appeal_filed_on
    from withdrawal_check
    where receivable_id = ?
"""

_SERVICE_DATES = f"""
    {_PIECES}
    select min(claim_payment.service_from) as first, max(claim_payment.service_to) as last
    from claim
    join claim_payment using (remittance_id, claim_no)
"""  # noqa: S608  the parts are constants
