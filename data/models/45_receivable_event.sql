-- One row per thing that happened to a receivable in one remittance.
create or replace table receivable_event as
select
    replayed_event.receivable_id
  , row_number() over (partition by replayed_event.receivable_id order by replayed_event.event_date, replayed_event.event_no) as event_no
  , replayed_event.event_date
  , date_trunc('month', replayed_event.event_date)::date as month
  , replayed_event.remittance_id
  , replayed_event.kind
  , replayed_event.amount
  , nullif(replayed_event.mechanism, '') as mechanism
from replayed_event;
comment on table receivable_event is 'One row per thing that happened to a receivable in one remittance.';
comment on column receivable_event.kind is 'established, put_off, forwarded, withheld, refunded, forgiven, cancelled, returned, corrected or recovered.';
comment on column receivable_event.amount is 'USD, never negative.';
comment on column receivable_event.mechanism is 'How the cash was taken, on withheld rows.';

-- One row per receivable and stretch of days between two changes of what is open on it.
create or replace view receivable_balance as
with change as (
    select
        receivable_id
      , event_date
      , sum(
            case
                when kind = 'established' then amount
                when kind in ('withheld', 'refunded', 'forgiven', 'cancelled') then -amount
                else 0
            end
        ) as amount
    from receivable_event
    group by receivable_id, event_date
)
select
    receivable_id
  , event_date as from_date
  , lead(event_date) over (partition by receivable_id order by event_date) as until_date
  , cast(sum(amount) over (partition by receivable_id order by event_date) as decimal(18, 2)) as open_balance
from change;
comment on view receivable_balance is 'One row per receivable and stretch of days: what is open on it from one change to the next.';
comment on column receivable_balance.from_date is 'First day of the stretch, by BPR16.';
comment on column receivable_balance.until_date is 'First day of the next stretch; null while it lasts.';
comment on column receivable_balance.open_balance is 'USD at the end of each of these days: established - withheld - refunded - forgiven - cancelled until then.';
