-- One row per receivable: why the money was taken, and what says so.
-- The correction's codes decide, never the reversal's: it only negates the old ones. The register overrides.
create or replace table receivable_cause as
with correction as (
    select receivable_id, remittance_id, correction_no as claim_no
    from receivable_claim
    where correction_no is not null
    union all
    -- The correction of a reversal that came without one: paid later, on another remittance.
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
, growth as (
    select
        reversed_and_corrected.receivable_id
      , claim_adjustment.reason_code
      , sum(claim_adjustment.amount) filter (where claim_adjustment.amount <> 0) as grown
    from reversed_and_corrected
    join claim_adjustment
      on claim_adjustment.remittance_id = reversed_and_corrected.remittance_id
     and claim_adjustment.claim_no = reversed_and_corrected.claim_no
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
