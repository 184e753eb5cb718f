"""Letters no remittance has answered, by what figures are told by: their provider is on the roster with a specialty."""

LETTERS = """(
    select
        open_letter.*
      , coalesce(written_cause.cause, nullif(current_notice.cause, ''), 'Unclassified') as cause
      , coalesce(current_provider.specialty, 'Unassigned') as specialty
      , coalesce(current_provider.facility, 'Unassigned') as facility
      , coalesce(written_plan.plan_type, payer.plan_type, 'Other') as plan_type
      , 'Not taken' as mechanism
    from open_letter
    join payer on payer.payer_key = open_letter.payer_key
    join current_notice on current_notice.notice_id = open_letter.notice_id
    left join current_provider on current_provider.npi = current_notice.npi
    left join cause as written_cause on lower(written_cause.cause) = lower(trim(current_notice.cause))
    left join (select distinct plan_type from plan_type) as written_plan
      on lower(written_plan.plan_type) = lower(trim(current_notice.plan_type))
)"""
"""One row per letter, to select from: the columns of open_letter and every dimension of kpis.filters."""
