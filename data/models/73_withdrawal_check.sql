-- One row per receivable with a withdrawal: what the rules say about its notice, its day, its age and the time to appeal.
create or replace table withdrawal_check as
with withdrawn as (
    select
        receivable.receivable_id
      , receivable.first_withdrawal
      , receivable.notice_date
      , receivable.claim_no is not null and receivable.established_on = receivable.first_withdrawal as is_same_day
      , coalesce(current_notice.elected_immediate, false) as is_elected
      , original_payment.payment_date as original_payment_date
      , case
            when receivable.notice_date < receivable.first_withdrawal then receivable.notice_date
            else receivable.first_withdrawal
        end as asked_on
    from receivable
    left join current_notice on current_notice.notice_id = receivable.notice_id
    left join original_payment on original_payment.receivable_id = receivable.receivable_id
    where receivable.first_withdrawal is not null
)
-- A demand for notice and an earliest day may both apply: the later one decides.
, earliest as (
    select
        receivable_id
      , rule_id
      , due_date
      , row_number() over (
            partition by receivable_id
            order by case when due_date is null then 1 else 0 end, due_date desc, kind, rule_id
        ) as place
    from rule_in_force
    where kind in ('earliest withdrawal', 'notice')
)
, dated as (
    select
        withdrawn.*
      , earliest.rule_id as earliest_rule_id
      , earliest.due_date as earliest_date
      , look_back.rule_id as look_back_rule_id
      , look_back.due_date as look_back_date
      , appeal.rule_id as appeal_rule_id
      , appeal.due_date as appeal_deadline
      , appealed_item.receivable_id is not null as is_appealed
      , appealed_item.filed_date as appeal_filed_on
      , withdrawn.notice_date is not null
        and withdrawn.notice_date <= withdrawn.first_withdrawal as is_noticed_before
    from withdrawn
    left join earliest on earliest.receivable_id = withdrawn.receivable_id and earliest.place = 1
    left join rule_in_force as look_back
      on look_back.receivable_id = withdrawn.receivable_id and look_back.kind = 'look-back'
    left join rule_in_force as appeal
      on appeal.receivable_id = withdrawn.receivable_id and appeal.kind = 'appeal'
    left join appealed_item on appealed_item.receivable_id = withdrawn.receivable_id
)
select
    receivable_id
  , first_withdrawal
  , notice_date
  , notice_date is not null as has_notice
  , case
        when is_elected then 'immediate recoupment elected'
        when notice_date is null and is_same_day then 'no advance notice on the 835'
        when notice_date is null then 'no notice on file'
        when notice_date > first_withdrawal then 'letter dated after the withdrawal'
        else 'notice on file'
    end as notice_state
  , earliest_rule_id
  , earliest_date
  , case
        when is_elected then false
        when is_noticed_before then first_withdrawal < earliest_date
    end as is_early
  , case
        when not is_elected and is_noticed_before and first_withdrawal < earliest_date
        then date_diff('day', first_withdrawal, earliest_date)
    end as days_early
  , original_payment_date
  , look_back_rule_id
  , look_back_date
  , asked_on > look_back_date as is_past_look_back
  , appeal_rule_id
  , appeal_deadline
  , is_appealed
  , appeal_filed_on
from dated;
comment on table withdrawal_check is 'One row per receivable with a withdrawal: what the rules say about it; null where it cannot be told.';
comment on column withdrawal_check.has_notice is 'Whether any notice is on file, even one dated after the withdrawal.';
comment on column withdrawal_check.notice_state is '"notice on file", or what there is instead; "no advance notice on the 835" is a reversal taken the same day.';
comment on column withdrawal_check.earliest_rule_id is 'The rule that gives the earliest day; of two that apply, the later day.';
comment on column withdrawal_check.earliest_date is 'First day on which the rule lets the payer take.';
comment on column withdrawal_check.is_early is 'Withdrawn before the configured earliest date; never true where immediate recoupment was elected.';
comment on column withdrawal_check.days_early is 'Days from the withdrawal to the earliest date, where it is early.';
comment on column withdrawal_check.original_payment_date is 'Payment date of the claim that was taken back.';
comment on column withdrawal_check.look_back_rule_id is 'The rule on how far back the payer may reach.';
comment on column withdrawal_check.look_back_date is 'Last day on which the payer may ask for the money.';
comment on column withdrawal_check.is_past_look_back is 'Whether the notice, or the withdrawal without one, came after that day.';
comment on column withdrawal_check.appeal_rule_id is 'The rule on the time to appeal, first level.';
comment on column withdrawal_check.appeal_deadline is 'Last day to appeal, from the notice, else from the withdrawal.';
comment on column withdrawal_check.is_appealed is 'Whether an appeal is on file.';
comment on column withdrawal_check.appeal_filed_on is 'When the first appeal was filed.';
