-- One row per reversal (claim status 22) on a posted remittance, with the correction printed in the same remittance, if any.
create or replace table takeback as
with reversal as (
    select
        claim_payment.remittance_id
      , claim_payment.claim_no
      , coalesce(claim_payment.paid, 0) as paid
      , coalesce(nullif(claim_payment.patient_control_number, '0'), '') as patient_control_number
      , coalesce(claim_payment.payer_claim_control_number, '') as payer_claim_control_number
      , coalesce(claim_payment.original_claim_control_number, '') as original_claim_control_number
      , row_number() over (
            partition by claim_payment.remittance_id, coalesce(claim_payment.payer_claim_control_number, '')
            order by claim_payment.claim_no
        ) as nth_of_control_number
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    where claim_payment.claim_status = '22'
)
, reversed_number as (
    select distinct remittance_id, payer_claim_control_number as number
    from reversal
    where payer_claim_control_number <> ''
)
, reversed_account as (
    select distinct remittance_id, patient_control_number as number
    from reversal
    where patient_control_number <> ''
)
-- Claims that could correct a reversal: every other status but "not our claim" and "predetermination".
, other_claim as (
    select
        remittance_id
      , claim_no
      , coalesce(paid, 0) as paid
      , coalesce(nullif(patient_control_number, '0'), '') as patient_control_number
      , coalesce(payer_claim_control_number, '') as payer_claim_control_number
      , coalesce(original_claim_control_number, '') as original_claim_control_number
      , coalesce(nullif(original_claim_control_number, ''), payer_claim_control_number) as corrects
    from claim_payment
    where claim_status not in ('22', '23', '25')
)
, candidate as (
    select other_claim.*
    from other_claim
    left join reversed_number
      on reversed_number.remittance_id = other_claim.remittance_id
     and reversed_number.number = other_claim.corrects
    left join reversed_account
      on reversed_account.remittance_id = other_claim.remittance_id
     and reversed_account.number = other_claim.patient_control_number
    where reversed_number.number is not null or reversed_account.number is not null
)
, numbered_candidate as (
    select
        *
      , row_number() over (partition by remittance_id, corrects order by claim_no) as nth_of_control_number
    from candidate
)
, by_control_number as (
    select reversal.remittance_id, reversal.claim_no as reversal_claim_no, numbered_candidate.claim_no as correction_claim_no
    from reversal
    join numbered_candidate
      on numbered_candidate.remittance_id = reversal.remittance_id
     and numbered_candidate.corrects = reversal.payer_claim_control_number
     and numbered_candidate.nth_of_control_number = reversal.nth_of_control_number
    where reversal.payer_claim_control_number <> ''
)
, reversal_left as (
    select
        reversal.remittance_id
      , reversal.claim_no
      , reversal.patient_control_number
      , row_number() over (
            partition by reversal.remittance_id, reversal.patient_control_number order by reversal.claim_no
        ) as nth_of_account
    from reversal
    left join by_control_number
      on by_control_number.remittance_id = reversal.remittance_id
     and by_control_number.reversal_claim_no = reversal.claim_no
    where by_control_number.remittance_id is null
      and reversal.patient_control_number <> ''
)
, candidate_left as (
    select
        candidate.remittance_id
      , candidate.claim_no
      , candidate.patient_control_number
      , row_number() over (
            partition by candidate.remittance_id, candidate.patient_control_number order by candidate.claim_no
        ) as nth_of_account
    from candidate
    left join by_control_number
      on by_control_number.remittance_id = candidate.remittance_id
     and by_control_number.correction_claim_no = candidate.claim_no
    where by_control_number.remittance_id is null
)
, by_account as (
    select reversal_left.remittance_id, reversal_left.claim_no as reversal_claim_no, candidate_left.claim_no as correction_claim_no
    from reversal_left
    join candidate_left
      on candidate_left.remittance_id = reversal_left.remittance_id
     and candidate_left.patient_control_number = reversal_left.patient_control_number
     and candidate_left.nth_of_account = reversal_left.nth_of_account
)
, pair as (
    select *, 'payer claim control number' as pair_method from by_control_number
    union all
    select *, 'patient control number' from by_account
)
select
    reversal.remittance_id
  , reversal.claim_no as reversal_claim_no
  , correction.claim_no as correction_claim_no
  , reversal.paid as reversal_paid
  , coalesce(correction.paid, 0) as correction_paid
  , reversal.paid + coalesce(correction.paid, 0) as delta
  , reversal.patient_control_number
  , reversal.payer_claim_control_number
  , coalesce(correction.payer_claim_control_number, '') as corrected_claim_control_number
  , coalesce(
        nullif(reversal.original_claim_control_number, ''), correction.original_claim_control_number, ''
    ) as original_claim_control_number
  , coalesce(pair.pair_method, 'correction pending') as pair_method
from reversal
left join pair
  on pair.remittance_id = reversal.remittance_id and pair.reversal_claim_no = reversal.claim_no
left join candidate as correction
  on correction.remittance_id = pair.remittance_id and correction.claim_no = pair.correction_claim_no;
comment on table takeback is 'One row per reversal on a posted remittance, with its correction.';
comment on column takeback.remittance_id is 'The remittance.';
comment on column takeback.reversal_claim_no is 'The claim payment with status 22.';
comment on column takeback.correction_claim_no is 'Its correction in the same remittance; null while none is seen.';
comment on column takeback.reversal_paid is 'CLP04 of the reversal, USD.';
comment on column takeback.correction_paid is 'CLP04 of the correction, USD; 0 without one.';
comment on column takeback.delta is 'correction_paid + reversal_paid, USD; negative = taken back, positive = paid more.';
comment on column takeback.patient_control_number is 'CLP01 of the reversal.';
comment on column takeback.payer_claim_control_number is 'CLP07 of the reversal.';
comment on column takeback.corrected_claim_control_number is 'CLP07 of the correction.';
comment on column takeback.original_claim_control_number is 'REF*F8 of the reversal, else of the correction.';
comment on column takeback.pair_method is 'What tied the pair; "correction pending" without one.';
