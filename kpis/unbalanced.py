"""Remittances that do not balance: by how much, signed, and what single line would explain it."""

from __future__ import annotations

import pyarrow as pa

from kpis.engine import Engine

# A difference is explained where exactly one line of the remittance, left out or with its sign turned, makes it.
_UNBALANCED = """
    with aside as (
        select
            remittance.*
          , cast(claim_paid - provider_adjustment_total as decimal(18, 2)) as worked_out
        from remittance
        where balance_state <> 'balanced'
    )
    , guess as (
        select
            aside.remittance_id
          , 'as if the payment did not count ' || provider_adjustment.reason_code
            || coalesce(':' || nullif(provider_adjustment.reference, ''), '') as why
        from aside
        join provider_adjustment
          on provider_adjustment.remittance_id = aside.remittance_id
         and provider_adjustment.amount = aside.difference
        where aside.difference <> 0
        union all
        select
            aside.remittance_id
          , 'as if ' || provider_adjustment.reason_code
            || coalesce(':' || nullif(provider_adjustment.reference, ''), '') || ' had the other sign'
        from aside
        join provider_adjustment
          on provider_adjustment.remittance_id = aside.remittance_id
         and 2 * provider_adjustment.amount = aside.difference
        where aside.difference <> 0
        union all
        select
            aside.remittance_id
          , 'as if the payment did not count claim ' || claim_payment.claim_no
        from aside
        join claim_payment
          on claim_payment.remittance_id = aside.remittance_id
         and claim_payment.paid = -aside.difference
        where aside.difference <> 0
    )
    , explained as (
        select remittance_id, max(why) as why
        from guess
        group by remittance_id
        having count(*) = 1
    )
    select
        aside.remittance_id
      , aside.payment_date
      , coalesce(aside.payer_name, 'Unknown payer') as payer
      , aside.trace_number
      , aside.payment_amount
      , aside.claim_paid
      , aside.provider_adjustment_total
      , aside.worked_out
      , aside.difference
      , case
            when aside.payment_amount is null then 'the payment (BPR02) is missing or no amount'
            when aside.claim_paid is null then 'the paid amount (CLP04) of a claim is missing or no amount'
            when aside.provider_adjustment_total is null then 'the amount of a PLB pair is missing or no amount'
            when aside.payment_date is null then 'the payment date (BPR16) is missing or no date'
            when aside.balance_state = 'unchecked' then 'could not be checked'
            else coalesce(explained.why, 'no single line explains it')
        end as why
      , load.file
      , load.archive
      , aside.byte_start
      , aside.byte_end
    from aside
    join load on load.load_id = aside.load_id
    left join explained on explained.remittance_id = aside.remittance_id
    order by aside.payment_date desc nulls last, aside.remittance_id
"""


def unbalanced(engine: Engine) -> pa.Table:
    """Remittances set aside, latest first, each with its signed difference and what would explain it.

    Columns: remittance_id, payment_date, payer, trace_number, payment_amount, claim_paid,
    provider_adjustment_total, worked_out, difference (USD: BPR02 less the other three together), why, file,
    archive, byte_start, byte_end.
    """
    return engine.query(_UNBALANCED)
