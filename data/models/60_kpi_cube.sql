-- One row per month, payer, plan type, specialty, facility, cause and mechanism; every measure adds up.
create or replace table kpi_cube as
with claim_total as (
    select remittance_id, filing_indicator, rendering_npi, sum(coalesce(paid, 0)) as payments
    from claim_payment
    group by 1, 2, 3
)
-- A reversal and its correction count together, and only with what they pay on top.
, takeback_claim as (
    select remittance_id, reversal_claim_no as claim_no, greatest(delta, 0) - reversal_paid as payments
    from takeback
    union all
    select remittance_id, claim_no, -paid
    from takeback_correction
)
, payment as (
    select remittance_id, filing_indicator, rendering_npi, payments
    from claim_total
    union all
    select plb_only_remittance.remittance_id, null, null, posted_remittance.claim_paid
    from plb_only_remittance
    join posted_remittance on posted_remittance.remittance_id = plb_only_remittance.remittance_id
    union all
    select claim_payment.remittance_id, claim_payment.filing_indicator, claim_payment.rendering_npi, takeback_claim.payments
    from takeback_claim
    join claim_payment
      on claim_payment.remittance_id = takeback_claim.remittance_id
     and claim_payment.claim_no = takeback_claim.claim_no
)
, claim as (
    select
        posted_remittance.payer_key
      , posted_remittance.month
      , payment.payments
      , coalesce(plan_type.plan_type, payer.plan_type, 'Other') as plan_type
      , coalesce(rendering.specialty, 'Unassigned') as specialty
      , coalesce(rendering.facility, payee.facility, 'Unassigned') as facility
    from payment
    join posted_remittance on posted_remittance.remittance_id = payment.remittance_id
    join payer on payer.payer_key = posted_remittance.payer_key
    left join plan_type on plan_type.filing_indicator = payment.filing_indicator
    left join current_provider as rendering on rendering.npi = payment.rendering_npi
    left join current_provider as payee on payee.npi = posted_remittance.payee_npi
)
-- What came back, given to the takings of its item oldest first, so that each month's taking knows what returned of it.
, come_back as (
    select receivable_id, sum(amount) as come_back
    from receivable_event
    where kind in ('returned', 'recovered')
    group by receivable_id
)
, taking as (
    select
        receivable_event.receivable_id
      , receivable_event.month
      , receivable_event.mechanism
      , receivable_event.amount
      , sum(receivable_event.amount) over (
            partition by receivable_event.receivable_id order by receivable_event.event_no
        ) as taken_until
      , coalesce(come_back.come_back, 0) as come_back
    from receivable_event
    left join come_back on come_back.receivable_id = receivable_event.receivable_id
    where receivable_event.kind = 'withheld'
)
, moved as (
    select
        receivable_id
      , month
      , mechanism
      , amount as withheld
      , least(taken_until, come_back) - least(taken_until - amount, come_back) as come_back_of_month
      , 0 as recovered, 0 as refunded, 0 as forgiven, 0 as established, 0 as put_off
      , 0 as lag_days, 0 as lag_count, 0 as taken_count
    from taking
    union all
    select
        receivable_id
      , month
      , null
      , 0
      , 0
      , case when kind in ('returned', 'recovered') then amount else 0 end
      , case when kind = 'refunded' then amount else 0 end
      , case when kind = 'forgiven' then amount else 0 end
      , case when kind = 'established' then amount else 0 end
      , case when kind = 'put_off' then amount else 0 end
      , 0
      , 0
      , 0
    from receivable_event
    where kind in ('returned', 'recovered', 'refunded', 'forgiven', 'established', 'put_off')
    union all
    select
        receivable_id
      , date_trunc('month', first_withdrawal)::date
      , null
      , 0, 0, 0, 0, 0, 0, 0
      , case when lag_state = 'counted' then lag_days else 0 end
      , case when lag_state = 'counted' then 1 else 0 end
      , 1
    from receivable
    where first_withdrawal is not null
)
, fact as (
    select
        month, payer_key, plan_type, specialty, facility, '' as cause, '' as mechanism
      , payments
      , 0 as withheld, 0 as recovered, 0 as come_back_of_month, 0 as refunded, 0 as forgiven
      , 0 as established, 0 as put_off, 0 as lag_days, 0 as lag_count, 0 as taken_count
      , 0 as appeals_full, 0 as appeals_partial, 0 as appeals_upheld
      , 0 as amount_at_issue, 0 as amount_overturned
    from claim
    union all
    select
        moved.month, receivable.payer_key, receivable.plan_type, receivable.specialty, receivable.facility
      , receivable.cause, coalesce(moved.mechanism, receivable.mechanism)
      , 0
      , moved.withheld, moved.recovered, moved.come_back_of_month, moved.refunded, moved.forgiven
      , moved.established, moved.put_off, moved.lag_days, moved.lag_count, moved.taken_count
      , 0, 0, 0, 0, 0
    from moved
    join receivable on receivable.receivable_id = moved.receivable_id
    union all
    select
        decision_month, payer_key, plan_type, specialty, facility, cause, mechanism
      , 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      , case when decided_outcome = 'full' then 1 else 0 end
      , case when decided_outcome = 'partial' then 1 else 0 end
      , case when decided_outcome = 'upheld' then 1 else 0 end
      , coalesce(amount_at_issue, 0)
      , amount_overturned
    from appeal_case
    where decided_outcome is not null
)
select
    fact.month
  , payer.payer_key
  , payer.name as payer
  , fact.plan_type
  , fact.specialty
  , fact.facility
  , fact.cause
  , fact.mechanism
  , cast(sum(fact.payments) as decimal(18, 2)) as payments
  , cast(sum(fact.withheld) as decimal(18, 2)) as withheld
  , cast(sum(fact.recovered) as decimal(18, 2)) as recovered
  , cast(sum(fact.come_back_of_month) as decimal(18, 2)) as come_back_of_month
  , cast(sum(fact.refunded) as decimal(18, 2)) as refunded
  , cast(sum(fact.forgiven) as decimal(18, 2)) as forgiven
  , cast(sum(fact.established) as decimal(18, 2)) as established
  , cast(sum(fact.put_off) as decimal(18, 2)) as put_off
  , cast(sum(fact.lag_days) as bigint) as lag_days
  , cast(sum(fact.lag_count) as bigint) as lag_count
  , cast(sum(fact.taken_count) as bigint) as taken_count
  , cast(sum(fact.appeals_full) as bigint) as appeals_full
  , cast(sum(fact.appeals_partial) as bigint) as appeals_partial
  , cast(sum(fact.appeals_upheld) as bigint) as appeals_upheld
  , cast(sum(fact.amount_at_issue) as decimal(18, 2)) as amount_at_issue
  , cast(sum(fact.amount_overturned) as decimal(18, 2)) as amount_overturned
from fact
join payer on payer.payer_key = fact.payer_key
group by all;
comment on table kpi_cube is 'One row per month, payer, plan type, specialty, facility, cause and mechanism; every measure adds up.';
comment on column kpi_cube.cause is 'Root cause; empty on payments, which are no takeback.';
comment on column kpi_cube.mechanism is 'How the cash was taken; empty on payments.';
comment on column kpi_cube.payments is 'P, USD: payments before offsets.';
comment on column kpi_cube.withheld is 'G, USD.';
comment on column kpi_cube.recovered is 'V, USD, in the month it came back.';
comment on column kpi_cube.come_back_of_month is 'V to date, USD, in the month of the taking it undoes.';
comment on column kpi_cube.lag_days is 'Sum of lags, days, in the month of the first withdrawal.';
comment on column kpi_cube.lag_count is 'Receivables whose lag is counted.';
comment on column kpi_cube.taken_count is 'Receivables first withdrawn from.';
comment on column kpi_cube.appeals_full is 'Cases whose latest decision overturned in full.';
comment on column kpi_cube.appeals_partial is 'Cases whose latest decision overturned in part.';
comment on column kpi_cube.appeals_upheld is 'Cases whose latest decision upheld the takeback.';
