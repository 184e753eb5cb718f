-- One row per receivable and kind of rule that applies to it: the most specific one, and the date it leads to.
create or replace table rule_in_force as
with place as (
    select
        receivable.receivable_id
      , receivable.payer_key
      , receivable.plan_type
      , receivable.cause
      , coalesce(of_payee.state, of_facility.state, of_all.state, '') as state
      , receivable.notice_date
      , receivable.first_withdrawal
      , original_payment.payment_date as original_payment_date
    from receivable
    left join original_payment on original_payment.receivable_id = receivable.receivable_id
    left join payee_state as of_payee
      on of_payee.payee = bare(receivable.payee)
     and of_payee.payee <> ''
    left join payee_state as of_facility
      on of_facility.payee = bare(receivable.facility)
     and of_facility.payee <> ''
    left join payee_state as of_all on of_all.payee = ''
)
, scope as (
    select distinct payer_key, plan_type, cause, state
    from place
)
, payer_spelling as (
    select
        bare(payer_name) as spelled
      , min(payer_key) as payer_key
    from payer_alias
    group by 1
)
-- What is cited and not verified decides nothing; of appeals, the first level.
, deciding as (
    select
        rule.rule_id
      , rule.kind
      , rule.plan_type
      , rule.state
      , coalesce(payer_spelling.payer_key, rule.payer_key) as payer_key
      , rule.cause
      , rule.source
      , rule.confidence
    from rule
    left join payer_spelling on payer_spelling.spelled = rule.payer_key
    where rule.confidence <> 'cited, not verified'
      and coalesce(rule.level, 1) = 1
)
, ranked as (
    select
        scope.payer_key
      , scope.plan_type
      , scope.cause
      , scope.state
      , deciding.kind
      , deciding.rule_id
      , row_number() over (
            partition by scope.payer_key, scope.plan_type, scope.cause, scope.state, deciding.kind
            order by
                case
                    when deciding.payer_key is not null then 1
                    when deciding.state is not null and deciding.plan_type is not null then 2
                    when deciding.plan_type is not null then 3
                    when deciding.state is not null then 4
                    else 5
                end
              , case when deciding.state is not null then 0 else 1 end
              , case when deciding.plan_type is not null then 0 else 1 end
              , case when deciding.cause is not null then 0 else 1 end
              , case when deciding.source = 'yours' then 0 else 1 end
              , case when deciding.confidence = 'verified' then 0 else 1 end
              , deciding.rule_id
        ) as preference
    from scope
    join deciding
      on (deciding.payer_key is null or deciding.payer_key = scope.payer_key)
     and (deciding.plan_type is null or lower(deciding.plan_type) = lower(scope.plan_type))
     and (deciding.state is null or deciding.state = scope.state)
     and (deciding.cause is null or lower(deciding.cause) = lower(scope.cause))
)
, started as (
    select
        place.receivable_id
      , ranked.kind
      , rule.rule_id
      , rule.days
      , rule.basis
      , case
            when ranked.kind = 'look-back' then place.original_payment_date
            when ranked.kind = 'appeal' then coalesce(place.notice_date, place.first_withdrawal) + rule.receipt_days
            else place.notice_date + rule.receipt_days
        end as start_date
    from place
    join ranked
      on ranked.payer_key = place.payer_key
     and ranked.plan_type = place.plan_type
     and ranked.cause = place.cause
     and ranked.state = place.state
     and ranked.preference = 1
    join rule on rule.rule_id = ranked.rule_id
)
-- Monday is 0; a clock that starts on a weekend counts from the Friday before.
, weekday as (
    select
        *
      , date_diff('day', date '1900-01-01', start_date) % 7 as day_of_week
    from started
)
, from_friday as (
    select
        *
      , case when day_of_week > 4 then start_date - cast(day_of_week - 4 as integer) else start_date end as counted_from
      , case when day_of_week > 4 then 4 else day_of_week end as working_day
    from weekday
)
select
    receivable_id
  , kind
  , rule_id
  , start_date
  , case
        when basis = 'calendar' then start_date + days
        when basis = 'months' then cast(start_date + days * interval '1' month as date)
        else counted_from + days + 2 * cast(floor((working_day + days) / 5.0) as integer)
    end as due_date
from from_friday;
comment on table rule_in_force is 'One row per receivable and kind of rule that applies to it, with the date it leads to.';
comment on column rule_in_force.kind is 'earliest withdrawal, notice, appeal (its first level) or look-back.';
comment on column rule_in_force.rule_id is 'The most specific rule: payer, then state and plan type, then plan type, then all.';
comment on column rule_in_force.start_date is 'When the clock starts; null where it cannot be told.';
comment on column rule_in_force.due_date is 'Earliest day of taking, last day to appeal or to ask for the money; null where it cannot be told.';
