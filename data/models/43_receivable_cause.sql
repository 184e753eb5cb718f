-- One row per receivable: why the money was taken, and what says so.
-- The correction's codes decide, never the reversal's: it only negates the old ones. The register overrides.
-- Some payers print reversals without adjustments: then the first payment's own stand for what there was before.
create or replace table receivable_cause as
with correction as (
    select receivable_id, remittance_id, correction_no as claim_no
    from receivable_claim
    where correction_no is not null
    union all
    -- The correction of a reversal that came without one: paid on another remittance.
    select receivable_id, remittance_id, claim_no
    from replayed_piece
    where kind = 'corrected'
)
, reversed_and_corrected as (
    select receivable_claim.receivable_id, receivable_claim.remittance_id, receivable_claim.claim_no
    from receivable_claim
    join correction on correction.receivable_id = receivable_claim.receivable_id
    union all
    select receivable_id, remittance_id, claim_no
    from correction
)
, bare_reversal as (
    select
        receivable_claim.receivable_id
      , posted_remittance.payer_key
      , posted_remittance.payment_date
      , -claim_payment.paid as negated
      , claim_payment.payer_claim_control_number
      , claim_payment.original_claim_control_number
      , claim_payment.patient_control_number
    from receivable_claim
    join claim_payment
      on claim_payment.remittance_id = receivable_claim.remittance_id
     and claim_payment.claim_no = receivable_claim.claim_no
    join posted_remittance on posted_remittance.remittance_id = receivable_claim.remittance_id
    where claim_payment.claim_status = '22'
      and receivable_claim.receivable_id in (select receivable_id from correction)
      and not exists (
        select 1
        from claim_adjustment
        where claim_adjustment.remittance_id = receivable_claim.remittance_id
          and claim_adjustment.claim_no = receivable_claim.claim_no
    )
)
, number as (
    select *, payer_claim_control_number as number, false as is_account from bare_reversal
    union all
    select *, original_claim_control_number, false from bare_reversal
    union all
    select *, patient_control_number, true from bare_reversal
)
, wanted as (
    select * from number where number not in ('', '0')
)
, paid_claim as (
    select remittance_id, claim_no, paid, payer_claim_control_number, patient_control_number
    from claim_payment
    where claim_status not in ('22', '23', '25')
      and paid > 0
      and (
            payer_claim_control_number in (select number from wanted)
            or patient_control_number in (select number from wanted)
        )
)
-- By account only what pays exactly what the reversal negates: an account may have several claims.
, found as (
    select wanted.*, paid_claim.remittance_id, paid_claim.claim_no, paid_claim.paid
    from paid_claim
    join wanted on wanted.number = paid_claim.payer_claim_control_number and not wanted.is_account
    union all
    select wanted.*, paid_claim.remittance_id, paid_claim.claim_no, paid_claim.paid
    from paid_claim
    join wanted
      on wanted.number = paid_claim.patient_control_number
     and wanted.negated = paid_claim.paid
     and wanted.is_account
)
, first_payment as (
    select found.receivable_id, found.remittance_id, found.claim_no
    from found
    join posted_remittance
      on posted_remittance.remittance_id = found.remittance_id
     and posted_remittance.payer_key = found.payer_key
     and posted_remittance.payment_date < found.payment_date
    -- A correction may be paid days before its reversal.
    left join correction
      on correction.receivable_id = found.receivable_id
     and correction.remittance_id = found.remittance_id
     and correction.claim_no = found.claim_no
    where correction.receivable_id is null
    qualify row_number() over (
        partition by found.receivable_id
        order by
            found.paid <> found.negated
          , found.is_account
          , posted_remittance.payment_date desc
          , found.remittance_id
          , found.claim_no
    ) = 1
)
, side as (
    select receivable_id, remittance_id, claim_no, 1 as sign from reversed_and_corrected
    union all
    select receivable_id, remittance_id, claim_no, -1 from first_payment
)
, growth as (
    select
        side.receivable_id
      , claim_adjustment.reason_code
      , sum(side.sign * claim_adjustment.amount) filter (where claim_adjustment.amount <> 0) as grown
    from side
    join claim_adjustment
      on claim_adjustment.remittance_id = side.remittance_id and claim_adjustment.claim_no = side.claim_no
    group by 1, 2
)
, leading_code as (
    select growth.receivable_id, growth.reason_code, growth.grown
    from growth
    left join never_a_cause on never_a_cause.code = growth.reason_code
    where growth.grown > 0 and never_a_cause.code is null
    qualify row_number() over (
        partition by growth.receivable_id order by growth.grown desc, growth.reason_code
    ) = 1
)
, remarked as (
    select correction.receivable_id, remark.code, code_cause.cause
    from correction
    join remark
      on remark.remittance_id = correction.remittance_id and remark.claim_no = correction.claim_no
    join code_cause on code_cause.code_set = 'RARC' and code_cause.code = remark.code
    qualify row_number() over (
        partition by correction.receivable_id order by remark.line_no, remark.code
    ) = 1
)
select
    replayed_receivable.receivable_id
  , coalesce(
        written_cause.cause, nullif(current_notice.cause, ''), by_code.cause, remarked.cause
      , by_notice_code.cause, 'Unclassified'
    ) as cause
  , case
        when nullif(current_notice.cause, '') is not null then 'offset register'
        when by_code.cause is not null then 'CARC ' || leading_code.reason_code || ' grew most'
        when remarked.cause is not null then 'RARC ' || remarked.code
        when by_notice_code.cause is not null then 'CARC ' || current_notice.reason_code || ' in the offset register'
        else 'nothing says why'
    end as cause_method
  , leading_code.reason_code as leading_code
from replayed_receivable
left join current_notice on current_notice.notice_id = replayed_receivable.notice_id
left join cause as written_cause on lower(written_cause.cause) = lower(trim(current_notice.cause))
left join leading_code on leading_code.receivable_id = replayed_receivable.receivable_id
left join code_cause as by_code on by_code.code_set = 'CARC' and by_code.code = leading_code.reason_code
left join remarked on remarked.receivable_id = replayed_receivable.receivable_id
left join code_cause as by_notice_code
  on by_notice_code.code_set = 'CARC' and by_notice_code.code = current_notice.reason_code;
comment on table receivable_cause is 'One row per receivable: why the money was taken, and what says so.';
