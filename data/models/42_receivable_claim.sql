-- One row per receivable whose claim is known: from its reversal, else found by one of its names, else by a number inside one.
create or replace table receivable_claim as
with by_name as (
    select replayed_name.receivable_id, payer_claim_name.remittance_id, payer_claim_name.claim_no
    from replayed_name
    join replayed_receivable on replayed_receivable.receivable_id = replayed_name.receivable_id
    join payer_claim_name
      on payer_claim_name.payer_key = replayed_name.payer_key and payer_claim_name.name = replayed_name.name
    where replayed_name.tier = 2
      and replayed_receivable.claim_no is null
    qualify row_number() over (
        partition by replayed_name.receivable_id order by length(replayed_name.name) desc, replayed_name.name
    ) = 1
)
-- By number first, as for payer_claim_name.
, found_inside as materialized (
    select embedded_number.*, claim_number.remittance_id, claim_number.claim_no
    from claim_number
    join embedded_number on embedded_number.name = claim_number.name
)
, by_number_inside as (
    select found_inside.receivable_id, found_inside.remittance_id, found_inside.claim_no
    from found_inside
    join posted_remittance
      on posted_remittance.remittance_id = found_inside.remittance_id
     and posted_remittance.payer_key = found_inside.payer_key
    qualify row_number() over (
        partition by found_inside.receivable_id
        order by
            length(found_inside.name) desc
          , found_inside.name
          , posted_remittance.payment_date desc
          , found_inside.remittance_id
          , found_inside.claim_no
    ) = 1
)
select receivable_id, remittance_id, claim_no, correction_no, 0 as tier
from replayed_receivable
where claim_no is not null
union all
select receivable_id, remittance_id, claim_no, null, 2
from by_name
union all
select receivable_id, remittance_id, claim_no, null, 3
from by_number_inside;
comment on table receivable_claim is 'One row per receivable whose claim is known.';
comment on column receivable_claim.correction_no is 'The correction of its reversal in the same remittance, if any.';
comment on column receivable_claim.tier is '0 the claim itself, 2 one of its names, 3 a number inside its reference.';
