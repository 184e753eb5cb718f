"""Withdrawals that a rule or a missing notice marks: the list behind each count on Lag and notice."""

from __future__ import annotations

import pyarrow as pa

from kpis.engine import Engine
from kpis.filters import Filters, condition

EARLY = "Withdrawn before the configured earliest date"
NO_NOTICE = "No notice on file"
PAST_LOOK_BACK = "Asked for after the look-back"
LETTER_AFTER = "Letter dated after the withdrawal"

CHECKS = {
    NO_NOTICE: "lag_state = 'no notice on file'",
    EARLY: "is_early",
    PAST_LOOK_BACK: "is_past_look_back",
    LETTER_AFTER: "lag_state = 'letter dated after the withdrawal'",
}
"""What a withdrawal can be marked by, and the condition on it."""


def check_counts(engine: Engine, filters: Filters) -> dict[str, int]:
    """How many receivables first withdrawn from in the period each check marks."""
    kept = condition(filters)
    parts = ", ".join(
        f"sum(case when {test} then 1 else 0 end) as check_{at}"
        for at, test in enumerate(CHECKS.values())
    )
    (row,) = engine.query(
        f"select {parts} from withdrawn where {kept.sql}",  # noqa: S608
        kept.params,
    ).to_pylist()
    return {name: int(row[f"check_{at}"] or 0) for at, name in enumerate(CHECKS)}


def checked_withdrawals(
    engine: Engine, filters: Filters, check: str, limit: int | None = None
) -> pa.Table:
    """The receivables first withdrawn from in the period that a check marks, most withheld first.

    Columns: receivable_id, payer, plan_type, notice_date, notice_state, first_withdrawal, lag_days,
    earliest_date, days_early, original_payment_date, look_back_date, appeal_deadline, withheld (USD to date),
    cause, patient_control_number, payer_claim_control_number, rule_id and citation of the rule that decided;
    both null where no rule did. Raises KeyError for a check that is not in CHECKS.
    """
    kept = condition(filters)
    rule = {EARLY: "earliest_rule_id", PAST_LOOK_BACK: "look_back_rule_id"}.get(check, "null")
    sql = f"""
        with marked as (
            select *, {rule} as rule_id from withdrawn where {CHECKS[check]} and {kept.sql}
        )
        select
            marked.receivable_id, marked.payer, marked.plan_type, marked.notice_date, marked.notice_state
          , marked.first_withdrawal, marked.lag_days, marked.earliest_date, marked.days_early
          , marked.original_payment_date, marked.look_back_date, marked.appeal_deadline, marked.withheld
          , marked.cause, marked.patient_control_number, marked.payer_claim_control_number
          , marked.rule_id, rule.citation
        from marked
        left join rule on rule.rule_id = marked.rule_id
        order by marked.withheld desc, marked.receivable_id
    """  # noqa: S608  names are constants, values are parameters
    if limit is None:
        return engine.query(sql, kept.params)
    return engine.query(f"{sql} limit ?", [*kept.params, limit])
