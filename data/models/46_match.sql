-- One row per part of a claim or provider adjustment given to a receivable, with what tied it.
create or replace table match as
select
    remittance_id
  , receivable_id
  , kind
  , claim_no
  , adjustment_no
  , amount
  , tier
  , method
  , confidence
  , is_affiliate
  , decided_by
  , decided_at
  , decided_why
from replayed_piece;
comment on table match is 'One row per part of a claim or provider adjustment given to a receivable.';
comment on column match.amount is 'USD withheld by this part; negative gives. On corrected and recovered rows, USD paid on top.';
comment on column match.tier is '0 the claim itself or decided by a person, 1 same reference, 2 but for its spelling, 3 a number inside it, 4 claim lineage, 5 same amount, 6 lump, 7 allocated, 9 unmatched.';
comment on column match.confidence is 'confirmed, certain, high, medium, allocated or suspense.';
comment on column match.decided_by is 'Who decided; null where the rules did.';
comment on column match.decided_at is 'When it was decided, UTC.';
comment on column match.decided_why is 'Why, in the words of who decided.';
comment on column match.is_affiliate is 'True where the payer calls it an offset of an affiliate (OB), or another payee than the one who owes it was paid less.';

-- One row per withdrawal in suspense and open item it could be about.
create or replace table suspense_candidate as
select remittance_id, adjustment_no, amount, receivable_id, candidate_amount, reason, rank
from replayed_candidate;
comment on table suspense_candidate is 'One row per withdrawal in suspense and open item, or unanswered letter, it could be about.';
comment on column suspense_candidate.amount is 'USD of the withdrawal that is in suspense.';
comment on column suspense_candidate.candidate_amount is 'USD open on the item, or claimed by its letter, at that moment.';
comment on column suspense_candidate.reason is 'same reference, same amount, part of the number, or adds up with others.';
comment on column suspense_candidate.rank is 'The likeliest is 1.';

-- One row per decision about a match that could not be followed.
create or replace table stale_decision as
select remittance_id, adjustment_no, receivable_id, made_by, made_at, why, reason
from replayed_stale;
comment on table stale_decision is 'One row per decision about a match that could not be followed; the rules decided instead.';
comment on column stale_decision.receivable_id is 'The receivable decided on; null where it was to stay in suspense.';
comment on column stale_decision.made_by is 'Who decided.';
comment on column stale_decision.made_at is 'When, UTC.';
comment on column stale_decision.why is 'Why, in the words of who decided.';
comment on column stale_decision.reason is 'Why it could not be followed.';
