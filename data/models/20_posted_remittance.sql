-- One row per remittance that balances: the only ones any figure is made from.
create or replace table posted_remittance as
select
    remittance.remittance_id
  , payer_alias.payer_key
  , coalesce(remittance.payee_npi, remittance.payee_tin, remittance.payee_name, '') as payee
  , remittance.payee_npi
  , remittance.payment_date
  , date_trunc('month', remittance.payment_date)::date as month
  , coalesce(remittance.trace_number, '') as trace_number
  , remittance.payment_amount
  , remittance.claim_paid
  , remittance.provider_adjustment_total
from remittance
join payer_alias
  on payer_alias.payer_name = coalesce(remittance.payer_name, '')
 and payer_alias.payer_id = coalesce(remittance.payer_id, '')
where remittance.balance_state = 'balanced';
comment on table posted_remittance is 'One row per remittance that balances.';
comment on column posted_remittance.remittance_id is 'The remittance.';
comment on column posted_remittance.payer_key is 'Its payer.';
comment on column posted_remittance.payee is 'Who is paid: NPI, else TIN, else name.';
comment on column posted_remittance.payee_npi is 'NPI of the payee.';
comment on column posted_remittance.payment_date is 'BPR16.';
comment on column posted_remittance.month is 'First day of the month of BPR16.';
comment on column posted_remittance.trace_number is 'TRN02.';
comment on column posted_remittance.payment_amount is 'BPR02, USD.';
comment on column posted_remittance.claim_paid is 'Sum of CLP04, USD.';
comment on column posted_remittance.provider_adjustment_total is 'Sum of PLB amounts, USD; positive reduces the payment.';
