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
