-- One row per letter in the register that no remittance has answered yet.
create or replace table open_letter as
select
    replayed_letter.receivable_id
  , replayed_letter.payer_key
  , current_notice.notice_id
  , current_notice.letter_number
  , current_notice.reference
  , current_notice.notice_date
  , current_notice.amount
  , current_notice.withdrawal_date
  , current_notice.patient_control_number
  , current_notice.payer_claim_control_number
from replayed_letter
join current_notice on current_notice.notice_id = replayed_letter.notice_id;
comment on table open_letter is 'One row per letter in the register that no remittance has answered yet.';
comment on column open_letter.amount is 'USD the letter claims.';
comment on column open_letter.withdrawal_date is 'Day of taking the register gives, though no remittance shows it.';
