"""Everything behind one cell: each row that adds up to a measure, with the file, bytes or row it was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

import pyarrow as pa

from kpis.audit_queries import (
    APPEAL,
    COME_BACK,
    DIMENSIONS,
    EVENT,
    FIRST_WITHDRAWAL,
    ITEM,
    LINES,
    ORIGIN,
    PAYMENT,
)
from kpis.catalog import MEASURE_BY_COLUMN
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Filters, condition

QUERIES = {
    "payments": PAYMENT,
    "withheld": EVENT.format(kinds="'withheld'"),
    "recovered": EVENT.format(kinds="'returned', 'recovered'"),
    "come_back_of_month": COME_BACK,
    "refunded": EVENT.format(kinds="'refunded'"),
    "forgiven": EVENT.format(kinds="'forgiven'"),
    "established": EVENT.format(kinds="'established'"),
    "put_off": EVENT.format(kinds="'put_off'"),
    "lag_days": FIRST_WITHDRAWAL.format(
        value="case when receivable.lag_state = 'counted' then receivable.lag_days else 0 end"
    ),
    "lag_count": FIRST_WITHDRAWAL.format(
        value="case when receivable.lag_state = 'counted' then 1 else 0 end"
    ),
    "taken_count": FIRST_WITHDRAWAL.format(value="1"),
    "appeals_full": APPEAL.format(value="case when decided_outcome = 'full' then 1 else 0 end"),
    "appeals_partial": APPEAL.format(
        value="case when decided_outcome = 'partial' then 1 else 0 end"
    ),
    "appeals_upheld": APPEAL.format(value="case when decided_outcome = 'upheld' then 1 else 0 end"),
    "amount_at_issue": APPEAL.format(value="coalesce(appeal_case.amount_at_issue, 0)"),
    "amount_overturned": APPEAL.format(value="appeal_case.amount_overturned"),
}
"""The rows behind each measure of the catalog."""

COLUMNS = {
    "measure": "Measure",
    "month": "Month",
    "payer": "Payer",
    "plan_type": "Plan type",
    "specialty": "Specialty",
    "facility": "Facility",
    "cause": "Cause",
    "mechanism": "Mechanism",
    "value": "Value",
    "what": "What",
    "receivable_id": "Receivable",
    "reference": "Reference",
    "letter_number": "Letter",
    "patient_control_number": "Patient account",
    "payer_claim_control_number": "Payer claim number",
    "payment_date": "Payment date",
    "trace_number": "Trace number",
    "payment_amount": "Payment amount",
    "claim_no": "Claim no.",
    "tier": "Match tier",
    "confidence": "Match confidence",
    "method": "Match method",
    "lines": "Lines [bytes]",
    "file": "File",
    "byte_start": "First byte",
    "byte_end": "Byte after the last",
    "row_number": "Row",
    "load_id": "Load",
    "loaded_at": "Loaded at (UTC)",
}
"""The columns of an audit, in order, and their headings."""

SHOWN_OF_ACCOUNT = 4


def audit_rows(
    engine: Engine, measure: str, filters: Filters, *, masks_accounts: bool = True
) -> pa.Table:
    """Every row whose `value` adds up to the measure within the filters, oldest first; rows of nothing left out.

    Columns: those of COLUMNS. value: USD as decimal, counts and days as integers. tier is the least sure of the
    match. byte_start and byte_end: of the remittance, or of the claim where the row is one; in the kept text of
    the file. masks_accounts: patient control numbers show their last four characters only, also inside
    the other numbers.
    Raises KeyError for a measure the catalog does not have.
    """
    query = QUERIES[measure]
    base = ALL_DIMENSIONS - OF_TAKEBACKS_ONLY if measure == "payments" else ALL_DIMENSIONS
    kept = condition(filters, dimensions=base)
    kind = "decimal(18, 2)" if MEASURE_BY_COLUMN[measure].unit == "usd" else "bigint"
    sql = f"""
        with fact as ({query})
        , kept as (select * from fact where value <> 0 and {kept.sql})
        , {LINES}
        , whole as (
            select
                {", ".join(f"kept.{name}" for name in (*DIMENSIONS, *ITEM, *ORIGIN, "what"))}
              , cast(kept.value as {kind}) as value
              , cast(? as varchar) as measure
              , payer.name as payer
              , remittance.payment_date
              , remittance.trace_number
              , remittance.payment_amount
              , line.tier, line.confidence, line.method, line.lines
              , load.file
              , load.loaded_at
            from kept
            join payer on payer.payer_key = kept.payer_key
            left join remittance on remittance.remittance_id = kept.remittance_id
            left join load on load.load_id = kept.load_id
            left join line
              on line.remittance_id = kept.remittance_id and line.receivable_id = kept.receivable_id
        )
        select {", ".join(_column(name, masks_accounts) for name in COLUMNS)}
        from whole
        order by month, payer, payment_date, trace_number, receivable_id, claim_no, what, value
    """  # noqa: S608  queries are constants, values are parameters
    return engine.query(sql, [*kept.params, measure])


def write_audit(rows: pa.Table, out: TextIO) -> None:
    """Writes an audit as CSV: money with two decimals, months as YYYY-MM, ISO dates, no cell to be run."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for batch in rows.to_batches(max_chunksize=10_000):
        writer.writerows(_cells(batch))


def audit_csv(engine: Engine, measure: str, filters: Filters) -> bytes:
    """The audit as bytes for a download, in UTF-8 with a byte order mark; accounts masked."""
    text = io.StringIO()
    write_audit(audit_rows(engine, measure, filters), text)
    return text.getvalue().encode("utf-8-sig")


ALL_DIMENSIONS = frozenset(LISTS.values())


def _cells(batch: pa.RecordBatch) -> Iterator[list[object]]:
    columns = [column.to_pylist() for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield [_cell(name, value) for name, value in zip(COLUMNS, row, strict=True)]


def _cell(name: str, value: object) -> object:
    if value is None:
        return ""
    if name == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _column(name: str, masks_accounts: bool) -> str:
    if not masks_accounts or name not in _MASKED:
        return name
    return f"{_MASKED[name]} as {name}"


_MASK = f"'••••' || right(patient_control_number, {SHOWN_OF_ACCOUNT})"
_MASKED = {
    "patient_control_number": f"case when length(patient_control_number) > {SHOWN_OF_ACCOUNT} then {_MASK} "
    "when patient_control_number is not null then '••••' end",
    **{
        name: f"case when length(patient_control_number) > {SHOWN_OF_ACCOUNT} "
        f"then replace({name}, patient_control_number, {_MASK}) else {name} end"
        for name in ("reference", "letter_number", "payer_claim_control_number")
    },
}
