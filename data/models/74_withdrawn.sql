-- One row per receivable with a withdrawal: its checks, beside what it is filtered by; month is that of the first withdrawal.
create or replace table withdrawn as
select
    withdrawal_check.*
  , date_trunc('month', withdrawal_check.first_withdrawal)::date as month
  , receivable.payer_key
  , payer.name as payer
  , receivable.plan_type
  , receivable.specialty
  , receivable.facility
  , receivable.cause
  , receivable.mechanism
  , receivable.lag_days
  , receivable.lag_state
  , receivable.withheld
  , receivable.patient_control_number
  , receivable.payer_claim_control_number
from withdrawal_check
join receivable on receivable.receivable_id = withdrawal_check.receivable_id
join payer on payer.payer_key = receivable.payer_key
order by receivable.payer_key, month;

comment on table withdrawn is 'One row per receivable with a withdrawal: its checks, beside what it is filtered by.';
