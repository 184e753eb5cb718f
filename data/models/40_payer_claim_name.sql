-- One row per payer and number that names an item or an appeal: the claim payment it is, the latest one that is no reversal.
create or replace table payer_claim_name as
with written as (
    select payer_key, name
    from replayed_name
    where tier = 2
    union all
    select payer_key, normalised(payer_claim_control_number) from current_appeal_part
    union all
    select payer_key, normalised(patient_control_number) from current_appeal_part
)
, wanted as (
    select distinct payer_key, name
    from written
    where length(name) > 0
)
-- By number first: by payer first, every number of a payer would meet every remittance of it.
, found as materialized (
    select wanted.payer_key, wanted.name, claim_number.remittance_id, claim_number.claim_no
    from claim_number
    join wanted on wanted.name = claim_number.name
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
