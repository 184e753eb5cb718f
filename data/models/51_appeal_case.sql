-- One row per row of an appeal log and name of its claim.
create or replace temp table appeal_name as
with named as (
    select
        payer_key
      , case_number
      , load_id
      , row_number
      , amount_at_issue
      , amount_overturned
      , unnest([
            {'kind': 1, 'name': normalised(payer_claim_control_number)}
          , {'kind': 2, 'name': normalised(letter_number)}
          , {'kind': 2, 'name': normalised(reference)}
          , {'kind': 3, 'name': normalised(patient_control_number)}
        ]) as spelled
    from current_appeal_part
)
select named.* exclude (spelled), spelled.kind as kind, spelled.name as name
from named
where spelled.name <> '';

-- One row per row of an appeal log and item that its numbers name best, the likeliest first.
-- The payer's claim number names one overpayment, a letter or reference perhaps several, an account any number of them.
create or replace temp table appeal_candidate as
with candidate as (
    select
        appeal_name.payer_key
      , appeal_name.case_number
      , appeal_name.load_id
      , appeal_name.row_number
      , receivable.receivable_id
      , receivable.established_on
      , appeal_name.amount_at_issue
      , appeal_name.amount_overturned
      , min(appeal_name.kind) as kind
      , count(distinct appeal_name.name) as agreeing
      , coalesce(appeal_name.amount_at_issue in (receivable.established, receivable.withheld), false) as is_of_amount
    from appeal_name
    join receivable_name
      on receivable_name.payer_key = appeal_name.payer_key and receivable_name.name = appeal_name.name
    join receivable on receivable.receivable_id = receivable_name.receivable_id
    group by all
)
select
    *
  , count(*) over (
        partition by payer_key, case_number, load_id, row_number, kind, agreeing, is_of_amount
    ) as ties
  , row_number() over (
        partition by payer_key, case_number, load_id, row_number
        order by kind, agreeing desc, is_of_amount desc, established_on, receivable_id
    ) as place
from candidate
qualify rank() over (
    partition by payer_key, case_number, load_id, row_number
    order by kind, agreeing desc, is_of_amount desc
) = 1;

-- One row per appeal case: its latest decision, where its latest level stands, and the item it is about.
create or replace table appeal_case as
with level_row as (
    select
        current_appeal.*
      , outcome in ('full', 'partial', 'upheld') and decision_date is not null as is_decided
    from current_appeal
)
-- Which claims a decided level tells of: by the payer's number, else the account.
, decided_level as (
    select
        level_row.payer_key
      , level_row.case_number
      , level_row.level
      , level_row.decision_date
      , list(coalesce(normalised(coalesce(part.payer_claim_control_number, part.patient_control_number)), '')) as claims
    from level_row
    join current_appeal_part as part using (payer_key, case_number, level)
    where level_row.is_decided
    group by 1, 2, 3, 4
)
-- A later decision takes the place of an earlier one, unless it tells of some of its claims only and this is not one of them.
, standing as (
    select part.*
    from current_appeal_part as part
    join decided_level as own
      on own.payer_key = part.payer_key and own.case_number = part.case_number and own.level = part.level
    where part.outcome in ('full', 'partial', 'upheld')
      and not exists (
        select 1
        from decided_level as later
        where later.payer_key = part.payer_key
          and later.case_number = part.case_number
          and (later.decision_date > own.decision_date or later.decision_date = own.decision_date and later.level > own.level)
          and (
            not list_has_all(own.claims, later.claims)
            or list_contains(
                later.claims
              , coalesce(normalised(coalesce(part.payer_claim_control_number, part.patient_control_number)), '')
            )
          )
      )
)
, decided as (
    select
        payer_key
      , case_number
      , case
            when bool_and(outcome = 'full') then 'full'
            when bool_and(outcome = 'upheld') then 'upheld'
            else 'partial'
        end as outcome
      , max(decision_date) as decision_date
      , sum(amount_at_issue)::decimal(18, 2) as amount_at_issue
      , sum(case when outcome in ('full', 'partial') then amount_overturned end)::decimal(18, 2) as amount_overturned
    from standing
    group by 1, 2
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
      , max(amount_at_issue) as amount_at_issue
    from level_row
    group by 1, 2
)
-- Parts may be about several items: the case goes to the one its numbers name best, then the one it won most on.
, about_item as (
    select payer_key, case_number, receivable_id
    from appeal_candidate
    where place = 1 and (kind < 3 or ties = 1)
    group by 1, 2, 3
    qualify row_number() over (
        partition by payer_key, case_number
        order by
            min(kind), sum(coalesce(amount_overturned, 0)) desc, sum(coalesce(amount_at_issue, 0)) desc
          , min(established_on), receivable_id
    ) = 1
)
, about_claim as (
    select appeal_name.payer_key, appeal_name.case_number, payer_claim_name.remittance_id, payer_claim_name.claim_no
    from appeal_name
    join payer_claim_name
      on payer_claim_name.payer_key = appeal_name.payer_key and payer_claim_name.name = appeal_name.name
    qualify row_number() over (
        partition by appeal_name.payer_key, appeal_name.case_number
        order by appeal_name.kind, appeal_name.load_id, appeal_name.row_number
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
comment on column appeal_case.decided_outcome is 'Outcome of the latest decision of each of its claims together: full, partial or upheld; null while none.';
comment on column appeal_case.amount_at_issue is 'USD in dispute at the latest decision.';
comment on column appeal_case.amount_overturned is 'USD of the latest decision in the provider''s favour.';
comment on column appeal_case.receivable_id is 'The item it is about, where known.';

-- One row per receivable that an appeal is about.
create or replace table appealed_item as
with covered as (
    -- A letter or reference without an amount of one item means all that it names.
    select payer_key, case_number, receivable_id
    from appeal_candidate
    where (place = 1 and (kind < 3 or ties = 1)) or (kind = 2 and not is_of_amount)
    group by all
)
, lead as (
    select distinct receivable_id from appeal_case where receivable_id is not null
)
select
    covered.receivable_id
  , coalesce(max(lead.receivable_id), min(appeal_case.receivable_id)) as counted_with
  , min(appeal_case.filed_date) as filed_date
from covered
join appeal_case
  on appeal_case.payer_key = covered.payer_key and appeal_case.case_number = covered.case_number
left join lead on lead.receivable_id = covered.receivable_id
group by covered.receivable_id;
comment on table appealed_item is 'One row per receivable that an appeal is about: a letter may be about several.';
comment on column appealed_item.counted_with is 'The receivable of appeal_case on which what came back of it counts: itself, where a case goes to it.';
comment on column appealed_item.filed_date is 'When the first appeal about it was filed.';
