-- The facts: append-only, one table per level of the remittance; every row knows its load and its place in the file.

create table if not exists load (
    load_id integer primary key
  , file varchar not null
  , kind varchar not null
  , sha256 varchar not null
  , bytes bigint not null
  , rows integer not null
  , rejected integer not null
  , loaded_at timestamp not null
  , version varchar not null
  , is_sample boolean not null
  , remittances integer not null
  , claims integer not null
  , service_lines integer not null
  , claim_adjustments integer not null
  , provider_adjustments integer not null
  , payment_amount decimal(18, 2) not null
  , claim_paid decimal(18, 2) not null
  , provider_adjustment_total decimal(18, 2) not null
  , unbalanced integer not null
  , quarantined integer not null
  , archive varchar
);
comment on table load is 'One row per file that was loaded; per sheet, where a workbook has several.';
comment on column load.load_id is 'Number of the load, counting from 1.';
comment on column load.file is 'File name as given; never a path outside the upload.';
comment on column load.kind is '835, remittance, offsets, appeals, providers or payers.';
comment on column load.sha256 is 'SHA-256 of the file''s bytes, in hexadecimal; the same bytes are loaded once.';
comment on column load.bytes is 'Size of the file in bytes.';
comment on column load.rows is 'Remittances of a file of remittances, rows of any other table.';
comment on column load.rejected is 'Facts set aside: remittances in quarantine, rows refused.';
comment on column load.loaded_at is 'When the load was made, UTC.';
comment on column load.version is 'Version of Takeback that read the file.';
comment on column load.is_sample is 'True for the bundled sample.';
comment on column load.remittances is 'Remittances in the file, known or new; the counts that follow likewise.';
comment on column load.claims is 'Claim payments in the file.';
comment on column load.service_lines is 'Service lines in the file.';
comment on column load.claim_adjustments is 'Reason/amount pairs of claims and lines in the file.';
comment on column load.provider_adjustments is 'Reason/amount pairs of provider adjustments in the file.';
comment on column load.payment_amount is 'Sum of payment amounts in the file, USD.';
comment on column load.claim_paid is 'Sum of claim payments in the file, USD.';
comment on column load.provider_adjustment_total is 'Sum of provider adjustments in the file, USD; positive reduces the payment.';
comment on column load.unbalanced is 'Remittances of the file that do not tie.';
comment on column load.quarantined is 'Remittances of the file that do not tie or cannot be checked.';
comment on column load.archive is 'Where the text of the file is kept, patient identity blanked; null where it is not.';

create table if not exists problem (
    load_id integer
  , file varchar not null
  , severity varchar not null
  , location varchar not null
  , field varchar not null
  , value varchar not null
  , message varchar not null
  , remedy varchar not null
  , found_at timestamp not null
);
comment on table problem is 'One row per finding about a file, refused files included.';
comment on column problem.load_id is 'The load the finding belongs to; null when the file was refused.';
comment on column problem.file is 'File name as given.';
comment on column problem.severity is 'error (refused or quarantined), warning (loaded, look at it) or info.';
comment on column problem.location is 'Segment number and byte offset, or row number.';
comment on column problem.field is 'Element or column, e.g. BPR02 or notice_date.';
comment on column problem.value is 'What stood there, shortened.';
comment on column problem.message is 'What is wrong.';
comment on column problem.remedy is 'What to do about it.';
comment on column problem.found_at is 'When the finding was made, UTC.';

