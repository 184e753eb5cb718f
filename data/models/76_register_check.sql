-- One row per row of the offset register in force: whether a remittance ever showed it. Then the withdrawals no row announces.
create or replace table register_check as
with seen as (
    select notice_id, min(receivable_id) as receivable_id
    from receivable
    where notice_id is not null
    group by notice_id
)
, unanswered as (
    select notice_id, min(receivable_id) as receivable_id
    from open_letter
    group by notice_id
)
select
    current_notice.notice_id
  , case when seen.notice_id is not null then 'seen on a remittance' else 'never seen on a remittance' end as state
  , coalesce(seen.receivable_id, unanswered.receivable_id) as receivable_id
from current_notice
left join seen on seen.notice_id = current_notice.notice_id
left join unanswered on unanswered.notice_id = current_notice.notice_id;
comment on table register_check is 'One row per row of the offset register in force.';
comment on column register_check.state is 'seen on a remittance, or never seen on a remittance.';
comment on column register_check.receivable_id is 'The receivable it is, or the letter that waits for one.';

create or replace table untracked_withdrawal as
select receivable_id, payer_key, first_withdrawal, withheld
from receivable
where first_withdrawal is not null
  and notice_id is null
  and withheld > 0;
comment on table untracked_withdrawal is 'One row per receivable withdrawn from that no row of the offset register announces.';
comment on column untracked_withdrawal.withheld is 'USD withheld so far.';
