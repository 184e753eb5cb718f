-- The spelling all numbers are compared in: upper case, letters and digits only, without leading zeros.
-- Most are spelled so already: to test for that costs less than to rewrite them.
create or replace temp macro normalised(number) as ltrim(
    case
        when regexp_full_match(number, '[0-9A-Z]*') then number
        else upper(regexp_replace(number, '[^\p{L}\p{N}]', '', 'g'))
    end
  , '0'
);