create table if not exists remittance (
    remittance_id bigint primary key
  , load_id integer not null
  , byte_start bigint not null
  , byte_end bigint not null
  , interchange_control_number varchar
  , group_control_number varchar
  , transaction_control_number varchar
  , version varchar
  , handling_code varchar
  , payment_method varchar
  , payment_amount decimal(18, 2)
  , payment_date date
  , trace_number varchar
  , originator_id varchar
  , production_date date
  , payer_name varchar
  , payer_id varchar
  , payee_name varchar
  , payee_npi varchar
  , payee_tin varchar
  , claim_paid decimal(18, 2)
  , provider_adjustment_total decimal(18, 2)
  , difference decimal(18, 2)
  , balance_state varchar not null
);
comment on table remittance is 'One row per remittance, which is one payment: an 835 transaction, ST to SE, or the rows of a table that tell of it.';
comment on column remittance.remittance_id is 'Made from payer, trace number, amount and date, so it is the same in whatever order files load.';
comment on column remittance.load_id is 'The load that brought the row.';
comment on column remittance.byte_start is 'Offset of the first byte of ST in the file; of its first row in the kept text of a table. Other offsets likewise.';
comment on column remittance.byte_end is 'Offset just past the last byte of SE.';
comment on column remittance.interchange_control_number is 'ISA13.';
comment on column remittance.group_control_number is 'GS06.';
comment on column remittance.transaction_control_number is 'ST02.';
comment on column remittance.version is 'GS08, e.g. 005010X221A1.';
comment on column remittance.handling_code is 'BPR01.';
comment on column remittance.payment_method is 'BPR04: ACH, CHK, NON and so on.';
comment on column remittance.payment_amount is 'BPR02, USD: what reached the bank.';
comment on column remittance.payment_date is 'BPR16: the date every figure is booked on.';
comment on column remittance.trace_number is 'TRN02: number of the check or transfer.';
comment on column remittance.originator_id is 'TRN03.';
comment on column remittance.production_date is 'DTM*405.';
comment on column remittance.payer_name is 'N1*PR name as printed.';
comment on column remittance.payer_id is 'N104 of N1*PR, else REF*2U.';
comment on column remittance.payee_name is 'N1*PE name as printed.';
comment on column remittance.payee_npi is 'N104 of N1*PE where N103 is XX.';
comment on column remittance.payee_tin is 'N104 of N1*PE where N103 is FI, else REF*TJ.';
comment on column remittance.claim_paid is 'Sum of CLP04, USD.';
comment on column remittance.provider_adjustment_total is 'Sum of PLB amounts, USD; positive reduces the payment.';
comment on column remittance.difference is 'payment_amount - (claim_paid - provider_adjustment_total), USD; null when it cannot be computed.';
comment on column remittance.balance_state is 'balanced, unbalanced or unchecked; only balanced remittances reach the ledger, the others are in quarantine.';

create table if not exists claim_payment (
    remittance_id bigint not null
  , claim_no integer not null
  , byte_start bigint not null
  , byte_end bigint not null
  , patient_control_number varchar
  , claim_status varchar
  , charge decimal(18, 2)
  , paid decimal(18, 2)
  , patient_responsibility decimal(18, 2)
  , filing_indicator varchar
  , payer_claim_control_number varchar
  , facility_type varchar
  , frequency varchar
  , original_claim_control_number varchar
  , rendering_npi varchar
  , service_from date
  , service_to date
  , received_date date
  , difference decimal(18, 2)
  , balance_state varchar not null
);
comment on table claim_payment is 'One row per CLP: a claim paid, denied, reversed or corrected in one remittance.';
comment on column claim_payment.remittance_id is 'The remittance it stands in.';
comment on column claim_payment.claim_no is 'Position among the CLPs of the remittance, from 1.';
comment on column claim_payment.byte_start is 'Offset of the first byte of CLP in the file.';
comment on column claim_payment.byte_end is 'Offset just past the claim''s last segment.';
comment on column claim_payment.patient_control_number is 'CLP01: the account number the provider gave.';
comment on column claim_payment.claim_status is 'CLP02; 22 reverses an earlier payment; empty where an export has none.';
comment on column claim_payment.charge is 'CLP03, USD.';
comment on column claim_payment.paid is 'CLP04, USD; negative on a reversal.';
comment on column claim_payment.patient_responsibility is 'CLP05, USD.';
comment on column claim_payment.filing_indicator is 'CLP06; decides the plan type.';
comment on column claim_payment.payer_claim_control_number is 'CLP07.';
comment on column claim_payment.facility_type is 'CLP08.';
comment on column claim_payment.frequency is 'CLP09.';
comment on column claim_payment.original_claim_control_number is 'REF*F8 of the claim.';
comment on column claim_payment.rendering_npi is 'NM109 of NM1*82 where NM108 is XX, else the first REF*HPI of the lines.';
comment on column claim_payment.service_from is 'DTM*232, else the earliest DTM*472/150 of the lines.';
comment on column claim_payment.service_to is 'DTM*233, else the latest DTM*472/151 of the lines.';
comment on column claim_payment.received_date is 'DTM*050.';
comment on column claim_payment.difference is 'CLP03 - adjustments of the claim and its lines - CLP04, USD.';
comment on column claim_payment.balance_state is 'balanced, unbalanced or unchecked; a finding, it refuses nothing.';

