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
    select *, unnest(list_distinct([letter, ''])) as letter_kept
    from named
)
, some_reference as (
    select *, unnest(list_distinct([called, ''])) as reference_kept
    from some_letter
)
, some_number as (
    select *, unnest(list_distinct([claim, account, ''])) as number_kept
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

-- A case may dispute several claims, a row each: parts of its level. A part gives way to a later load's row of that level where
-- no number of the two differs, so one that gives no number tells of the level as a whole.
create or replace table current_appeal_part as
with told as (
    select
        appeal.*
      , payer_alias.payer_key
      , normalised(letter_number) as letter
      , normalised(reference) as called
      , normalised(payer_claim_control_number) as claim
      , normalised(patient_control_number) as account
    from appeal
    join payer_alias
      on payer_alias.payer_name = appeal.payer_name
     and payer_alias.payer_id = coalesce(appeal.payer_id, '')
    qualify row_number() over (
        partition by payer_key, upper(case_number), level, letter, called, claim, account
        order by appeal.load_id desc, appeal.row_number desc
    ) = 1
)
select told.* exclude (letter, called, claim, account)
from told
where not exists (
    select 1
    from told as later
    where later.payer_key = told.payer_key
      and upper(later.case_number) = upper(told.case_number)
      and later.level = told.level
      and later.load_id > told.load_id
      and coalesce(later.letter = told.letter, true)
      and coalesce(later.called = told.called, true)
      and coalesce(later.claim = told.claim, true)
      and (coalesce(later.account = told.account, true) or later.claim = told.claim)
);
comment on table current_appeal_part is 'One row per appeal level and claim it disputes in force; columns as in appeal, with its payer_key.';

-- Decided once all of its parts are; what was withdrawn or dismissed of it is no part of the decision, unless nothing else is left.
create or replace table current_appeal as
with part as (
    select
        *
      , outcome in ('withdrawn', 'dismissed')
        and not bool_and(outcome in ('withdrawn', 'dismissed')) over (partition by payer_key, case_number, level)
        as is_given_up
    from current_appeal_part
)
, deciding as (
    select *
    from part
    where not is_given_up
)
, whole as (
    select
        payer_key
      , case_number
      , level
      , case
            when bool_or(outcome = 'pending') then 'pending'
            when bool_and(outcome = 'full') then 'full'
            when bool_and(outcome = 'upheld') then 'upheld'
            when bool_or(outcome in ('full', 'partial')) then 'partial'
            when bool_or(outcome = 'dismissed') then 'dismissed'
            else 'withdrawn'
        end as outcome
      , max(decision_date) as decision_date
      , sum(amount_at_issue)::decimal(18, 2) as amount_at_issue
      , coalesce(
            sum(case when outcome in ('full', 'partial') then amount_overturned end), sum(amount_overturned)
        )::decimal(18, 2) as amount_overturned
    from deciding
    group by 1, 2, 3
)
, filed as (
    select
        payer_key
      , case_number
      , level
      , min(filed_date) as filed_date
      , sum(amount_recovered)::decimal(18, 2) as amount_recovered
      , max(recovered_date) as recovered_date
      , string_agg(source_text, ' | ' order by load_id, row_number) as source_text
    from part
    group by 1, 2, 3
)
, shown as (
    select *
    from deciding
    qualify row_number() over (
        partition by payer_key, case_number, level
        order by decision_date desc nulls last, amount_overturned desc nulls last, load_id desc, row_number desc
    ) = 1
)
select
    shown.* exclude (is_given_up) replace (
        whole.outcome as outcome
      , case when whole.outcome <> 'pending' then whole.decision_date end as decision_date
      , whole.amount_at_issue as amount_at_issue
      , whole.amount_overturned as amount_overturned
      , filed.filed_date as filed_date
      , filed.amount_recovered as amount_recovered
      , filed.recovered_date as recovered_date
      , filed.source_text as source_text
    )
from shown
join whole using (payer_key, case_number, level)
join filed using (payer_key, case_number, level);
comment on table current_appeal is 'One row per appeal level in force, its parts together; columns as in appeal, with its payer_key.';

create or replace table current_provider as
select
    npi
  , coalesce(name, '') as name
  , coalesce(nullif(specialty, ''), 'Unassigned') as specialty
  , coalesce(nullif(facility, ''), 'Unassigned') as facility
from provider
qualify row_number() over (partition by npi order by load_id desc, row_number desc) = 1;
comment on table current_provider is 'One row per provider in force.';
