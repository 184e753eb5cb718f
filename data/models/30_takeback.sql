-- One row per claim that corrects a reversal (claim status 22) of the same remittance.
create or replace table takeback_correction as
with reversal as (
    select
        claim_payment.remittance_id
      , claim_payment.claim_no
      , abs(claim_payment.charge) as charge
      , claim_payment.service_from
      , coalesce(nullif(claim_payment.patient_control_number, '0'), '') as patient_control_number
      , coalesce(claim_payment.payer_claim_control_number, '') as payer_claim_control_number
      , coalesce(claim_payment.original_claim_control_number, '') as original_claim_control_number
      , row_number() over (
            partition by claim_payment.remittance_id, coalesce(claim_payment.payer_claim_control_number, '')
            order by claim_payment.claim_no
        ) as nth
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    where claim_payment.claim_status = '22'
)
-- What a reversal is called: its own number before the one of the claim it replaced.
, reversed_number as (
    select remittance_id, payer_claim_control_number as number, payer_claim_control_number as reversed, 1 as preference
    from reversal
    where payer_claim_control_number <> ''
    group by remittance_id, payer_claim_control_number
    union all
    select remittance_id, original_claim_control_number, min(payer_claim_control_number), 2
    from reversal
    where payer_claim_control_number <> '' and original_claim_control_number <> ''
    group by remittance_id, original_claim_control_number
)
, reversed_account as (
    select distinct remittance_id, patient_control_number
    from reversal
    where patient_control_number <> ''
)
-- Claims that could correct a reversal: every other status but "not our claim" and "predetermination".
, written_number as (
    select remittance_id, claim_no, original_claim_control_number as number, 1 as preference
    from claim_payment
    where claim_status not in ('22', '23', '25') and original_claim_control_number is not null
    union all
    select remittance_id, claim_no, payer_claim_control_number, 2
    from claim_payment
    where claim_status not in ('22', '23', '25') and payer_claim_control_number is not null
)
, called as (
    select written_number.remittance_id, written_number.claim_no, reversed_number.reversed
    from written_number
    join reversed_number
      on reversed_number.remittance_id = written_number.remittance_id
     and reversed_number.number = written_number.number
    qualify row_number() over (
        partition by written_number.remittance_id, written_number.claim_no
        order by reversed_number.preference, written_number.preference, reversed_number.reversed
    ) = 1
)
, numbered as (
    select *, row_number() over (partition by remittance_id, reversed order by claim_no) as nth
    from called
)
, most as (
    select remittance_id, payer_claim_control_number as reversed, max(nth) as reversals
    from reversal
    where payer_claim_control_number <> ''
    group by remittance_id, payer_claim_control_number
)
-- First with first; what is more than the reversals corrects the last of them: a claim may be split.
, by_number as (
    select numbered.remittance_id, numbered.claim_no, reversal.claim_no as reversal_claim_no
    from numbered
    join most on most.remittance_id = numbered.remittance_id and most.reversed = numbered.reversed
    join reversal
      on reversal.remittance_id = numbered.remittance_id
     and reversal.payer_claim_control_number = numbered.reversed
     and reversal.nth = least(numbered.nth, most.reversals)
)
, reversal_left as (
    select reversal.*
    from reversal
    left join numbered
      on numbered.remittance_id = reversal.remittance_id
     and numbered.reversed = reversal.payer_claim_control_number
    where numbered.remittance_id is null and reversal.patient_control_number <> ''
)
, claim_left as (
    select
        claim_payment.remittance_id
      , claim_payment.claim_no
      , abs(claim_payment.charge) as charge
      , claim_payment.service_from
      , claim_payment.patient_control_number
    from claim_payment
    join reversed_account
      on reversed_account.remittance_id = claim_payment.remittance_id
     and reversed_account.patient_control_number = claim_payment.patient_control_number
    left join called
      on called.remittance_id = claim_payment.remittance_id and called.claim_no = claim_payment.claim_no
    where claim_payment.claim_status not in ('22', '23', '25') and called.remittance_id is null
)
-- An account may have several claims: what differs in charge and in day of service is another one.
, same_account as (
    select
        reversal_left.remittance_id
      , claim_left.claim_no
      , reversal_left.claim_no as reversal_claim_no
      , coalesce(claim_left.charge <> reversal_left.charge, false)::integer
        + coalesce(claim_left.service_from <> reversal_left.service_from, false)::integer as differences
    from reversal_left
    join claim_left
      on claim_left.remittance_id = reversal_left.remittance_id
     and claim_left.patient_control_number = reversal_left.patient_control_number
)
, first_with_first as (
    select *
    from same_account
    where differences < 2
    qualify row_number() over (partition by remittance_id, reversal_claim_no order by differences, claim_no)
          = row_number() over (partition by remittance_id, claim_no order by differences, reversal_claim_no)
)
, by_account as (
    select remittance_id, claim_no, min(reversal_claim_no) as reversal_claim_no
    from first_with_first
    group by remittance_id, claim_no
)
, pair as (
    select *, 'payer claim control number' as pair_method from by_number
    union all
    select remittance_id, min(claim_no), reversal_claim_no, 'patient control number'
    from by_account
    group by remittance_id, reversal_claim_no
)
select
    pair.remittance_id
  , pair.claim_no
  , pair.reversal_claim_no
  , coalesce(claim_payment.paid, 0) as paid
  , pair.pair_method
