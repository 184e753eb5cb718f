-- One row per reversal that is corrected for less, and reason code that grew between what was paid first and the correction.
create or replace table hidden_takeback as
with reversed as (
    select
        takeback.remittance_id
      , takeback.reversal_claim_no as claim_no
      , takeback.correction_claim_no as correction_no
      , -takeback.delta as pays_less
      , min(receivable.receivable_id) as receivable_id
    from takeback
    left join receivable
      on receivable.claim_remittance_id = takeback.remittance_id
     and receivable.claim_no = takeback.reversal_claim_no
     and receivable.origin <> 'letter'
    where takeback.delta < 0
    group by 1, 2, 3, 4
)
, pair as (
    select remittance_id, claim_no, remittance_id as correction_remittance_id, correction_no, receivable_id, pays_less
    from reversed
    where correction_no is not null
    union all
    -- A reversal that came alone is corrected by another remittance; of a claim that was split its first part stands for it.
    select
        reversed.remittance_id
      , reversed.claim_no
      , arg_min(match.remittance_id, (match.remittance_id, match.claim_no))
      , arg_min(match.claim_no, (match.remittance_id, match.claim_no))
      , reversed.receivable_id
      , reversed.pays_less - sum(match.amount)
    from reversed
    join match on match.receivable_id = reversed.receivable_id and match.kind = 'corrected'
    where reversed.correction_no is null
    group by reversed.remittance_id, reversed.claim_no, reversed.receivable_id, reversed.pays_less
    having sum(match.amount) < reversed.pays_less
)
-- A reversal repeats the first payment's adjustments with the other sign. Some payers leave them out: then the first payment's own count.
, bare_reversal as (
    select pair.remittance_id, pair.claim_no, pair.receivable_id
    from pair
    where not exists (
        select 1
        from claim_adjustment
        where claim_adjustment.remittance_id = pair.remittance_id and claim_adjustment.claim_no = pair.claim_no
    )
)
, side as (
    select remittance_id as of_remittance, claim_no as of_claim, remittance_id, claim_no, -1 as before, 0 as after
    from pair
    union all
    select remittance_id, claim_no, correction_remittance_id, correction_no, 0, 1
    from pair
    union all
    select
        bare_reversal.remittance_id, bare_reversal.claim_no
      , original_payment.remittance_id, original_payment.claim_no, 1, 0
    from bare_reversal
    join original_payment on original_payment.receivable_id = bare_reversal.receivable_id
)
, code as (
    select
        side.of_remittance as remittance_id
      , side.of_claim as claim_no
      , coalesce(claim_adjustment.reason_code, '') as reason_code
      , coalesce(claim_adjustment.group_code, '') as group_code
      , cast(sum(side.before * claim_adjustment.amount) as decimal(18, 2)) as before
      , cast(sum(side.after * claim_adjustment.amount) as decimal(18, 2)) as after
    from side
    join claim_adjustment
      on claim_adjustment.remittance_id = side.remittance_id and claim_adjustment.claim_no = side.claim_no
    where claim_adjustment.amount is not null
    group by 1, 2, 3, 4
)
select
    pair.remittance_id
  , pair.claim_no
  , pair.correction_remittance_id
  , pair.correction_no
  , pair.receivable_id
  , code.reason_code
  , code.group_code
  , code.before
  , code.after
  , cast(code.after - code.before as decimal(18, 2)) as growth
  , pair.pays_less
  , row_number() over (
        partition by pair.remittance_id, pair.claim_no
        order by code.after - code.before desc, code.reason_code, code.group_code
    ) = 1 as grew_most
  , never_a_cause.code is not null as names_no_cause
from pair
join code on code.remittance_id = pair.remittance_id and code.claim_no = pair.claim_no
left join never_a_cause on never_a_cause.code = code.reason_code
where code.after > code.before;
comment on table hidden_takeback is 'One row per reversal that is corrected for less, and reason code that grew.';
comment on column hidden_takeback.remittance_id is 'The remittance of the reversal.';
comment on column hidden_takeback.claim_no is 'The reversal.';
comment on column hidden_takeback.correction_remittance_id is 'The remittance of the correction: the same, or another one.';
comment on column hidden_takeback.correction_no is 'The correction.';
comment on column hidden_takeback.receivable_id is 'The receivable it established; null where there is none.';
comment on column hidden_takeback.reason_code is 'Claim adjustment reason code (CARC).';
comment on column hidden_takeback.group_code is 'CAS01: CO, PR, OA, PI or CR.';
comment on column hidden_takeback.before is 'USD adjusted with the code in the payment that is reversed, claim and lines together.';
comment on column hidden_takeback.after is 'USD adjusted with the code in the correction, claim and lines together.';
comment on column hidden_takeback.growth is 'after - before, USD; always positive.';
comment on column hidden_takeback.pays_less is 'USD the correction pays less than what is reversed.';
comment on column hidden_takeback.grew_most is 'Whether no other code of the pair grew more.';
comment on column hidden_takeback.names_no_cause is 'Whether the code never is a root cause, such as the contractual write-off.';
