-- The rows in force of the exports that are sent again and again. A row of a register gives way to a later load's row that has
-- all of its numbers and its withdrawal date; any withdrawal date will do where it has none yet, for the register learns it later.
create or replace table current_notice as
with told as (
    select
        offset_notice.*
      , payer_alias.payer_key
      , coalesce(normalised(letter_number), '') as letter
      , coalesce(normalised(reference), '') as called
      , coalesce(normalised(payer_claim_control_number), '') as claim
      , coalesce('account ' || nullif(normalised(patient_control_number), ''), '') as account
      , coalesce(strftime(notice_date, '%Y%m%d'), '') as noticed_on
    from offset_notice
    join payer_alias
      on payer_alias.payer_name = offset_notice.payer_name
     and payer_alias.payer_id = coalesce(offset_notice.payer_id, '')
    -- Rows of one file that are wholly alike are one.
    qualify row_number() over (
        partition by
            offset_notice.load_id, offset_notice.payer_name, offset_notice.payer_id, letter_number, reference
          , payer_claim_control_number, patient_control_number, notice_date, amount, withdrawal_date
          , cause, reason_code, remark_code, npi, plan_type, elected_immediate
        order by row_number
    ) = 1
)
-- An account is a patient's, not an overpayment's: the notice date belongs to it. Without any number the amount does, too.
, named as (
    select
        *
      , case
            when letter || called || claim <> ''
            then concat_ws('|', letter, called, coalesce(nullif(claim, ''), account))
            when account <> '' then concat_ws('|', '', '', account, noticed_on)
            else concat_ws('|', noticed_on, amount)
        end as name
    from told
    qualify load_id = max(load_id) over (partition by payer_key, name, withdrawal_date)
)
, some_letter as (
    select *, unnest([letter, '']) as letter_kept
    from named
)
, some_reference as (
    select *, unnest([called, '']) as reference_kept
    from some_letter
)
, some_number as (
    select *, unnest([claim, account, '']) as number_kept
    from some_reference
)
-- Every name a row answers to: its own, and those of rows that had less.
, answers_to as (
    select payer_key, withdrawal_date, load_id, name
    from named
    union all
    select
        payer_key
      , withdrawal_date
      , load_id
      , concat_ws(
            '|', letter_kept, reference_kept, number_kept
          , case when letter_kept || reference_kept = '' and number_kept = account then noticed_on end
        )
    from some_number
    where letter_kept || reference_kept || number_kept <> ''
)
, last_told as (
    select payer_key, name, max(load_id) as load_id
    from answers_to
    group by 1, 2
)
, last_told_of_day as (
    select payer_key, name, withdrawal_date, max(load_id) as load_id
    from answers_to
    where withdrawal_date is not null
    group by 1, 2, 3
)
select
    named.* exclude (letter, called, claim, account, noticed_on, name) replace (
        -- What is taken on several days is several notices.
        xor(
            notice_id
          , row_number() over (
                partition by notice_id order by named.withdrawal_date nulls first, named.load_id, named.row_number
            ) - 1
        ) as notice_id
    )
from named
join last_told on last_told.payer_key = named.payer_key and last_told.name = named.name
left join last_told_of_day
  on last_told_of_day.payer_key = named.payer_key
 and last_told_of_day.name = named.name
 and last_told_of_day.withdrawal_date = named.withdrawal_date
where named.load_id = coalesce(last_told_of_day.load_id, last_told.load_id);
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
