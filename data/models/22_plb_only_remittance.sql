-- One row per posted remittance that is known by its provider adjustments only: what was taken through claims cannot be seen.
create or replace table plb_only_remittance as
select posted_remittance.remittance_id, posted_remittance.payer_key
from posted_remittance
join remittance on remittance.remittance_id = posted_remittance.remittance_id
join load on load.load_id = remittance.load_id
where load.kind = 'remittance'
  and not exists (select 1 from claim_payment where claim_payment.remittance_id = posted_remittance.remittance_id);
comment on table plb_only_remittance is 'One row per posted remittance from a table without claims: its figures are PLB-visible only.';
comment on column plb_only_remittance.remittance_id is 'The remittance.';
comment on column plb_only_remittance.payer_key is 'Its payer.';
