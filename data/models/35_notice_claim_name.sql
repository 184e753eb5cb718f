-- One row per notice and further number of its claim: a letter may give the account only, and the remittance the payer's number.
create or replace table notice_claim_name as
with number_without_account as (
    select distinct payer_claim_control_number
    from current_notice
    where patient_control_number is null
)
, account as (
    select patient_control_number
    from current_notice
    where payer_claim_control_number is null
    union
    select claim_payment.patient_control_number
    from claim_payment
    join number_without_account
      on number_without_account.payer_claim_control_number = claim_payment.payer_claim_control_number
)
, claim as (
    select distinct
        posted_remittance.payer_key
      , claim_payment.patient_control_number
      , claim_payment.payer_claim_control_number
    from claim_payment
    join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
    join account on account.patient_control_number = claim_payment.patient_control_number
    where claim_payment.claim_status <> '22'
      and claim_payment.original_claim_control_number is null
      and claim_payment.patient_control_number <> '0'
)
-- An account with several claims says nothing about which of them a letter means.
, single as (
    select
        payer_key
      , patient_control_number
      , min(payer_claim_control_number) as payer_claim_control_number
    from claim
    group by payer_key, patient_control_number
    having count(*) = 1
)
select current_notice.notice_id, single.payer_claim_control_number as name
from current_notice
join single
  on single.payer_key = current_notice.payer_key
 and single.patient_control_number = current_notice.patient_control_number
where current_notice.payer_claim_control_number is null
  and single.payer_claim_control_number is not null
union
select current_notice.notice_id, single.patient_control_number
from current_notice
join single
  on single.payer_key = current_notice.payer_key
 and single.payer_claim_control_number = current_notice.payer_claim_control_number
where current_notice.patient_control_number is null;
comment on table notice_claim_name is 'One row per notice and further number of its claim, learnt from the remittances.';
