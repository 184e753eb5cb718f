-- One row per withdrawal from a payment that pays claims of other kinds of plan than the claim it recoups.
create or replace table cross_plan_offset as
with taking as (
    select
        receivable_event.receivable_id
      , receivable_event.event_no
      , receivable_event.event_date
      , receivable_event.month
      , receivable_event.remittance_id
      , receivable_event.amount
      , receivable.payer_key
      , plan_type.plan_type as recouped_plan
    from receivable_event
    join receivable on receivable.receivable_id = receivable_event.receivable_id
    join claim_payment
      on claim_payment.remittance_id = receivable.claim_remittance_id
     and claim_payment.claim_no = receivable.claim_no
    join plan_type on plan_type.filing_indicator = claim_payment.filing_indicator
    where receivable_event.kind = 'withheld'
)
-- A correction pays for its own reversal: it is not what the rest was taken from.
, paid as (
    select claim_payment.remittance_id, claim_payment.filing_indicator
    from claim_payment
    left join takeback_correction
      on takeback_correction.remittance_id = claim_payment.remittance_id
     and takeback_correction.claim_no = claim_payment.claim_no
    where claim_payment.paid > 0 and takeback_correction.remittance_id is null
    group by 1, 2
)
, paid_plan as (
    select
        paid.remittance_id
      , string_agg(distinct plan_type.plan_type, ', ' order by plan_type.plan_type) as plans
      , count(*) - count(plan_type.plan_type) as unknown
    from paid
    left join plan_type on plan_type.filing_indicator = paid.filing_indicator
    group by paid.remittance_id
)
, same_plan as (
    select distinct paid.remittance_id, plan_type.plan_type
    from paid
    join plan_type on plan_type.filing_indicator = paid.filing_indicator
)
select
    taking.receivable_id
  , taking.event_no
  , taking.event_date
  , taking.month
  , taking.remittance_id
  , taking.payer_key
  , taking.recouped_plan
  , paid_plan.plans as paid_plans
  , taking.amount
from taking
join paid_plan on paid_plan.remittance_id = taking.remittance_id and paid_plan.unknown = 0
left join same_plan
  on same_plan.remittance_id = taking.remittance_id and same_plan.plan_type = taking.recouped_plan
where same_plan.remittance_id is null;
comment on table cross_plan_offset is 'One row per withdrawal from a payment whose paid claims are all of other kinds of plan than the claim recouped.';
comment on column cross_plan_offset.recouped_plan is 'Kind of plan of the claim recouped, by its own filing indicator.';
comment on column cross_plan_offset.paid_plans is 'Kinds of plan of the claims the payment pays, all of them known.';
comment on column cross_plan_offset.amount is 'USD withheld.';
