-- One row per rule about notice and time: built in, or the user's own. Filled before the models run (data/rules.py).
create table if not exists rule (
    rule_id varchar not null
  , kind varchar not null
  , level integer
  , plan_type varchar
  , state varchar
  , payer_key varchar
  , cause varchar
  , days integer
  , basis varchar not null
  , receipt_days integer not null
  , clock_start varchar
  , citation varchar
  , confidence varchar not null
  , verified_on date
  , source varchar not null
);
comment on table rule is 'One row per rule about notice and time: built in, or the user''s own.';
comment on column rule.rule_id is 'Name of the rule; a rule of the user''s with the same name replaces the one built in.';
comment on column rule.kind is 'earliest withdrawal, notice, appeal or look-back.';
comment on column rule.level is 'Level of appeal, from 1; null for other kinds.';
comment on column rule.plan_type is 'Plan type it is for; null for all.';
comment on column rule.state is 'State it is for, two letters; null for all.';
comment on column rule.payer_key is 'Payer it is for: its name in upper case, letters and digits only; null for all.';
comment on column rule.cause is 'Root cause it is for; null for all.';
comment on column rule.days is 'How many days or months; null = nothing is known here, and no wider rule applies either.';
comment on column rule.basis is 'What is counted: calendar or working days (Monday to Friday), or months.';
comment on column rule.receipt_days is 'Calendar days added first, for the day a letter is presumed to have arrived.';
comment on column rule.clock_start is 'What the clock starts with, in words.';
comment on column rule.citation is 'Where it stands, in our own words.';
comment on column rule.confidence is 'verified, less certain, or "cited, not verified", which decides nothing.';
comment on column rule.verified_on is 'When the citation was last checked.';
comment on column rule.source is 'built in or yours.';

create table if not exists payee_state (
    payee varchar not null
  , state varchar not null
);
comment on table payee_state is 'One row per payee or facility whose state the user gave; an empty payee stands for all others.';
comment on column payee_state.payee is 'NPI, TIN or name of the payee, or name of the facility; empty = every other.';
comment on column payee_state.state is 'State whose insurance law applies, two letters.';