create table if not exists service_payment (
    remittance_id bigint not null
  , claim_no integer not null
  , line_no integer not null
  , byte_start bigint not null
  , byte_end bigint not null
  , procedure_qualifier varchar
  , procedure_code varchar
  , modifiers varchar
  , revenue_code varchar
  , charge decimal(18, 2)
  , paid decimal(18, 2)
  , units decimal(18, 3)
  , service_date date
  , line_control_number varchar
  , difference decimal(18, 2)
  , balance_state varchar not null
);
comment on table service_payment is 'One row per SVC: a service line of a claim payment.';
comment on column service_payment.remittance_id is 'The remittance it stands in.';
comment on column service_payment.claim_no is 'The claim payment it belongs to.';
comment on column service_payment.line_no is 'Position among the SVCs of the claim, from 1.';
comment on column service_payment.byte_start is 'Offset of the first byte of SVC in the file.';
comment on column service_payment.byte_end is 'Offset just past the line''s last segment.';
comment on column service_payment.procedure_qualifier is 'SVC01-1, e.g. HC.';
comment on column service_payment.procedure_code is 'SVC01-2.';
comment on column service_payment.modifiers is 'SVC01-3 to SVC01-6, separated by blanks.';
comment on column service_payment.revenue_code is 'SVC04.';
comment on column service_payment.charge is 'SVC02, USD.';
comment on column service_payment.paid is 'SVC03, USD.';
comment on column service_payment.units is 'SVC05; 1 where it is absent.';
comment on column service_payment.service_date is 'DTM*472, else DTM*150.';
comment on column service_payment.line_control_number is 'REF*6R.';
comment on column service_payment.difference is 'SVC02 - adjustments of the line - SVC03, USD.';
comment on column service_payment.balance_state is 'balanced, unbalanced or unchecked.';

create table if not exists claim_adjustment (
    remittance_id bigint not null
  , claim_no integer not null
  , line_no integer not null
  , adjustment_no integer not null
  , group_code varchar
  , reason_code varchar
  , amount decimal(18, 2)
  , quantity decimal(18, 3)
);
comment on table claim_adjustment is 'One row per reason/amount pair of a CAS.';
comment on column claim_adjustment.remittance_id is 'The remittance it stands in.';
comment on column claim_adjustment.claim_no is 'The claim payment it belongs to.';
comment on column claim_adjustment.line_no is 'The service line it belongs to; 0 = the claim itself.';
comment on column claim_adjustment.adjustment_no is 'Position among the adjustments of the claim, from 1.';
comment on column claim_adjustment.group_code is 'CAS01: CO, PR, OA, PI or CR.';
comment on column claim_adjustment.reason_code is 'Claim adjustment reason code (CARC).';
comment on column claim_adjustment.amount is 'USD; positive reduces the payment.';
comment on column claim_adjustment.quantity is 'Units adjusted, where given.';

create table if not exists remark (
    remittance_id bigint not null
  , claim_no integer not null
  , line_no integer not null
  , source varchar not null
  , code varchar not null
);
comment on table remark is 'One row per remark code (RARC) of a claim or a line.';
comment on column remark.remittance_id is 'The remittance it stands in.';
comment on column remark.claim_no is 'The claim payment it belongs to.';
comment on column remark.line_no is 'The service line it belongs to; 0 = the claim itself.';
comment on column remark.source is 'MIA, MOA or LQ.';
comment on column remark.code is 'Remittance advice remark code.';

