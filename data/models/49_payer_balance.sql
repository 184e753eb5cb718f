-- One row per receivable with a forwarding balance: the pool of a payer and payee, given to its items.
create or replace table forwarding_pool as
select
    payer_key
  , payee
  , receivable_id
  , row_number() over (partition by payer_key, payee order by established_on, opened) as position
  , forwarded as amount
  , short as short_amount
  , 'allocated' as label
from replayed_receivable
where forwarded > 0;
comment on table forwarding_pool is 'One row per receivable with a forwarding balance. The payer states the pool only; its split over items is allocated, the oldest taken first.';
comment on column forwarding_pool.payee is 'Whose pool it is: NPI, else TIN, else name.';
comment on column forwarding_pool.position is 'Order of taking in its pool, from 1.';
comment on column forwarding_pool.amount is 'USD forwarded and not yet brought in.';
comment on column forwarding_pool.short_amount is 'Part of it that a payment of zero could not take, USD; the rest the payer chose to put off.';
comment on column forwarding_pool.label is 'Always "allocated".';

-- One row per payer that ever was owed anything: what is open beside what it last printed as forwarded.
create or replace table payer_open_balance as
with item as (
    select
        payer_key
      , sum(put_off + forwarded) as open_balance
      , sum(short) as forwarded
      , sum(put_off + forwarded - short) as put_off
    from replayed_receivable
    group by payer_key
)
-- A balance stands until a later remittance of the same payee brings it in, with or without a new one.
, printed as (
    select
        posted_remittance.payer_key
      , posted_remittance.payee
      , posted_remittance.remittance_id
      , posted_remittance.payment_date
      , posted_remittance.trace_number
      , posted_remittance.payment_amount
      , sum(case when provider_adjustment.amount < 0 then -provider_adjustment.amount else 0 end) as carried
      , sum(case when provider_adjustment.amount > 0 then provider_adjustment.amount else 0 end) as brought_in
    from provider_adjustment
    join posted_remittance on posted_remittance.remittance_id = provider_adjustment.remittance_id
    where provider_adjustment.reason_code = 'FB'
    group by all
)
, last_printed as (
    select
        payer_key
      , case when payment_amount <= 0 then carried else 0 end as carried
    from printed
    where payment_amount <= 0 or brought_in > 0
    qualify row_number() over (
        partition by payer_key, payee
        order by
            payment_date desc
            -- Of one day a trace number that is a number counts as a number, as the replay reads them.
          , if(regexp_full_match(trace_number, '[0-9]+'), lpad(trace_number, 50, '0'), trace_number) desc
          , payment_amount desc
          , remittance_id desc
    ) = 1
)
, last_of_payer as (
    select payer_key, sum(carried) as carried
    from last_printed
    group by payer_key
)
select
    item.payer_key
  , cast(item.open_balance as decimal(18, 2)) as open_balance
  , cast(item.forwarded as decimal(18, 2)) as forwarded
  , cast(item.put_off as decimal(18, 2)) as put_off
  , cast(coalesce(last_of_payer.carried, 0) as decimal(18, 2)) as last_forwarded
  , cast(item.open_balance - item.put_off - coalesce(last_of_payer.carried, 0) as decimal(18, 2)) as difference
from item
left join last_of_payer on last_of_payer.payer_key = item.payer_key;
comment on table payer_open_balance is 'One row per payer with receivables: open_balance = last_forwarded + put_off + difference.';
comment on column payer_open_balance.open_balance is 'USD put off or forwarded and not yet taken.';
comment on column payer_open_balance.forwarded is 'Part of it that payments of zero could not take, USD.';
comment on column payer_open_balance.put_off is 'Part of it that the payer chose to take later, USD.';
comment on column payer_open_balance.last_forwarded is 'USD of the last FB- each payee was sent with a payment of zero; 0 where it was brought in since.';
comment on column payer_open_balance.difference is 'USD that the payer''s own balance does not show; not 0 where it forgot a balance, or brought in one from before the data.';
