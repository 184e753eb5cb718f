-- One row per payer and account that several claims bear, of those that a reversal bears: such a number names no claim.
create or replace table shared_account as
select
    posted_remittance.payer_key
  , claim_payment.patient_control_number as account
from claim_payment
join posted_remittance on posted_remittance.remittance_id = claim_payment.remittance_id
left join takeback_correction
  on takeback_correction.remittance_id = claim_payment.remittance_id
 and takeback_correction.claim_no = claim_payment.claim_no
where claim_payment.patient_control_number in (select patient_control_number from takeback)
  and claim_payment.claim_status not in ('23', '25')
  and claim_payment.original_claim_control_number is null
  and takeback_correction.remittance_id is null
group by 1, 2
-- A claim paid again under a number of its own is still charged the same.
having min(claim_payment.payer_claim_control_number) <> max(claim_payment.payer_claim_control_number)
   and min(abs(claim_payment.charge)) <> max(abs(claim_payment.charge));
comment on table shared_account is 'One row per payer and account number that several claims bear, of those that a reversal bears.';
comment on column shared_account.account is 'CLP01: as it leads to several claims, it names none of them.';
