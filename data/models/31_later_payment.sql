-- One row per claim paid after a reversal that came without its correction: the late correction, or money come back.
create or replace table later_payment as
with pending as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , takeback.patient_control_number
      , takeback.payer_claim_control_number
    from takeback
    join posted_remittance on posted_remittance.remittance_id = takeback.remittance_id
    where takeback.correction_claim_no is null
)
, number as (
    select payer_key, payment_date, patient_control_number as number from pending
    union all
    select payer_key, payment_date, payer_claim_control_number from pending
)
, pending_number as (
    select payer_key, number, min(payment_date) as reversed_on
    from number
    where number <> ''
    group by payer_key, number
)
, claim as (
    select
        remittance_id
      , claim_no
      , paid
      , patient_control_number
      , payer_claim_control_number
      , original_claim_control_number
    from claim_payment
    where claim_status not in ('22', '23', '25')
      and paid > 0
      and (
            patient_control_number in (select number from pending_number)
            or payer_claim_control_number in (select number from pending_number)
            or original_claim_control_number in (select number from pending_number)
        )
)
, written_number as (
    select
        remittance_id
      , claim_no
      , unnest([patient_control_number, payer_claim_control_number, original_claim_control_number]) as number
    from claim
)
, after_reversal as (
    select distinct written_number.remittance_id, written_number.claim_no
    from written_number
    join posted_remittance on posted_remittance.remittance_id = written_number.remittance_id
    join pending_number
      on pending_number.payer_key = posted_remittance.payer_key
     and pending_number.number = written_number.number
     and pending_number.reversed_on < posted_remittance.payment_date
)
select
    claim.remittance_id
  , claim.claim_no
  , claim.paid
  , coalesce(claim.patient_control_number, '') as patient_control_number
  , coalesce(claim.payer_claim_control_number, '') as payer_claim_control_number
  , coalesce(claim.original_claim_control_number, '') as original_claim_control_number
from claim
join after_reversal
  on after_reversal.remittance_id = claim.remittance_id and after_reversal.claim_no = claim.claim_no
left join takeback
  on takeback.remittance_id = claim.remittance_id and takeback.correction_claim_no = claim.claim_no
where takeback.remittance_id is null;
comment on table later_payment is 'One row per claim paid after a reversal that came without its correction.';
comment on column later_payment.remittance_id is 'The remittance that pays it.';
comment on column later_payment.claim_no is 'The claim payment.';
comment on column later_payment.paid is 'CLP04, USD.';
comment on column later_payment.patient_control_number is 'CLP01.';
comment on column later_payment.payer_claim_control_number is 'CLP07.';
comment on column later_payment.original_claim_control_number is 'REF*F8.';
