-- One row per appeal case: its latest decision, where its latest level stands, and the item it is about.
create or replace table appeal_case as
with level_row as (
    select
        current_appeal.*
      , outcome in ('full', 'partial', 'upheld') and decision_date is not null as is_decided
    from current_appeal
)
, decided as (
    select payer_key, case_number, outcome, decision_date, level, amount_at_issue, amount_overturned
    from level_row
    where is_decided
    qualify row_number() over (
        partition by payer_key, case_number order by decision_date desc, level desc, appeal_id
    ) = 1
)
, latest as (
    select *
    from level_row
    qualify row_number() over (partition by payer_key, case_number order by level desc, appeal_id) = 1
)
, whole_case as (
    select
        payer_key
      , case_number
      , min(filed_date) as filed_date
      , max(amount_recovered) as amount_recovered
      , max(recovered_date) as recovered_date
      , max(letter_number) as letter_number
      , max(reference) as reference
      , max(payer_claim_control_number) as payer_claim_control_number
      , max(patient_control_number) as patient_control_number
      , max(amount_at_issue) as amount_at_issue
    from level_row
    group by 1, 2
)
, case_name as (
    select payer_key, case_number, 1 as preference, payer_claim_control_number as name from whole_case
    union all
    select payer_key, case_number, 2, patient_control_number from whole_case
    union all
    select payer_key, case_number, 3, reference from whole_case
    union all
    select payer_key, case_number, 4, letter_number from whole_case
)
, normalised_name as (
    select
        payer_key
      , case_number
      , preference
      , normalised(name) as name
    from case_name
    where name is not null
)
, about_item as (
    select normalised_name.payer_key, normalised_name.case_number, receivable.receivable_id
    from normalised_name
    join receivable_name
      on receivable_name.payer_key = normalised_name.payer_key
     and receivable_name.name = normalised_name.name
    join receivable on receivable.receivable_id = receivable_name.receivable_id
    qualify row_number() over (
        partition by normalised_name.payer_key, normalised_name.case_number
        order by normalised_name.preference, receivable.established_on, receivable.receivable_id
    ) = 1
)
, about_claim as (
    select normalised_name.payer_key, normalised_name.case_number, payer_claim_name.remittance_id, payer_claim_name.claim_no
    from normalised_name
    join payer_claim_name
      on payer_claim_name.payer_key = normalised_name.payer_key and payer_claim_name.name = normalised_name.name
    qualify row_number() over (
        partition by normalised_name.payer_key, normalised_name.case_number order by normalised_name.preference
    ) = 1
)
select
    whole_case.payer_key
  , whole_case.case_number
  , latest.level
  , latest.outcome as status
  , decided.outcome as decided_outcome
  , decided.decision_date
  , date_trunc('month', decided.decision_date)::date as decision_month
  , whole_case.filed_date
  , coalesce(decided.amount_at_issue, whole_case.amount_at_issue) as amount_at_issue
  , case when decided.outcome in ('full', 'partial') then coalesce(decided.amount_overturned, 0) else 0 end as amount_overturned
  , whole_case.amount_recovered
  , whole_case.recovered_date
  , about_item.receivable_id
  , coalesce(receivable.plan_type, plan_type.plan_type, payer.plan_type, 'Other') as plan_type
  , coalesce(receivable.specialty, current_provider.specialty, 'Unassigned') as specialty
  , coalesce(receivable.facility, current_provider.facility, 'Unassigned') as facility
  , coalesce(receivable.cause, 'Unclassified') as cause
  , coalesce(receivable.mechanism, 'Not taken') as mechanism
from whole_case
join latest on latest.payer_key = whole_case.payer_key and latest.case_number = whole_case.case_number
join payer on payer.payer_key = whole_case.payer_key
left join decided on decided.payer_key = whole_case.payer_key and decided.case_number = whole_case.case_number
left join about_item
  on about_item.payer_key = whole_case.payer_key and about_item.case_number = whole_case.case_number
left join receivable on receivable.receivable_id = about_item.receivable_id
left join about_claim
  on about_claim.payer_key = whole_case.payer_key and about_claim.case_number = whole_case.case_number
left join claim_payment
  on claim_payment.remittance_id = about_claim.remittance_id and claim_payment.claim_no = about_claim.claim_no
left join plan_type on plan_type.filing_indicator = claim_payment.filing_indicator
left join current_provider on current_provider.npi = claim_payment.rendering_npi;
comment on table appeal_case is 'One row per appeal case.';
comment on column appeal_case.status is 'Outcome of the highest level filed: full, partial, upheld, pending, withdrawn or dismissed.';
comment on column appeal_case.decided_outcome is 'Outcome of the latest decision: full, partial or upheld; null while none.';
comment on column appeal_case.amount_at_issue is 'USD in dispute at the latest decision.';
comment on column appeal_case.amount_overturned is 'USD of the latest decision in the provider''s favour.';
comment on column appeal_case.receivable_id is 'The item it is about, where known.';
