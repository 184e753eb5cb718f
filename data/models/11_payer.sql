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
, listing as (
    select
        payer_alias.payer_key
      , nullif(payer_listing.group_name, '') as group_name
      , coalesce(known.plan_type, nullif(payer_listing.plan_type, '')) as plan_type
    from payer_listing
    join payer_alias
      on payer_alias.payer_name = payer_listing.name
     and payer_alias.payer_id = coalesce(payer_listing.payer_id, '')
    left join (select distinct plan_type from plan_type) as known
      on lower(known.plan_type) = lower(trim(payer_listing.plan_type))
    qualify row_number() over (
        partition by payer_alias.payer_key order by payer_listing.load_id desc, payer_listing.row_number
    ) = 1
)
select
    payer_alias.payer_key
  , coalesce(any_value(listing.group_name), any_value(display_name.name), nullif(min(payer_alias.payer_name), ''), 'Unknown payer') as name
  , coalesce(max(nullif(payer_alias.payer_id, '')), '') as payer_id
  , coalesce(any_value(listing.plan_type), any_value(plan.plan_type), 'Other') as plan_type
from payer_alias
left join display_name on display_name.payer_key = payer_alias.payer_key
left join plan on plan.payer_key = payer_alias.payer_key
left join listing on listing.payer_key = payer_alias.payer_key
-- A name that only a payer list has is no payer yet.
where payer_alias.payer_key in (
    select used.payer_key
    from payer_alias as used
    join (
        select payer_name, payer_id from remittance
        union
        select payer_name, payer_id from offset_notice
        union
        select payer_name, payer_id from appeal
    ) as source
      on used.payer_name = coalesce(source.payer_name, '')
     and used.payer_id = coalesce(source.payer_id, '')
)
group by payer_alias.payer_key;
comment on table payer is 'One row per payer.';
comment on column payer.payer_key is 'Name in upper case, letters and digits only.';
comment on column payer.name is 'Name as a payer list has it for several names, else as most often printed on its remittances.';
comment on column payer.payer_id is 'One identifier it uses; empty when none is known.';
comment on column payer.plan_type is 'Plan type as a payer list has it, else of most of its claims.';
