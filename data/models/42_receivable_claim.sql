-- One row per receivable whose claim is known: from its reversal, else found by one of its names.
create or replace table receivable_claim as
with name as (
    select replayed_name.receivable_id, replayed_name.payer_key, replayed_name.tier, replayed_name.name
    from replayed_name
    join replayed_receivable on replayed_receivable.receivable_id = replayed_name.receivable_id
    where replayed_name.tier = 2
      and replayed_receivable.claim_no is null
    union all
    select receivable_id, payer_key, tier, name
    from embedded_number
)
, by_name as (
    select name.receivable_id, payer_claim_name.remittance_id, payer_claim_name.claim_no, name.tier
    from name
    join payer_claim_name
      on payer_claim_name.payer_key = name.payer_key and payer_claim_name.name = name.name
    qualify row_number() over (
        partition by name.receivable_id order by name.tier, length(name.name) desc, name.name
    ) = 1
)
select receivable_id, remittance_id, claim_no, correction_no, 0 as tier
from replayed_receivable
where claim_no is not null
union all
select receivable_id, remittance_id, claim_no, null, tier
from by_name;
comment on table receivable_claim is 'One row per receivable whose claim is known.';
comment on column receivable_claim.correction_no is 'The correction of its reversal in the same remittance, if any.';
comment on column receivable_claim.tier is '0 the claim itself, 2 one of its names, 3 a number inside its reference.';