from pair
join claim_payment
  on claim_payment.remittance_id = pair.remittance_id and claim_payment.claim_no = pair.claim_no;
comment on table takeback_correction is 'One row per claim that corrects a reversal of the same remittance.';
comment on column takeback_correction.claim_no is 'The claim payment that corrects.';
comment on column takeback_correction.reversal_claim_no is 'The reversal: the first with the first of one number; a split claim has several corrections.';
comment on column takeback_correction.paid is 'CLP04 of the correction, USD.';
comment on column takeback_correction.pair_method is 'What tied the two.';

-- One row per reversal on a posted remittance, with what its corrections in the same remittance pay, if there are any.
create or replace table takeback as
with reversal as (
    select
        claim_payment.remittance_id
      , claim_payment.claim_no
      , coalesce(claim_payment.paid, 0) as paid
      , coalesce(nullif(claim_payment.patient_control_number, '0'), '') as patient_control_number
      , coalesce(claim_payment.payer_claim_control_number, '') as payer_claim_control_number
      , coalesce(claim_payment.original_claim_control_number, '') as original_claim_control_number
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    where claim_payment.claim_status = '22'
)
, own as (
    select
        remittance_id
      , reversal_claim_no
      , min(claim_no) as claim_no
      , sum(paid) as paid
      , count(*) as corrections
      , min(pair_method) as pair_method
    from takeback_correction
    group by remittance_id, reversal_claim_no
)
, side_by_side as (
    select
        reversal.*
      , own.claim_no as correction_claim_no
      , coalesce(own.paid, 0) as own_paid
      , own.pair_method
      , reversal.payer_claim_control_number <> '' and coalesce(
            count(*) over same_number <> sum(own.corrections) over same_number
            and min(own.pair_method) over same_number = 'payer claim control number'
          , false
        ) as shares
      , sum(own.paid) over same_number as paid_together
      , coalesce(sum(greatest(-reversal.paid, 0)) over (
            partition by reversal.remittance_id, reversal.payer_claim_control_number
            order by reversal.claim_no
            rows between unbounded preceding and 1 preceding
        ), 0) as reversed_before
      , max(reversal.claim_no) over same_number = reversal.claim_no as is_last
      , max(own.claim_no) over same_number as last_correction
    from reversal
    left join own
      on own.remittance_id = reversal.remittance_id and own.reversal_claim_no = reversal.claim_no
    window same_number as (partition by reversal.remittance_id, reversal.payer_claim_control_number)
)
-- Fewer corrections than reversals of one number pay for the first of them as much as it took, then for the next.
, paired as (
    select
        *
      , case
            when not shares then own_paid
            when is_last then paid_together - least(greatest(paid_together, 0), reversed_before)
            else least(greatest(paid_together - reversed_before, 0), greatest(-paid, 0))
        end as correction_paid
    from side_by_side
)
, counted as (
    select
        * replace (
            case
                when correction_claim_no is not null then correction_claim_no
                when shares and correction_paid <> 0 then last_correction
            end as correction_claim_no
        )
    from paired
)
select
    counted.remittance_id
  , counted.claim_no as reversal_claim_no
  , counted.correction_claim_no
  , counted.paid as reversal_paid
  , cast(counted.correction_paid as decimal(18, 2)) as correction_paid
  , cast(counted.paid + counted.correction_paid as decimal(18, 2)) as delta
  , counted.patient_control_number
  , counted.payer_claim_control_number
  , coalesce(correction.payer_claim_control_number, '') as corrected_claim_control_number
  , coalesce(
        nullif(counted.original_claim_control_number, ''), correction.original_claim_control_number, ''
    ) as original_claim_control_number
  , case
        when counted.correction_claim_no is null then 'correction pending'
        else coalesce(counted.pair_method, 'payer claim control number')
    end as pair_method
from counted
left join claim_payment as correction
  on correction.remittance_id = counted.remittance_id and correction.claim_no = counted.correction_claim_no;
comment on table takeback is 'One row per reversal on a posted remittance, with its correction.';
comment on column takeback.remittance_id is 'The remittance.';
comment on column takeback.reversal_claim_no is 'The claim payment with status 22.';
comment on column takeback.correction_claim_no is 'Its correction in the same remittance, the first of several; null while none is seen.';
comment on column takeback.reversal_paid is 'CLP04 of the reversal, USD.';
comment on column takeback.correction_paid is 'What its corrections pay, USD; 0 without one.';
comment on column takeback.delta is 'correction_paid + reversal_paid, USD; negative = taken back, positive = paid more.';
comment on column takeback.patient_control_number is 'CLP01 of the reversal.';
comment on column takeback.payer_claim_control_number is 'CLP07 of the reversal.';
comment on column takeback.corrected_claim_control_number is 'CLP07 of the correction.';
comment on column takeback.original_claim_control_number is 'REF*F8 of the reversal, else of the correction.';
comment on column takeback.pair_method is 'What tied the pair; "correction pending" without one.';
