-- One row per recovery or settlement whose reference is the number of one paid claim, or holds it, and names no letter and no reversal until then.
create or replace table adjusted_claim as
with adjusted as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , provider_adjustment.remittance_id
      , provider_adjustment.adjustment_no
      , abs(provider_adjustment.amount) as amount
      , provider_adjustment.reference as printed
      , bare(provider_adjustment.reference)[:80] as bare
    from provider_adjustment
    join posted_remittance on posted_remittance.remittance_id = provider_adjustment.remittance_id
    left join plb_reason on plb_reason.code = provider_adjustment.reason_code
    where provider_adjustment.amount <> 0
      and (plb_reason.class in ('recoupment', 'settlement') or provider_adjustment.reason_code = 'CS')
      and regexp_matches(provider_adjustment.reference, '[0-9]')
)
, written as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , unnest([takeback.payer_claim_control_number, takeback.patient_control_number]) as number
    from takeback
    join posted_remittance on posted_remittance.remittance_id = takeback.remittance_id
    union
    select
        payer_key
      , null
      , unnest([letter_number, reference, payer_claim_control_number, patient_control_number])
    from current_notice
)
, known_name as (
    select payer_key, normalised(number) as name, min(coalesce(payment_date, '-infinity'::date)) as known_from
    from written
    group by 1, 2
)
-- Most references are numbers of a reversal or letter: the replay knows those, and to look for them would only cost.
, reference as materialized (
    select adjusted.*, ltrim(adjusted.bare, '0') as name
    from adjusted
    left join known_name
      on known_name.name = ltrim(adjusted.bare, '0')
     and known_name.payer_key = adjusted.payer_key
     and known_name.known_from <= adjusted.payment_date
    where known_name.name is null
      and ltrim(adjusted.bare, '0') <> ''
)
-- A claim paid less than is taken, or paid later, is not what was meant.
-- By number first: by payer first, every number of a payer would meet every remittance of it.
, bears_whole as materialized (
    select
        reference.* exclude (bare, printed)
      , claim_number.remittance_id as claim_remittance_id
      , claim_number.claim_no
      , claim_number.is_account
    from claim_number
    join reference on reference.name = claim_number.name
    where claim_number.paid >= reference.amount
)
, whole as (
    select bears_whole.*
    from bears_whole
    join posted_remittance
      on posted_remittance.remittance_id = bears_whole.claim_remittance_id
     and posted_remittance.payer_key = bears_whole.payer_key
     and posted_remittance.payment_date <= bears_whole.payment_date
)
, named as (
    select distinct remittance_id, adjustment_no from whole
)
, part_of_length as (
    select
        reference.* exclude (name, printed)
      , [
            ltrim(run, '0')
            for run in list_concat(
                regexp_extract_all(reference.printed, '[0-9]+'), regexp_extract_all(reference.bare, '[0-9]+')
            )
        ] as alone
      , unnest(range(6, length(reference.bare))) as part_length
    from reference
    left join named
      on named.remittance_id = reference.remittance_id and named.adjustment_no = reference.adjustment_no
    where named.remittance_id is null
)
, part_at as (
    select part_of_length.*, unnest(range(1, length(bare) - part_length + 2)) as part_start
    from part_of_length
)
, part as (
    select distinct
        payer_key
      , payment_date
      , remittance_id
      , adjustment_no
      , amount
      , ltrim(substring(bare, part_start, part_length), '0') as name
    from part_at
    -- A short number in the middle of more digits is there by chance: it has to stand alone, in either spelling.
    where length(name) >= 8 or not regexp_full_match(name, '[0-9]+') or list_contains(alone, name)
)
, bears_part as materialized (
    select
        part.*
      , claim_number.remittance_id as claim_remittance_id
      , claim_number.claim_no
      , claim_number.is_account
    from claim_number
    join part on part.name = claim_number.name
    where length(part.name) >= 6
      and claim_number.paid >= part.amount
)
, possible as (
    select *, true as is_whole
    from whole
    union all
    select bears_part.*, false
    from bears_part
    join posted_remittance
      on posted_remittance.remittance_id = bears_part.claim_remittance_id
     and posted_remittance.payer_key = bears_part.payer_key
     and posted_remittance.payment_date <= bears_part.payment_date
)
, longest as (
    select
        possible.remittance_id
      , possible.adjustment_no
      , possible.name
      , possible.is_whole
      -- Only an account that is named is known to have no other claim.
      , case when possible.is_account then claim_payment.patient_control_number end as patient_control_number
      , coalesce(
            claim_payment.original_claim_control_number, claim_payment.payer_claim_control_number
        ) as payer_claim_control_number
    from possible
    join claim_payment
      on claim_payment.remittance_id = possible.claim_remittance_id and claim_payment.claim_no = possible.claim_no
    qualify rank() over (
        partition by possible.remittance_id, possible.adjustment_no order by length(possible.name) desc
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
comment on table adjusted_claim is 'One row per recovery or settlement whose reference is the number of one paid claim, or holds it, and names no letter and no reversal until then.';
comment on column adjusted_claim.is_whole is 'True where the reference is the number, false where it holds it.';
comment on column adjusted_claim.payer_claim_control_number is 'CLP07 of the claim, of the original where it was re-processed.';
comment on column adjusted_claim.patient_control_number is 'CLP01 of the claim, where the reference gives it.';