create table if not exists provider_adjustment (
    remittance_id bigint not null
  , adjustment_no integer not null
  , byte_start bigint not null
  , byte_end bigint not null
  , provider_id varchar
  , fiscal_period_end date
  , reason_code varchar
  , reference varchar
  , amount decimal(18, 2)
);
comment on table provider_adjustment is 'One row per reason/amount pair of a PLB.';
comment on column provider_adjustment.remittance_id is 'The remittance it stands in.';
comment on column provider_adjustment.adjustment_no is 'Position among the PLB pairs of the remittance, from 1.';
comment on column provider_adjustment.byte_start is 'Offset of the first byte of the PLB segment.';
comment on column provider_adjustment.byte_end is 'Offset just past the PLB segment.';
comment on column provider_adjustment.provider_id is 'PLB01.';
comment on column provider_adjustment.fiscal_period_end is 'PLB02; never the date of an event.';
comment on column provider_adjustment.reason_code is 'Adjustment reason, first component, e.g. WO or FB.';
comment on column provider_adjustment.reference is 'Second component: what the payer refers to; empty when absent.';
comment on column provider_adjustment.amount is 'USD; positive reduces the payment.';

create table if not exists remittance_detail (
    remittance_id bigint not null
  , claim_no integer not null
  , line_no integer not null
  , byte_start bigint not null
  , element varchar not null
  , qualifier varchar
  , amount decimal(18, 2)
  , day date
  , value varchar
);
comment on table remittance_detail is 'One row per element of an 835 that says something no other table has; never what identifies a patient.';
comment on column remittance_detail.remittance_id is 'The remittance it stands in.';
comment on column remittance_detail.claim_no is 'The claim payment it belongs to; 0 = the remittance itself.';
comment on column remittance_detail.line_no is 'The service line it belongs to; 0 = the claim or the remittance itself.';
comment on column remittance_detail.byte_start is 'Offset of the first byte of its segment; an LX leads the claims that follow it.';
comment on column remittance_detail.element is 'Segment and position, e.g. AMT02, MIA04, CLP11; NM101 only says that NM1*74 corrects a person.';
comment on column remittance_detail.qualifier is 'What the segment is about: its first element, e.g. B6 of AMT; of SVC06 its qualifier; null where there is none.';
comment on column remittance_detail.amount is 'USD as printed, where the element is an amount.';
comment on column remittance_detail.day is 'The date, where the element is one; of a range the first.';
comment on column remittance_detail.value is 'The text as printed, where amount and day do not say it all.';

create table if not exists offset_notice (
    notice_id bigint not null
  , load_id integer not null
  , row_number integer not null
  , payer_name varchar not null
  , payer_id varchar
  , letter_number varchar
  , reference varchar
  , notice_date date
  , amount decimal(18, 2) not null
  , payer_claim_control_number varchar
  , patient_control_number varchar
  , withdrawal_date date
  , cause varchar
  , reason_code varchar
  , remark_code varchar
  , npi varchar
  , plan_type varchar
  , elected_immediate boolean not null
  , source_text varchar not null
);
comment on table offset_notice is 'One row per row of an offset register or list of notices; current_notice has those in force.';
comment on column offset_notice.notice_id is 'Made from payer, letter, reference and claim; without them from account and date, or date and amount.';
comment on column offset_notice.load_id is 'The load that brought the row.';
comment on column offset_notice.row_number is 'Row in the file; the header is row 1.';
comment on column offset_notice.payer_name is 'Payer as written.';
comment on column offset_notice.payer_id is 'Payer''s identifier, where given.';
comment on column offset_notice.letter_number is 'Number of the demand letter or audit.';
comment on column offset_notice.reference is 'Reference the payer will print in the PLB, where known.';
comment on column offset_notice.notice_date is 'Date of the letter.';
comment on column offset_notice.amount is 'Overpayment claimed, USD, positive.';
comment on column offset_notice.payer_claim_control_number is 'The payer''s number of the claim (ICN, DCN).';
comment on column offset_notice.patient_control_number is 'The provider''s account number of the claim.';
comment on column offset_notice.withdrawal_date is 'Day the money was taken, as the register has it.';
comment on column offset_notice.cause is 'Root cause as written.';
comment on column offset_notice.reason_code is 'CARC, where given.';
comment on column offset_notice.remark_code is 'RARC, where given.';
comment on column offset_notice.npi is 'Rendering provider, where given.';
comment on column offset_notice.plan_type is 'Plan type as written.';
comment on column offset_notice.elected_immediate is 'The provider chose immediate recoupment; such items are left out of the lag.';
comment on column offset_notice.source_text is 'The recognised columns of the row, as they stood.';

