-- The spelling all numbers are compared in (data/ledger/spelling.py): bare(number) without leading zeros.
-- Most are spelled so already: to test for that costs less than to rewrite them.
create or replace temp macro normalised(number) as ltrim(
    case
        when regexp_full_match(number, '[0-9A-Z]*') then number
        else bare(number)
    end
  , '0'
);
