-- One row per payer and number that names an item or an appeal: the claim payment it is, the latest one that is no reversal.
create or replace table payer_claim_name as
with written as (
    select payer_key, name
    from replayed_name
    where tier = 2
    union all
    select payer_key, name
    from embedded_number
    union all
    select payer_key, ltrim(upper(regexp_replace(payer_claim_control_number, '[^\p{L}\p{N}]', '', 'g')), '0')
    from current_appeal
    union all
    select payer_key, ltrim(upper(regexp_replace(patient_control_number, '[^\p{L}\p{N}]', '', 'g')), '0')
    from current_appeal
)
, wanted as (
    select distinct payer_key, name
    from written
    where length(name) > 0
)
, number as (
    select remittance_id, claim_no, payer_claim_control_number as number
    from claim_payment
    where claim_status <> '22'
    union all
    select remittance_id, claim_no, patient_control_number
    from claim_payment
    where claim_status <> '22'
)
-- Most numbers are spelled the common way already: to test for that costs less than to rewrite them.
, named_claim as (
    select
        remittance_id
      , claim_no
      , ltrim(
            case
                when regexp_full_match(number, '[0-9A-Z]*') then number
                else upper(regexp_replace(number, '[^\p{L}\p{N}]', '', 'g'))
            end
          , '0'
        ) as name
    from number
)
-- By number first: by payer first, every number of a payer would meet every remittance of it.
, found as materialized (
    select wanted.payer_key, wanted.name, named_claim.remittance_id, named_claim.claim_no
    from named_claim
    join wanted on wanted.name = named_claim.name
)
select
    found.payer_key
  , found.name
  , found.remittance_id
  , found.claim_no
from found
join posted_remittance
  on posted_remittance.remittance_id = found.remittance_id and posted_remittance.payer_key = found.payer_key
qualify row_number() over (
    partition by found.payer_key, found.name
    order by posted_remittance.payment_date desc, found.remittance_id, found.claim_no
) = 1;
comment on table payer_claim_name is 'One row per payer and number that names an item or an appeal, with the claim payment it is.';
