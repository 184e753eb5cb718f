"""Hidden takebacks: reason codes that grew between the payment reversed and its correction, and the claims behind."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from kpis.engine import Engine, page_of
from kpis.filters import Condition, Filters, condition


@dataclass(frozen=True)
class GrownCode:
    """A reason code that grew between the payment reversed and its correction, by payer and group.

    corrections: how many it grew on; leading: on how many of them no code grew more. growth, pays_less: USD, the
    rise of the code, and what those corrections pay less.
    """

    payer: str
    reason_code: str
    group_code: str
    corrections: int
    leading: int
    growth: Decimal
    pays_less: Decimal
    names_no_cause: bool
    why: str

    @property
    def code(self) -> str:
        """Group and reason code as remittances print them, e.g. CO-45."""
        return "-".join(part for part in (self.group_code, self.reason_code) if part) or "no code"


def grown_codes(engine: Engine, filters: Filters) -> tuple[GrownCode, ...]:
    """Reason codes that grew on corrections of the period; those that name no cause first, then by growth."""
    kept = _kept(filters)
    rows = engine.query(
        f"""
        {kept.sql}
        select
            kept.payer
          , kept.reason_code
          , kept.group_code
          , count(*) as corrections
          , count(case when kept.grew_most then 1 end) as leading
          , cast(sum(kept.growth) as decimal(18, 2)) as growth
          , cast(sum(kept.pays_less) as decimal(18, 2)) as pays_less
          , bool_or(kept.names_no_cause) as names_no_cause
          , coalesce(max(never_a_cause.why), max(code_cause.cause), 'no cause on file') as why
        from kept
        left join never_a_cause on never_a_cause.code = kept.reason_code
        left join code_cause on code_cause.code_set = 'CARC' and code_cause.code = kept.reason_code
        group by kept.payer, kept.reason_code, kept.group_code
        order by names_no_cause desc, growth desc, payer, reason_code, group_code
        """,  # noqa: S608
        kept.params,
    ).to_pylist()
    return tuple(GrownCode(**row) for row in rows)


def grown_corrections(
    engine: Engine,
    filters: Filters,
    one: GrownCode,
    limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """The corrections one of `grown_codes` grew on, most grown first; USD.

    Columns: payment_date (of the reversal), corrected_on, account, payer_claim_control_number, before, after,
    growth, pays_less, trace_number, receivable_id (null where nothing was taken).
    """
    kept = _kept(filters)
    sql = f"""
        {kept.sql}
        select
            reversed.payment_date
          , corrected.payment_date as corrected_on
          , takeback.patient_control_number as account
          , takeback.payer_claim_control_number
          , kept.before
          , kept.after
          , kept.growth
          , kept.pays_less
          , reversed.trace_number
          , kept.receivable_id
        from kept
        join posted_remittance as reversed on reversed.remittance_id = kept.remittance_id
        join posted_remittance as corrected on corrected.remittance_id = kept.correction_remittance_id
        join takeback
          on takeback.remittance_id = kept.remittance_id and takeback.reversal_claim_no = kept.claim_no
        where kept.payer = ? and kept.reason_code = ? and kept.group_code = ?
        order by kept.growth desc, reversed.payment_date, kept.remittance_id, kept.claim_no
    """  # noqa: S608
    params = (*kept.params, one.payer, one.reason_code, one.group_code)
    return page_of(engine, sql, params, limit, offset)


def _kept(filters: Filters) -> Condition:
    """Codes that grew on corrections of the filters' slice, in the month of the reversal."""
    kept = condition(filters)
    of_items, items = (_OF_THEIR_ITEMS, _THEIR_ITEMS) if filters.splits_remittances else ("", "")
    sql = f"""
        with grown as (
            select
                hidden_takeback.*
              , posted_remittance.month
              , posted_remittance.payer_key
              , payer.name as payer
              {of_items}
            from hidden_takeback
            join posted_remittance on posted_remittance.remittance_id = hidden_takeback.remittance_id
            join payer on payer.payer_key = posted_remittance.payer_key
            {items}
        )
        , kept as (
            select * from grown where {kept.sql}
        )
    """  # noqa: S608
    return Condition(sql, kept.params)


# What a reason code that grew is filtered by beyond month and payer, from the item its reversal established.
_OF_THEIR_ITEMS = """
              , coalesce(receivable.plan_type, payer.plan_type) as plan_type
              , coalesce(receivable.specialty, 'Unassigned') as specialty
              , coalesce(receivable.facility, 'Unassigned') as facility
              , coalesce(receivable.cause, 'Unclassified') as cause
              , coalesce(receivable.mechanism, 'Not taken') as mechanism
"""
_THEIR_ITEMS = "left join receivable on receivable.receivable_id = hidden_takeback.receivable_id"