create table if not exists appeal (
    appeal_id bigint not null
  , load_id integer not null
  , row_number integer not null
  , payer_name varchar not null
  , payer_id varchar
  , case_number varchar not null
  , level integer not null
  , filed_date date
  , outcome varchar not null
  , decision_date date
  , amount_at_issue decimal(18, 2)
  , amount_overturned decimal(18, 2)
  , amount_recovered decimal(18, 2)
  , recovered_date date
  , letter_number varchar
  , reference varchar
  , payer_claim_control_number varchar
  , patient_control_number varchar
  , source_text varchar not null
);
comment on table appeal is 'One row per row of an appeals log: a level of a case, or one claim of it; current_appeal has those in force.';
comment on column appeal.appeal_id is 'Made from payer, case number and level.';
comment on column appeal.load_id is 'The load that brought the row.';
comment on column appeal.row_number is 'Row in the file; the header is row 1.';
comment on column appeal.payer_name is 'Payer as written.';
comment on column appeal.payer_id is 'Payer''s identifier, where given.';
comment on column appeal.case_number is 'The case; its levels share it.';
comment on column appeal.level is 'Level of appeal, from 1.';
comment on column appeal.filed_date is 'When it was filed.';
comment on column appeal.outcome is 'full, partial, upheld, pending, withdrawn or dismissed.';
comment on column appeal.decision_date is 'When it was decided.';
comment on column appeal.amount_at_issue is 'USD in dispute.';
comment on column appeal.amount_overturned is 'USD decided in the provider''s favour.';
comment on column appeal.amount_recovered is 'USD the log says came back.';
comment on column appeal.recovered_date is 'When the log says it came back.';
comment on column appeal.letter_number is 'Letter appealed against.';
comment on column appeal.reference is 'The payer''s reference, where given.';
comment on column appeal.payer_claim_control_number is 'The payer''s number of the claim.';
comment on column appeal.patient_control_number is 'The provider''s account number of the claim.';
comment on column appeal.source_text is 'The recognised columns of the row, as they stood.';

create table if not exists provider (
    npi varchar not null
  , load_id integer not null
  , row_number integer not null
  , name varchar
  , specialty varchar
  , facility varchar
);
comment on table provider is 'One row per provider and roster; the latest load of an NPI is the one in force.';
comment on column provider.npi is 'National provider identifier.';
comment on column provider.load_id is 'The load that brought the row.';
comment on column provider.row_number is 'Row in the file; the header is row 1.';
comment on column provider.name is 'Provider''s name.';
comment on column provider.specialty is 'Specialty or department.';
comment on column provider.facility is 'Facility or location.';

create table if not exists payer_listing (
    load_id integer not null
  , row_number integer not null
  , name varchar not null
  , payer_id varchar
  , plan_type varchar
  , group_name varchar
);
comment on table payer_listing is 'One row per row of a payer list; the latest load of a name is the one in force.';
comment on column payer_listing.load_id is 'The load that brought the row.';
comment on column payer_listing.row_number is 'Row in the file; the header is row 1.';
comment on column payer_listing.name is 'Name the payer goes by.';
comment on column payer_listing.payer_id is 'Its identifier, where given.';
comment on column payer_listing.plan_type is 'Plan type as written.';
comment on column payer_listing.group_name is 'The payer that the name stands for, where it is another.';
