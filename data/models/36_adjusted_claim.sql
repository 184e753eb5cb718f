-- One row per recovery or settlement whose reference is the number of one paid claim, or holds it, and names no reversal or letter.
create or replace table adjusted_claim as
with adjusted as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , provider_adjustment.remittance_id
      , provider_adjustment.adjustment_no
      , abs(provider_adjustment.amount) as amount
      , upper(regexp_replace(provider_adjustment.reference, '[^\p{L}\p{N}]', '', 'g'))[:80] as bare
    from provider_adjustment
    join posted_remittance on posted_remittance.remittance_id = provider_adjustment.remittance_id
    left join plb_reason on plb_reason.code = provider_adjustment.reason_code
    where provider_adjustment.amount <> 0
      and (plb_reason.class in ('recoupment', 'settlement') or provider_adjustment.reason_code = 'CS')
      and regexp_matches(provider_adjustment.reference, '[0-9]')
)
, written as (
    select unnest([payer_claim_control_number, patient_control_number]) as number from takeback
    union
    select unnest([letter_number, reference, payer_claim_control_number, patient_control_number]) from current_notice
)
, known_name as (
    select distinct normalised(number) as name
    from written
)
-- Most references are numbers of a reversal or letter: the replay knows those, and to look for them would only cost.
, reference as (
    select adjusted.*
    from adjusted
    left join known_name on known_name.name = ltrim(adjusted.bare, '0')
    where known_name.name is null
)
, part_of_length as (
    select reference.*, unnest(range(6, length(reference.bare))) as part_length
    from reference
)
, part as (
    select part_of_length.*, unnest(range(1, length(bare) - part_length + 2)) as part_start
    from part_of_length
)
, wanted as (
    select payer_key, payment_date, remittance_id, adjustment_no, amount, ltrim(bare, '0') as name, true as is_whole
    from reference
    union
    select
        payer_key
      , payment_date
      , remittance_id
      , adjustment_no
      , amount
      , ltrim(substring(bare, part_start, part_length), '0')
      , false
    from part
)
-- By number first: by payer first, every number of a payer would meet every remittance of it.
, found as materialized (
    select
        wanted.*
      , claim_number.remittance_id as claim_remittance_id
      , claim_number.claim_no
      , claim_number.is_account
    from claim_number
    join wanted on wanted.name = claim_number.name
    where wanted.is_whole or length(wanted.name) >= 6
)
-- A claim paid later, or paid less than is taken, is not what was meant.
, possible as (
    select
        found.*
      -- Only an account that is named is known to have no other claim.
      , case when found.is_account then claim_payment.patient_control_number end as patient_control_number
      , coalesce(
            claim_payment.original_claim_control_number, claim_payment.payer_claim_control_number
        ) as payer_claim_control_number
    from found
    join claim_payment
      on claim_payment.remittance_id = found.claim_remittance_id and claim_payment.claim_no = found.claim_no
    join posted_remittance
      on posted_remittance.remittance_id = found.claim_remittance_id
     and posted_remittance.payer_key = found.payer_key
     and posted_remittance.payment_date <= found.payment_date
    where claim_payment.paid >= found.amount
      and (not found.is_account or claim_payment.patient_control_number <> '0')
)
, longest as (
    select *
    from possible
    qualify rank() over (
        partition by remittance_id, adjustment_no order by is_whole desc, length(name) desc
    ) = 1
)
-- A number that several claims bear says nothing about which of them is meant.
select
    remittance_id
  , adjustment_no
  , bool_or(is_whole) as is_whole
  , max(payer_claim_control_number) as payer_claim_control_number
  , max(patient_control_number) as patient_control_number
from longest
group by remittance_id, adjustment_no
having count(distinct (name, payer_claim_control_number)) = 1;
comment on table adjusted_claim is 'One row per recovery or settlement whose reference is the number of one paid claim, or holds it, and names no reversal or letter.';
comment on column adjusted_claim.is_whole is 'True where the reference is the number, false where it holds it.';
comment on column adjusted_claim.payer_claim_control_number is 'CLP07 of the claim, of the original where it was re-processed.';
comment on column adjusted_claim.patient_control_number is 'CLP01 of the claim, where the reference gives it.';
