-- One row per claim paid after a reversal that left nothing to reverse: the late correction, or money come back.
create or replace table later_payment as
with reversed as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , takeback.payer_claim_control_number
      , takeback.corrected_claim_control_number
      , case when takeback.correction_claim_no is null then takeback.patient_control_number end as account
    from takeback
    join posted_remittance on posted_remittance.remittance_id = takeback.remittance_id
    where takeback.correction_claim_no is null
       or (takeback.correction_paid = 0 and takeback.delta < 0)
)
, number as (
    select payer_key, payment_date, payer_claim_control_number as number from reversed
    union all
    select payer_key, payment_date, corrected_claim_control_number from reversed
    union all
    select reversed.payer_key, reversed.payment_date, reversed.account
    from reversed
    left join shared_account
      on shared_account.payer_key = reversed.payer_key and shared_account.account = reversed.account
    where reversed.account is not null and shared_account.account is null
)
, reversed_number as materialized (
    select payer_key, number, min(payment_date) as reversed_on
    from number
    where number <> ''
    group by payer_key, number
)
, claim as materialized (
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
            patient_control_number in (select number from reversed_number)
            or payer_claim_control_number in (select number from reversed_number)
            or original_claim_control_number in (select number from reversed_number)
        )
)
, written_number as (
    select
        remittance_id
      , claim_no
      , unnest([patient_control_number, payer_claim_control_number, original_claim_control_number]) as number
    from claim
)
-- By number first: by payer first, every number of a payer would meet every remittance of it.
, numbered as materialized (
    select
        written_number.remittance_id
      , written_number.claim_no
      , reversed_number.payer_key
      , reversed_number.reversed_on
    from written_number
    join reversed_number on reversed_number.number = written_number.number
)
, after_reversal as (
    select distinct numbered.remittance_id, numbered.claim_no, numbered.payer_key
    from numbered
    join posted_remittance
      on posted_remittance.remittance_id = numbered.remittance_id
     and posted_remittance.payer_key = numbered.payer_key
     and posted_remittance.payment_date > numbered.reversed_on
)
select
    claim.remittance_id
  , claim.claim_no
  , claim.paid
  , case when shared_account.account is null then coalesce(claim.patient_control_number, '') else '' end as account
  , coalesce(claim.payer_claim_control_number, '') as payer_claim_control_number
  , coalesce(claim.original_claim_control_number, '') as original_claim_control_number
from claim
join after_reversal
  on after_reversal.remittance_id = claim.remittance_id and after_reversal.claim_no = claim.claim_no
left join shared_account
  on shared_account.payer_key = after_reversal.payer_key
 and shared_account.account = claim.patient_control_number
left join takeback_correction
  on takeback_correction.remittance_id = claim.remittance_id and takeback_correction.claim_no = claim.claim_no
left join early_correction
  on early_correction.remittance_id = claim.remittance_id and early_correction.claim_no = claim.claim_no
where takeback_correction.remittance_id is null and early_correction.remittance_id is null;
comment on table later_payment is 'One row per claim paid after a reversal that came without its correction, or with one that pays nothing.';
comment on column later_payment.remittance_id is 'The remittance that pays it.';
comment on column later_payment.claim_no is 'The claim payment.';
comment on column later_payment.paid is 'CLP04, USD.';
comment on column later_payment.account is 'CLP01, where it names this claim only.';
comment on column later_payment.payer_claim_control_number is 'CLP07.';
comment on column later_payment.original_claim_control_number is 'REF*F8.';
