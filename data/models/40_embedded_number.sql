-- One row per receivable without a claim and number that may stand inside one of its names.
create or replace temp view embedded_number as
with part_of_length as (
    select receivable_id, payer_key, name, unnest(range(6, length(name))) as part_length
    from replayed_name
    where tier = 3
)
, part as (
    select
        receivable_id
      , payer_key
      , name
      , part_length
      , unnest(range(1, length(name) - part_length + 2)) as part_start
    from part_of_length
)
, number as (
    select receivable_id, payer_key, ltrim(substring(name, part_start, part_length), '0') as name
    from part
)
select receivable_id, payer_key, 3 as tier, name
from number
where length(name) >= 6;
