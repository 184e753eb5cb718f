-- One row per way a payer is written in any source: its name as written, its id, and the payer it stands for.
create or replace table payer_alias as
with written as (
    select payer_name, payer_id, true as on_remittance
    from remittance
    union
    select payer_name, payer_id, false
    from offset_notice
    union
    select payer_name, payer_id, false
    from appeal
    union
    select name, payer_id, false
    from payer_listing
)
, keyed as (
    select
        coalesce(payer_name, '') as payer_name
      , coalesce(payer_id, '') as payer_id
      , coalesce(
            nullif(bare(coalesce(payer_name, '')), '')
          , nullif(bare(coalesce(payer_id, '')), '')
          , 'UNKNOWNPAYER'
        ) as name_key
      , bool_or(on_remittance) as on_remittance
    from written
    group by 1, 2, 3
)
, remitting as (
    select name_key, payer_id
    from keyed
    where on_remittance
    group by 1, 2
)
-- A payer list says which name stands for another.
, listed as (
    select
        bare(name) as name_key
      , nullif(bare(coalesce(group_name, '')), '') as group_key
    from payer_listing
    qualify row_number() over (
        partition by bare(name) order by load_id desc, row_number desc
    ) = 1
)
-- A register may spell the payer its own way: its id then decides, where exactly one remitting payer has that id.
, by_id as (
    select payer_id, min(name_key) as name_key
    from remitting
    where payer_id <> ''
    group by payer_id
    having count(distinct name_key) = 1
)
, found as (
    select
        keyed.payer_name
      , keyed.payer_id
      , keyed.name_key
      , remitting.name_key is not null as is_remitting
      , case when remitting.name_key is null then coalesce(by_id.name_key, keyed.name_key) else keyed.name_key end as payer_key
    from keyed
    left join (select distinct name_key from remitting) as remitting on remitting.name_key = keyed.name_key
    left join by_id on by_id.payer_id = keyed.payer_id
)
-- The sheet beside that register may leave the id out: the name then decides, where ids tie it to exactly one payer.
, by_name as (
    select name_key, min(payer_key) as payer_key
    from found
    where payer_id <> ''
    group by name_key
    having count(distinct payer_key) = 1
)
, meant as (
    select
        found.payer_name
      , found.payer_id
      , case
            when found.payer_id = '' and not found.is_remitting
            then coalesce(by_name.payer_key, found.payer_key)
            else found.payer_key
        end as payer_key
    from found
    left join by_name on by_name.name_key = found.name_key
)
select
    meant.payer_name
  , meant.payer_id
  , coalesce(listed.group_key, meant.payer_key) as payer_key
from meant
left join listed on listed.name_key = meant.payer_key;
comment on table payer_alias is 'One row per way a payer is written in any source.';
comment on column payer_alias.payer_name is 'Name as written; empty when absent.';
comment on column payer_alias.payer_id is 'Identifier as written; empty when absent.';
comment on column payer_alias.payer_key is 'The payer meant: its name, or that it stands for by a payer list, in upper case, letters and digits only.';
