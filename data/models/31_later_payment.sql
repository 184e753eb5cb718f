-- One row per claim paid after a reversal that came without its correction: the late correction, or money come back.
create or replace table later_payment as
with pending as (
    select
        posted_remittance.payer_key
      , takeback.patient_control_number
      , takeback.payer_claim_control_number
      , min(posted_remittance.payment_date) as reversed_on
    from takeback
    join posted_remittance on posted_remittance.remittance_id = takeback.remittance_id
    where takeback.correction_claim_no is null
    group by 1, 2, 3
)
, pending_name as (
    select payer_key, patient_control_number as name, min(reversed_on) as reversed_on
    from pending
    where patient_control_number <> ''
    group by 1, 2
    union
    select payer_key, payer_claim_control_number, min(reversed_on)
    from pending
    where payer_claim_control_number <> ''
    group by 1, 2
)
, paid_claim as (
    select
        claim_payment.remittance_id
      , claim_payment.claim_no
      , claim_payment.paid
      , claim_payment.patient_control_number
      , claim_payment.payer_claim_control_number
      , claim_payment.original_claim_control_number
      , posted_remittance.payer_key
      , posted_remittance.payment_date
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    left join takeback
      on takeback.remittance_id = claim_payment.remittance_id
     and takeback.correction_claim_no = claim_payment.claim_no
    where claim_payment.claim_status not in ('22', '23', '25')
      and claim_payment.paid > 0
      and takeback.remittance_id is null
)
, named as (
    select remittance_id, claim_no, payer_key, payment_date, patient_control_number as name from paid_claim
    union
    select remittance_id, claim_no, payer_key, payment_date, payer_claim_control_number from paid_claim
    union
    select remittance_id, claim_no, payer_key, payment_date, original_claim_control_number from paid_claim
)
, after_reversal as (
    select distinct named.remittance_id, named.claim_no
    from named
    join pending_name
      on pending_name.payer_key = named.payer_key
     and pending_name.name = named.name
     and pending_name.reversed_on < named.payment_date
)
select
    paid_claim.remittance_id
  , paid_claim.claim_no
  , paid_claim.paid
  , coalesce(paid_claim.patient_control_number, '') as patient_control_number
  , coalesce(paid_claim.payer_claim_control_number, '') as payer_claim_control_number
  , coalesce(paid_claim.original_claim_control_number, '') as original_claim_control_number
from paid_claim
join after_reversal
  on after_reversal.remittance_id = paid_claim.remittance_id and after_reversal.claim_no = paid_claim.claim_no;
comment on table later_payment is 'One row per claim paid after a reversal that came without its correction.';
comment on column later_payment.remittance_id is 'The remittance that pays it.';
comment on column later_payment.claim_no is 'The claim payment.';
comment on column later_payment.paid is 'CLP04, USD.';
comment on column later_payment.patient_control_number is 'CLP01.';
comment on column later_payment.payer_claim_control_number is 'CLP07.';
comment on column later_payment.original_claim_control_number is 'REF*F8.';
