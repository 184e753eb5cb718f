"""Payments reversed (claim status 22) and what was paid in their place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from kpis.controls import OF_REMITTANCES
from kpis.engine import Engine, page_of
from kpis.filters import Condition, Filters, condition
from kpis.money import usd

REVERSAL_SHOWS = {
    "Every reversal": "true",
    "Taken back": "change < 0",
    "Paid more": "change > 0",
    "Same payment": "change = 0",
    "Correction pending": "paired_by = 'correction pending'",
}
"""What the reversal log can be narrowed to, and the condition on a pair."""


@dataclass(frozen=True)
class ReversalTotals:
    """Totals of the reversal log, USD; `taken_back` is positive."""

    reversals: int
    taken_back: Decimal
    paid_more: Decimal
    pending: int
    pending_amount: Decimal


def reversal_totals(
    engine: Engine, filters: Filters, show: str = "Every reversal"
) -> ReversalTotals:
    """Totals over the reversals of the filters' payers and period."""
    listed = _reversals(filters, show)
    (row,) = engine.query(
        f"""
        {listed.sql}
        select
            count(*) as reversals
          , {usd("sum(case when change < 0 then -change else 0 end)")} as taken_back
          , {usd("sum(case when change > 0 then change else 0 end)")} as paid_more
          , count(case when paired_by = 'correction pending' then 1 end) as pending
          , {usd("sum(case when paired_by = 'correction pending' then -change else 0 end)")} as pending_amount
        from listed
        """,  # noqa: S608
        listed.params,
    ).to_pylist()
    return ReversalTotals(**row)


def reversal_rows(
    engine: Engine,
    filters: Filters,
    show: str = "Every reversal",
    limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """Every reversal (claim status 22) with its correction, latest first; USD.

    Columns: payment_date, payer, trace_number, account, payer_claim_control_number, reversed, corrected, change
    (negative = taken back), paired_by, receivable_id (null where nothing was taken).
    """
    listed = _reversals(filters, show)
    order = "payment_date desc, remittance_id, claim_no"
    columns = "* exclude (remittance_id, claim_no)"
    sql = f"{listed.sql} select {columns} from listed order by {order}"  # noqa: S608
    return page_of(engine, sql, listed.params, limit, offset)


def _reversals(filters: Filters, show: str) -> Condition:
    kept = condition(filters, dimensions=OF_REMITTANCES)
    sql = f"""
        with kept as (
            select * from posted_remittance where {kept.sql}
        )
        -- A later withdrawal may be about the same claim: the reversal's own item comes first.
        , item as (
            select
                claim_remittance_id as remittance_id
              , claim_no
              , min_by(receivable_id, if(origin = 'claim reversal', '', 'later ') || receivable_id) as receivable_id
            from receivable
            where origin <> 'letter'
            group by 1, 2
        )
        , pair as (
            select
                kept.remittance_id
              , takeback.reversal_claim_no as claim_no
              , kept.payment_date
              , payer.name as payer
              , kept.trace_number
              , takeback.patient_control_number as account
              , takeback.payer_claim_control_number
              , takeback.reversal_paid as reversed
              , takeback.correction_paid as corrected
              , takeback.delta as change
              , takeback.pair_method as paired_by
              , item.receivable_id
            from takeback
            join kept on kept.remittance_id = takeback.remittance_id
            join payer on payer.payer_key = kept.payer_key
            left join item
              on item.remittance_id = takeback.remittance_id and item.claim_no = takeback.reversal_claim_no
        )
        , listed as (
            select * from pair where {REVERSAL_SHOWS[show]}
        )
    """  # noqa: S608
    return Condition(sql, kept.params)
