-- The spelling all numbers are compared in (data/ledger/spelling.py): bare(number) without leading zeros.
create or replace temp macro normalised(number) as ltrim(bare(number), '0');
