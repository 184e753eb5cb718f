-- One row per posted remittance: how the money paid before offsets became the deposit.
create or replace table remittance_bridge as
with other as (
    select
        provider_adjustment.remittance_id
      , sum(provider_adjustment.amount) as other
      , sum(case when plb_reason.class = 'interest' then provider_adjustment.amount else 0 end) as interest
      , sum(case when plb_reason.class = 'third-party debt' then provider_adjustment.amount else 0 end) as third_party_debt
      , sum(case when plb_reason.class = 'advance' then provider_adjustment.amount else 0 end) as advances
    from provider_adjustment
    join posted_remittance on posted_remittance.remittance_id = provider_adjustment.remittance_id
    left join plb_reason on plb_reason.code = provider_adjustment.reason_code
    left join settling_adjustment
      on settling_adjustment.remittance_id = provider_adjustment.remittance_id
     and settling_adjustment.adjustment_no = provider_adjustment.adjustment_no
    where coalesce(plb_reason.class, 'other') not in ('recoupment', 'carrier', 'settlement')
      and settling_adjustment.remittance_id is null
    group by provider_adjustment.remittance_id
)
select
    posted_remittance.remittance_id
  , posted_remittance.payer_key
  , posted_remittance.month
  , posted_remittance.payment_date
  , posted_remittance.trace_number
  , cast(posted_remittance.claim_paid + coalesce(replayed_total.identified, 0) as decimal(18, 2)) as payments
  , coalesce(replayed_total.identified, 0) as identified
  , coalesce(replayed_total.adjustments, 0) as adjustments
  , coalesce(replayed_total.net_withheld, 0) as net_withheld
  , coalesce(replayed_total.withheld, 0) as withheld
  , coalesce(replayed_total.returned, 0) as returned
  , coalesce(replayed_total.recovered, 0) as recovered
  , coalesce(replayed_total.corrected, 0) as corrected
  , coalesce(replayed_total.refunded, 0) as refunded
  , coalesce(replayed_total.forgiven, 0) as forgiven
  , coalesce(replayed_total.excess_refund, 0) as excess_refund
  , coalesce(replayed_total.uncovered_credit, 0) as uncovered_credit
  , cast(coalesce(other.other, 0) as decimal(18, 2)) as other
  , cast(coalesce(other.interest, 0) as decimal(18, 2)) as interest
  , cast(coalesce(other.third_party_debt, 0) as decimal(18, 2)) as third_party_debt
  , cast(coalesce(other.advances, 0) as decimal(18, 2)) as advances
  , posted_remittance.payment_amount
from posted_remittance
left join replayed_total on replayed_total.remittance_id = posted_remittance.remittance_id
left join other on other.remittance_id = posted_remittance.remittance_id;
comment on table remittance_bridge is 'One row per posted remittance: payment_amount = payments - net_withheld - other.';
comment on column remittance_bridge.payments is 'P, USD: claims paid plus what corrections took, before any offset.';
comment on column remittance_bridge.identified is 'R, USD: overpayment identified through claims.';
comment on column remittance_bridge.adjustments is 'W, USD: provider adjustments that take, put off, forward or settle.';
comment on column remittance_bridge.net_withheld is 'C = R + W, USD.';
comment on column remittance_bridge.withheld is 'G, USD: withheld for recoupment, receivable by receivable.';
comment on column remittance_bridge.returned is 'USD given back on items earlier withheld; part of C and of V.';
comment on column remittance_bridge.recovered is 'USD paid on top of claims earlier withheld; part of V, not of C.';
comment on column remittance_bridge.corrected is 'USD of late corrections; neither G nor V.';
comment on column remittance_bridge.excess_refund is 'USD of refunds returned because too much was sent; neither G nor V.';
comment on column remittance_bridge.uncovered_credit is 'USD credited without a known item, in suspense; negative where a forwarding balance brings such a credit back.';
comment on column remittance_bridge.other is 'O, USD: every other provider adjustment; positive reduces the deposit.';
comment on column remittance_bridge.interest is 'Part of O: interest and penalties.';
comment on column remittance_bridge.third_party_debt is 'Part of O: levies and debts of others.';
comment on column remittance_bridge.advances is 'Part of O: advances, settlements of cost reports.';
comment on column remittance_bridge.payment_amount is 'BPR02, USD: the deposit.';
