"""Everything behind one cell: each row that adds up to a measure, with the file, bytes or row it was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

import pyarrow as pa

from data.spreadsheets import harmless
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
from kpis.audit_secondary import secondary_rows
from kpis.catalog import KPI_BY_NAME, KPIS, MEASURE_BY_COLUMN, MEASURES
from kpis.engine import Engine
from kpis.filters import LISTS, OF_TAKEBACKS_ONLY, Condition, Filters, condition
from kpis.formulas import terms
from kpis.secondary import DAYS_AHEAD, SECONDARY, SECONDARY_BY_NAME

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
    "part": "Part",
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

TITLES = {
    **{kpi.name: kpi.title for kpi in KPIS},
    **{measure.column: measure.title for measure in MEASURES},
    **{kpi.name: kpi.title for kpi in SECONDARY},
}
"""What can be audited, by name: every KPI of the catalog, every measure, every secondary figure."""


@dataclass(frozen=True)
class Part:
    """A measure that a figure is made of. name: its place there, None for the measure by itself."""

    measure: str
    name: str | None = None
    is_taken_away: bool = False


def audit_rows(
    engine: Engine,
    figure: str,
    filters: Filters,
    as_of: date | None = None,
    days_ahead: int = DAYS_AHEAD,
    *,
    masks_accounts: bool = True,
) -> pa.Table:
    """Every row that makes a figure within the filters, part by part and oldest first.

    figure: a name of TITLES. Columns: those of COLUMNS. value: USD as decimal, counts and days as integers. part:
    "numerator" and "denominator", whose sums divided are a ratio; "added" and "taken away", whose values add up to
    a difference; null where the values add up to the figure, or where it is the mean or a percentile of them.
    tier is the least sure of the match. byte_start and byte_end: of the remittance, or of the claim where the row
    is one; in the kept text of the file. masks_accounts: patient control numbers show their last four characters
    only, also inside the other numbers. as_of, days_ahead: as for `secondary_figures`.
    Raises KeyError for a figure the catalog does not have.
    """
    parts = _parts(figure)
    if parts:
        return pa.concat_tables(
            _of_measure(engine, part, filters, masks_accounts) for part in parts
        )
    kpi = SECONDARY_BY_NAME[figure]
    rows = secondary_rows(kpi, filters, as_of, days_ahead)
    is_usd = "amount" in (kpi.worth, kpi.of_worth) or kpi.unit == "usd"
    sql = _with_origin("counted_row", USD if is_usd else "bigint", masks_accounts)
    return engine.query(f"{rows.sql}, {sql}", [*rows.params, figure])


def _parts(figure: str) -> tuple[Part, ...]:
    """The measures a figure is made of; none where it is read from rows of its own."""
    if figure in MEASURE_BY_COLUMN:
        return (Part(figure),)
    if figure in KPI_BY_NAME:
        above, below = KPI_BY_NAME[figure].numerator, KPI_BY_NAME[figure].denominator
    else:
        of_measures = SECONDARY_BY_NAME[figure].of_measures
        if of_measures is None:
            return ()
        above, below = of_measures
    if below is None:
        return tuple(Part(m, "taken away" if less else "added", less) for less, m in terms(above))
    return tuple(
        Part(measure, name, is_taken_away)
        for name, expression in (("numerator", above), ("denominator", below))
        for is_taken_away, measure in terms(expression)
    )


def _of_measure(engine: Engine, part: Part, filters: Filters, masks_accounts: bool) -> pa.Table:
    rows = _measured(part, filters)
    kind = USD if MEASURE_BY_COLUMN[part.measure].unit == "usd" else "bigint"
    sql = _with_origin("measured_row", kind, masks_accounts)
    return engine.query(f"{rows.sql}, {sql}", [*rows.params, part.measure])


def _measured(part: Part, filters: Filters) -> Condition:
    """A with clause that ends in `measured_row`: the rows of a measure within the filters, none of nothing."""
    base = ALL_DIMENSIONS - OF_TAKEBACKS_ONLY if part.measure == "payments" else ALL_DIMENSIONS
    kept = condition(filters, dimensions=base)
    sign = "-" if part.is_taken_away else ""
    sql = f"""
        with fact as ({QUERIES[part.measure]})
        , measured_row as (
            select
                fact.* replace ({sign}fact.value as value)
              , payer.name as of_payer
              , cast(? as varchar) as part
            from fact
            join payer on payer.payer_key = fact.payer_key
            where value <> 0 and {kept.sql.replace("payer_key", "fact.payer_key")}
        )
    """  # noqa: S608  queries are constants, values are parameters
    return Condition(sql, (part.name, *kept.params))


def _with_origin(rows: str, kind: str, masks_accounts: bool) -> str:
    """The rest of a query: the rows with what they were read from, in the columns of an audit."""
    return f"""
        {LINES}
        , whole as (
            select
                {", ".join(f"kept.{name}" for name in (*DIMENSIONS, *ITEM, *ORIGIN, "what", "part"))}
              , cast(kept.value as {kind}) as value
              , cast(? as varchar) as measure
              , kept.of_payer as payer
              , remittance.payment_date
              , remittance.trace_number
              , remittance.payment_amount
              , line.tier, line.confidence, line.method, line.lines
              , load.file
              , load.loaded_at
            from {rows} as kept
            left join remittance on remittance.remittance_id = kept.remittance_id
            left join load on load.load_id = kept.load_id
            left join line
              on line.remittance_id = kept.remittance_id and line.receivable_id = kept.receivable_id
        )
        select {", ".join(_column(name, masks_accounts) for name in COLUMNS)}
        from whole
        order by part desc, month, payer, payment_date, trace_number, receivable_id, claim_no, what, value
    """  # noqa: S608


def write_audit(rows: pa.Table, out: TextIO) -> None:
    """Writes an audit as CSV: money with two decimals, months as YYYY-MM, ISO dates, no cell to be run."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for batch in rows.to_batches(max_chunksize=10_000):
        writer.writerows(_cells(batch))


def audit_csv(engine: Engine, figure: str, filters: Filters) -> bytes:
    """The audit as bytes for a download, in UTF-8 with a byte order mark; accounts masked."""
    text = io.StringIO()
    write_audit(audit_rows(engine, figure, filters), text)
    return text.getvalue().encode("utf-8-sig")


USD = "decimal(18, 2)"
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
    return harmless(value) if isinstance(value, str) else value


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
