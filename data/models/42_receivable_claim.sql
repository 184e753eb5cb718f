-- One row per receivable whose claim is known: from its reversal, else found by one of its names.
create or replace table receivable_claim as
with by_name as (
    select
        replayed_receivable.receivable_id
      , payer_claim_name.remittance_id
      , payer_claim_name.claim_no
      , replayed_name.tier
    from replayed_receivable
    join replayed_name on replayed_name.receivable_id = replayed_receivable.receivable_id
    join payer_claim_name
      on payer_claim_name.payer_key = replayed_name.payer_key and payer_claim_name.name = replayed_name.name
    where replayed_receivable.claim_no is null
    qualify row_number() over (
        partition by replayed_receivable.receivable_id
        order by replayed_name.tier, length(replayed_name.name) desc, replayed_name.name
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
