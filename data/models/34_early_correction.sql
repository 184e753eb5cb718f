-- One row per claim paid on another remittance that corrects a reversal of the same day or of a week after it.
create or replace table early_correction as
with reversal as (
    select
        posted_remittance.payer_key
      , posted_remittance.payment_date
      , takeback.remittance_id
      , takeback.reversal_claim_no as claim_no
      , -takeback.reversal_paid as reversed
      , abs(claim_payment.charge) as charge
      , claim_payment.service_from
      , takeback.patient_control_number as account
      , takeback.payer_claim_control_number as number
      , coalesce(claim_payment.original_claim_control_number, '') as original_number
      , shared_account.account is not null as is_shared
    from takeback
    join posted_remittance on posted_remittance.remittance_id = takeback.remittance_id
    join claim_payment
      on claim_payment.remittance_id = takeback.remittance_id
     and claim_payment.claim_no = takeback.reversal_claim_no
    left join shared_account
      on shared_account.payer_key = posted_remittance.payer_key
     and shared_account.account = takeback.patient_control_number
    where takeback.correction_claim_no is null and takeback.reversal_paid < 0
)
-- Here too by number first and by payer afterwards.
-- What a correction may call its reversal: by its number, or the one both replace; else by the account alone.
, reversed_name as materialized (
    select payer_key, remittance_id, claim_no, payment_date, number as name, false as is_account
    from reversal
    where number <> ''
    union
    select payer_key, remittance_id, claim_no, payment_date, original_number, false
    from reversal
    where original_number <> ''
    union
    select payer_key, remittance_id, claim_no, payment_date, account, true
    from reversal
    where account <> '' and not is_shared
)
, claim as materialized (
    select
        remittance_id
      , claim_no
      , paid
      , claim_status
      , abs(charge) as charge
      , service_from
      , patient_control_number
      , payer_claim_control_number
      , original_claim_control_number
    from claim_payment
    where claim_status not in ('23', '25')
      and paid <> 0
      and (
            patient_control_number in (select name from reversed_name where is_account)
            or payer_claim_control_number in (select name from reversed_name where not is_account)
            or original_claim_control_number in (select name from reversed_name where not is_account)
        )
)
, written_name as (
    select remittance_id, claim_no, original_claim_control_number as name, false as is_account, 1 as preference
    from claim
    where original_claim_control_number is not null
    union all
    select remittance_id, claim_no, payer_claim_control_number, false, 2
    from claim
    where payer_claim_control_number is not null
    union all
    select remittance_id, claim_no, patient_control_number, true, 3
    from claim
    where patient_control_number is not null
)
, named as materialized (
    select
        reversed_name.payer_key
      , reversed_name.payment_date
      , reversed_name.remittance_id as reversal_remittance_id
      , reversed_name.claim_no as reversal_claim_no
      , written_name.remittance_id
      , written_name.claim_no
      , min(written_name.preference) as preference
    from written_name
    join reversed_name
      on reversed_name.name = written_name.name and reversed_name.is_account = written_name.is_account
    where written_name.remittance_id <> reversed_name.remittance_id
    group by all
)
, candidate as (
    select
        named.* exclude (payer_key, payment_date)
      , date_diff('day', posted_remittance.payment_date, named.payment_date) as days
    from named
    join posted_remittance
      on posted_remittance.remittance_id = named.remittance_id
     and posted_remittance.payer_key = named.payer_key
     and posted_remittance.payment_date between named.payment_date - 7 and named.payment_date
    left join takeback_correction
      on takeback_correction.remittance_id = named.remittance_id
     and takeback_correction.claim_no = named.claim_no
    where takeback_correction.remittance_id is null
)
, same_claim as (
    select
        candidate.*
      , claim.paid
      , reversal.payer_key
      , reversal.payment_date
      , reversal.reversed
      , reversal.number
      , reversal.original_number
      , reversal.account
      , candidate.preference = 1
        and claim.payer_claim_control_number is distinct from reversal.number as is_replacement
    from candidate
    join claim on claim.remittance_id = candidate.remittance_id and claim.claim_no = candidate.claim_no
    join reversal
      on reversal.remittance_id = candidate.reversal_remittance_id
     and reversal.claim_no = candidate.reversal_claim_no
    where claim.claim_status <> '22'
      and claim.paid > 0
      -- The account alone may have several claims: charge and day of service have to agree too.
      and (
            candidate.preference < 3
            or claim.charge = reversal.charge and coalesce(claim.service_from = reversal.service_from, true)
        )
)
-- Whether the claim stood paid without it: else it is the payment that is reversed, and no correction.
, standing_name as (
    select distinct
        reversal_remittance_id, reversal_claim_no, remittance_id, claim_no, payer_key, payment_date
      , number = '' as is_account
      , unnest(if(number = '', [account], list_distinct([number, coalesce(nullif(original_number, ''), number)]))) as name
    from same_claim
)
, named_else as materialized (
    select
        standing_name.* exclude (name, is_account)
      , claim.remittance_id as remittance_id_else
      , claim.paid
    from standing_name
    join written_name
      on written_name.name = standing_name.name
     and written_name.is_account = standing_name.is_account
     and written_name.preference > 1
    join claim on claim.remittance_id = written_name.remittance_id and claim.claim_no = written_name.claim_no
    where (claim.remittance_id <> standing_name.remittance_id or claim.claim_no <> standing_name.claim_no)
      and (
            claim.remittance_id <> standing_name.reversal_remittance_id
            or claim.claim_no <> standing_name.reversal_claim_no
        )
)
, standing as (
    select
        named_else.reversal_remittance_id
      , named_else.reversal_claim_no
      , named_else.remittance_id
      , named_else.claim_no
      , sum(named_else.paid) as paid_else
    from named_else
    join posted_remittance
      on posted_remittance.remittance_id = named_else.remittance_id_else
     and posted_remittance.payer_key = named_else.payer_key
     and posted_remittance.payment_date <= named_else.payment_date
    group by 1, 2, 3, 4
)
-- Nothing else known of the claim: what pays less than is reversed cannot be what is reversed.
, correction as (
    select same_claim.*, coalesce(nullif(same_claim.number, ''), same_claim.account) as reversed_as
    from same_claim
    left join standing
      on standing.reversal_remittance_id = same_claim.reversal_remittance_id
     and standing.reversal_claim_no = same_claim.reversal_claim_no
     and standing.remittance_id = same_claim.remittance_id
     and standing.claim_no = same_claim.claim_no
    where coalesce(
        standing.paid_else >= same_claim.reversed
      , same_claim.is_replacement or same_claim.paid < same_claim.reversed
    )
)
, nearest as (
    select *
    from correction
    qualify row_number() over (
        partition by remittance_id, claim_no
        order by preference, days, reversal_remittance_id, reversal_claim_no
    ) = 1
)
, numbered as (
    select *, row_number() over (
        partition by reversal_remittance_id, reversed_as order by days desc, remittance_id, claim_no
    ) as nth
    from nearest
)
, reversal_numbered as (
    select
        remittance_id
      , claim_no
      , coalesce(nullif(number, ''), account) as reversed_as
      , row_number() over same_number as nth
      , count(*) over (partition by remittance_id, coalesce(nullif(number, ''), account)) as reversals
    from reversal
    window same_number as (
        partition by remittance_id, coalesce(nullif(number, ''), account) order by claim_no
    )
)
-- First with first; what is more than the reversals corrects the last of them: a claim may be split.
select
    numbered.remittance_id
  , numbered.claim_no
  , numbered.paid
  , reversal_numbered.remittance_id as reversal_remittance_id
  , reversal_numbered.claim_no as reversal_claim_no
from numbered
join reversal_numbered
  on reversal_numbered.remittance_id = numbered.reversal_remittance_id
 and reversal_numbered.reversed_as = numbered.reversed_as
 and reversal_numbered.nth = least(numbered.nth, reversal_numbered.reversals);
comment on table early_correction is 'One row per claim paid on another remittance that corrects a reversal of the same day or of a week after it.';
comment on column early_correction.remittance_id is 'The remittance that pays it.';
comment on column early_correction.claim_no is 'The claim payment that corrects.';
comment on column early_correction.paid is 'CLP04 of the correction, USD.';
comment on column early_correction.reversal_remittance_id is 'The remittance of the reversal.';
comment on column early_correction.reversal_claim_no is 'The reversal: the first with the first of one number; a split claim has several corrections.';
