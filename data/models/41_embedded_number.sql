-- One row per receivable that none of its names gives a claim, and number that may stand inside one of them.
-- A short number in the middle of more digits is there by chance: it has to stand alone, in either spelling.
create or replace temp table embedded_number as
with placed as (
    select distinct replayed_name.receivable_id
    from replayed_name
    join payer_claim_name
      on payer_claim_name.payer_key = replayed_name.payer_key and payer_claim_name.name = replayed_name.name
    where replayed_name.tier = 2
)
, unplaced as (
    select
        replayed_name.receivable_id
      , replayed_name.payer_key
      , replayed_name.name
      , [
            ltrim(run, '0')
            for run in list_concat(
                regexp_extract_all(replayed_receivable.reference, '[0-9]+')
              , regexp_extract_all(replayed_name.name, '[0-9]+')
            )
        ] as alone
    from replayed_name
    join replayed_receivable on replayed_receivable.receivable_id = replayed_name.receivable_id
    left join placed on placed.receivable_id = replayed_name.receivable_id
    where replayed_name.tier = 3
      and placed.receivable_id is null
)
, part_of_length as (
    select unplaced.*, unnest(range(6, length(name))) as part_length
    from unplaced
)
, part as (
    select part_of_length.*, unnest(range(1, length(name) - part_length + 2)) as part_start
    from part_of_length
)
, number as (
    select receivable_id, payer_key, alone, ltrim(substring(name, part_start, part_length), '0') as name
    from part
)
select distinct receivable_id, payer_key, name
from number
where length(name) >= 6
  and (length(name) >= 8 or not regexp_full_match(name, '[0-9]+') or list_contains(alone, name));
