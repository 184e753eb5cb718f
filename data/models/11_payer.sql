-- One row per payer.
create or replace table payer as
with remitted_name as (
    select payer_alias.payer_key, remittance.payer_name as name, count(*) as remittances
    from remittance
    join payer_alias
      on payer_alias.payer_name = coalesce(remittance.payer_name, '')
     and payer_alias.payer_id = coalesce(remittance.payer_id, '')
    group by 1, 2
)
, display_name as (
    select payer_key, name
    from remitted_name
    where name is not null
    qualify row_number() over (partition by payer_key order by remittances desc, name) = 1
)
, plan as (
    select payer_alias.payer_key, coalesce(plan_type.plan_type, 'Other') as plan_type
    from claim_payment
    join remittance on remittance.remittance_id = claim_payment.remittance_id
    join payer_alias
      on payer_alias.payer_name = coalesce(remittance.payer_name, '')
     and payer_alias.payer_id = coalesce(remittance.payer_id, '')
    left join plan_type on plan_type.filing_indicator = claim_payment.filing_indicator
    group by 1, 2
    qualify row_number() over (partition by payer_alias.payer_key order by count(*) desc, 2) = 1
)
select
    payer_alias.payer_key
  , coalesce(any_value(display_name.name), nullif(min(payer_alias.payer_name), ''), 'Unknown payer') as name
  , coalesce(max(nullif(payer_alias.payer_id, '')), '') as payer_id
  , coalesce(any_value(plan.plan_type), 'Other') as plan_type
from payer_alias
left join display_name on display_name.payer_key = payer_alias.payer_key
left join plan on plan.payer_key = payer_alias.payer_key
group by payer_alias.payer_key;
comment on table payer is 'One row per payer.';
comment on column payer.payer_key is 'Name in upper case, letters and digits only.';
comment on column payer.name is 'Name as most often printed on its remittances.';
comment on column payer.payer_id is 'One identifier it uses; empty when none is known.';
comment on column payer.plan_type is 'Plan type of most of its claims.';
