-- The rows in force of the exports that are sent again and again: the latest load of each notice, appeal level and provider.
create or replace table current_notice as
select
    offset_notice.*
  , payer_alias.payer_key
from offset_notice
join payer_alias
  on payer_alias.payer_name = offset_notice.payer_name
 and payer_alias.payer_id = coalesce(offset_notice.payer_id, '')
qualify row_number() over (
    partition by offset_notice.notice_id order by offset_notice.load_id desc, offset_notice.row_number desc
) = 1;
comment on table current_notice is 'One row per notice in force; columns as in offset_notice, with its payer_key.';

create or replace table current_appeal as
select
    appeal.*
  , payer_alias.payer_key
from appeal
join payer_alias
  on payer_alias.payer_name = appeal.payer_name
 and payer_alias.payer_id = coalesce(appeal.payer_id, '')
qualify row_number() over (
    partition by appeal.appeal_id order by appeal.load_id desc, appeal.row_number desc
) = 1;
comment on table current_appeal is 'One row per appeal level in force; columns as in appeal, with its payer_key.';

create or replace table current_provider as
select
    npi
  , coalesce(name, '') as name
  , coalesce(nullif(specialty, ''), 'Unassigned') as specialty
  , coalesce(nullif(facility, ''), 'Unassigned') as facility
from provider
qualify row_number() over (partition by npi order by load_id desc, row_number desc) = 1;
comment on table current_provider is 'One row per provider in force.';
