-- One row per receivable: an overpayment a payer is owed, as all remittances and letters show it today.
create or replace table receivable as
with placed as (
    select
        replayed_receivable.*
      , current_notice.notice_date as letter_date
      , current_notice.letter_number
      , current_notice.elected_immediate
      , claim_payment.patient_control_number
      , claim_payment.payer_claim_control_number
      , receivable_claim.remittance_id as claim_remittance_id
      , receivable_claim.claim_no as known_claim_no
      , coalesce(claim_payment.rendering_npi, current_notice.npi) as npi
      , coalesce(claim_plan.plan_type, notice_plan.plan_type, payer.plan_type, 'Other') as plan_type
      , receivable_cause.cause
      , receivable_cause.cause_method
      , receivable_cause.leading_code
    from replayed_receivable
    join payer on payer.payer_key = replayed_receivable.payer_key
    join receivable_cause on receivable_cause.receivable_id = replayed_receivable.receivable_id
    left join receivable_claim on receivable_claim.receivable_id = replayed_receivable.receivable_id
    left join claim_payment
      on claim_payment.remittance_id = receivable_claim.remittance_id
     and claim_payment.claim_no = receivable_claim.claim_no
    left join plan_type as claim_plan on claim_plan.filing_indicator = claim_payment.filing_indicator
    left join current_notice on current_notice.notice_id = replayed_receivable.notice_id
    left join (select distinct plan_type from plan_type) as notice_plan
      on lower(notice_plan.plan_type) = lower(current_notice.plan_type)
)
-- A put-off announces only what is taken later: on the day of the taking itself there was no advance notice.
, noticed as (
    select
        *
      , coalesce(
            letter_date
          , case when first_withdrawal is null or put_off_date < first_withdrawal then put_off_date end
        ) as notice_date
      , case
            when letter_date is not null then 'letter'
            when put_off_date is not null and (first_withdrawal is null or put_off_date < first_withdrawal)
            then 'put off'
        end as notice_source
    from placed
)
select
    noticed.receivable_id
  , noticed.payer_key
  , noticed.payee
  , noticed.origin
  , noticed.reference
  , noticed.established_on
  , noticed.remittance_id
  , noticed.claim_remittance_id
  , noticed.known_claim_no as claim_no
  , noticed.correction_no
  , noticed.patient_control_number
  , noticed.payer_claim_control_number
  , noticed.npi
  , coalesce(current_provider.specialty, 'Unassigned') as specialty
  , coalesce(current_provider.facility, payee_provider.facility, 'Unassigned') as facility
  , noticed.plan_type
  , noticed.cause
  , noticed.cause_method
  , noticed.leading_code
  , coalesce(nullif(noticed.mechanism, ''), 'Not taken') as mechanism
  , noticed.notice_id
  , noticed.letter_number
  , noticed.notice_method
  , noticed.notice_date
  , noticed.notice_source
  , noticed.put_off_date
  , noticed.first_withdrawal
  , date_diff('day', noticed.notice_date, noticed.first_withdrawal) as lag_days
  , case
        when noticed.first_withdrawal is null then 'not taken'
        when noticed.refunded > 0 then 'settled by refund'
        when coalesce(noticed.elected_immediate, false) then 'immediate recoupment elected'
        when noticed.notice_date is null then 'no notice on file'
        when noticed.notice_date > noticed.first_withdrawal then 'letter dated after the withdrawal'
        else 'counted'
    end as lag_state
  , noticed.established
  , cast(noticed.put_off + noticed.forwarded as decimal(18, 2)) as open_balance
  , noticed.put_off
  , noticed.forwarded
  , noticed.withheld
  , noticed.refunded
  , noticed.forgiven
  , noticed.cancelled
  , noticed.returned
  , noticed.recovered
  , noticed.corrected
  , noticed.is_affiliate
from noticed
left join current_provider on current_provider.npi = noticed.npi
left join current_provider as payee_provider on payee_provider.npi = noticed.payee;
comment on table receivable is 'One row per receivable: an overpayment a payer is owed.';
comment on column receivable.receivable_id is 'Made from where it was first seen: the same in every rebuild.';
comment on column receivable.payer_key is 'The payer it is owed to.';
comment on column receivable.payee is 'Who owes it: NPI, else TIN, else name.';
comment on column receivable.origin is 'What showed it first.';
comment on column receivable.reference is 'The number it is called by.';
comment on column receivable.established_on is 'Payment date of the remittance that established it.';
comment on column receivable.remittance_id is 'The remittance that established it.';
comment on column receivable.claim_remittance_id is 'The remittance its claim payment stands in.';
comment on column receivable.claim_no is 'Its claim payment: the reversal, else the original.';
comment on column receivable.correction_no is 'The correction beside the reversal.';
comment on column receivable.lag_days is 'first_withdrawal - notice_date, days; negative where the letter came after.';
comment on column receivable.lag_state is '"counted", or why the lag is left out.';
comment on column receivable.established is 'USD owed: withheld + refunded + forgiven + cancelled + open_balance.';
comment on column receivable.open_balance is 'USD put off or forwarded and not yet taken.';
comment on column receivable.withheld is 'USD withheld so far; never reduced by what comes back.';
comment on column receivable.cancelled is 'USD that one remittance took and gave back at once.';
comment on column receivable.returned is 'USD given back through provider adjustments.';
comment on column receivable.recovered is 'USD come back through re-processed claims.';
comment on column receivable.corrected is 'USD credited by a correction that came after its reversal.';
comment on column receivable.is_affiliate is 'True where some of it was taken from an affiliate: by OB, or from another payee''s payment.';
comment on column receivable.mechanism is 'How it was first taken.';
comment on column receivable.cause is 'Root cause; "Unclassified" where nothing says why.';
comment on column receivable.cause_method is 'What the cause was read from.';
