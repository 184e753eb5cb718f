-- One row per claim payment that is no reversal and number it bears, in the spelling all numbers are compared in.
create or replace temp table claim_number as
with number as (
    select remittance_id, claim_no, paid, payer_claim_control_number as number, false as is_account
    from claim_payment
    where claim_status <> '22'
    union all
    select remittance_id, claim_no, paid, patient_control_number, true
    from claim_payment
    where claim_status <> '22'
)
select remittance_id, claim_no, paid, is_account, normalised(number) as name
from number;
