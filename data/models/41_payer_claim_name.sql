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
select
    wanted.payer_key
  , wanted.name
  , named_claim.remittance_id
  , named_claim.claim_no
from named_claim
join posted_remittance on posted_remittance.remittance_id = named_claim.remittance_id
join wanted on wanted.payer_key = posted_remittance.payer_key and wanted.name = named_claim.name
qualify row_number() over (
    partition by wanted.payer_key, wanted.name
    order by posted_remittance.payment_date desc, named_claim.remittance_id, named_claim.claim_no
) = 1;
comment on table payer_claim_name is 'One row per payer and number that names an item or an appeal, with the claim payment it is.';
