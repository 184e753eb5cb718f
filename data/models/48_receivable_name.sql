-- One row per receivable and name a reference may call it by, in the spelling in which all sources are compared.
create or replace table receivable_name as
select receivable_id, payer_key, name
from replayed_name
where tier = 2;
comment on table receivable_name is 'One row per receivable and name a reference may call it by.';
