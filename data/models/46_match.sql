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
from replayed_piece;
comment on table match is 'One row per part of a claim or provider adjustment given to a receivable.';
comment on column match.amount is 'USD withheld by this part; negative gives. On corrected and recovered rows, USD paid on top.';
comment on column match.tier is '0 the claim itself, 1 same reference, 2 but for its spelling, 3 a number inside it, 4 claim lineage, 5 same amount, 6 lump, 7 allocated, 9 unmatched.';
comment on column match.confidence is 'certain, high, medium, allocated or suspense.';
