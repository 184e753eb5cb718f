-- One row per payer and number that names an item or an appeal: the claim payment it is, the latest one that is no reversal.
create or replace table payer_claim_name as
with wanted as (
    select distinct payer_key, name
    from replayed_name
    union
    select payer_key, ltrim(upper(regexp_replace(payer_claim_control_number, '[^\p{L}\p{N}]', '', 'g')), '0')
    from current_appeal
    where payer_claim_control_number is not null
    union
    select payer_key, ltrim(upper(regexp_replace(patient_control_number, '[^\p{L}\p{N}]', '', 'g')), '0')
    from current_appeal
    where patient_control_number is not null
)
, named_claim as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , claim_payment.remittance_id
      , claim_payment.claim_no
      , ltrim(upper(regexp_replace(claim_payment.payer_claim_control_number, '[^\p{L}\p{N}]', '', 'g')), '0') as name
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    where claim_payment.claim_status <> '22'
    union all
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , claim_payment.remittance_id
      , claim_payment.claim_no
      , ltrim(upper(regexp_replace(claim_payment.patient_control_number, '[^\p{L}\p{N}]', '', 'g')), '0')
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    where claim_payment.claim_status <> '22'
)
select
    named_claim.payer_key
  , named_claim.name
  , named_claim.remittance_id
  , named_claim.claim_no
from named_claim
join wanted on wanted.payer_key = named_claim.payer_key and wanted.name = named_claim.name
where named_claim.name <> ''
qualify row_number() over (
    partition by named_claim.payer_key, named_claim.name
    order by named_claim.payment_date desc, named_claim.remittance_id, named_claim.claim_no
) = 1;
comment on table payer_claim_name is 'One row per payer and number that names an item or an appeal, with the claim payment it is.';
