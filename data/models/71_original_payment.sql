-- One row per receivable whose claim was paid before it was taken back: that payment.
create or replace table original_payment as
with taken_back as (
    select
        receivable.receivable_id
      , receivable.payer_key
      , claim_payment.payer_claim_control_number
      , claim_payment.original_claim_control_number
      , claim_payment.patient_control_number
      , case when claim_payment.claim_status = '22' then -claim_payment.paid end as negated
      , case
            when claim_payment.claim_status = '22' then receivable.established_on
            else coalesce(receivable.notice_date, receivable.first_withdrawal, receivable.established_on)
        end as paid_before
    from receivable
    join claim_payment
      on claim_payment.remittance_id = receivable.claim_remittance_id
     and claim_payment.claim_no = receivable.claim_no
)
, wanted as (
    select receivable_id, payer_key, paid_before, negated, payer_claim_control_number as number
    from taken_back
    union
    select receivable_id, payer_key, paid_before, negated, original_claim_control_number
    from taken_back
)
, wanted_account as (
    select receivable_id, payer_key, paid_before, negated, patient_control_number as number
    from taken_back
    where negated is not null and patient_control_number <> '0'
)
, paid_claim as (
    select remittance_id, claim_no, paid, payer_claim_control_number, patient_control_number
    from claim_payment
    where claim_status not in ('22', '23', '25')
      and paid > 0
      and (
            payer_claim_control_number in (select number from wanted)
            or patient_control_number in (select number from wanted_account)
        )
)
-- By account only what pays exactly what the reversal negates: an account may have several claims.
, found as (
    select
        wanted.receivable_id, wanted.payer_key, wanted.paid_before, wanted.negated
      , paid_claim.remittance_id, paid_claim.claim_no, paid_claim.paid, 1 as preference
    from paid_claim
    join wanted on wanted.number = paid_claim.payer_claim_control_number
    where wanted.number <> ''
    union all
    select
        wanted_account.receivable_id, wanted_account.payer_key, wanted_account.paid_before, wanted_account.negated
      , paid_claim.remittance_id, paid_claim.claim_no, paid_claim.paid, 2
    from paid_claim
    join wanted_account
      on wanted_account.number = paid_claim.patient_control_number
     and wanted_account.negated = paid_claim.paid
    where wanted_account.number <> ''
)
, ranked as (
    select
        found.receivable_id
      , found.remittance_id
      , found.claim_no
      , posted_remittance.payment_date
      , found.paid
      , row_number() over (
            partition by found.receivable_id
            order by
                case when found.paid = found.negated then 0 else 1 end
              , found.preference
              , posted_remittance.payment_date desc
              , found.remittance_id
              , found.claim_no
        ) as place
    from found
    join posted_remittance on posted_remittance.remittance_id = found.remittance_id
    -- A correction may be paid days before its reversal.
    left join match as corrected
      on corrected.receivable_id = found.receivable_id
     and corrected.remittance_id = found.remittance_id
     and corrected.claim_no = found.claim_no
     and corrected.kind = 'corrected'
    where posted_remittance.payer_key = found.payer_key
      and posted_remittance.payment_date < found.paid_before
      and corrected.receivable_id is null
)
select receivable_id, remittance_id, claim_no, payment_date, paid
from ranked
where place = 1;
comment on table original_payment is 'One row per receivable whose claim was paid before it was taken back: that payment.';
comment on column original_payment.remittance_id is 'The remittance that paid the claim first.';
comment on column original_payment.claim_no is 'The claim payment in that remittance.';
comment on column original_payment.payment_date is 'BPR16 of that remittance.';
comment on column original_payment.paid is 'CLP04, USD: what the reversal negates, where one remittance paid just that.';
