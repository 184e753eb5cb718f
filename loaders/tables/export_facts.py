"""The facts of registers, appeal logs, rosters and payer lists: typed columns, and a number that tells rows apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from loaders.problems import Problem
from loaders.tables.export_rows import Record
from loaders.tables.layouts import Layout

FACT_TABLE = {
    "offsets": "offset_notice",
    "appeals": "appeal",
    "providers": "provider",
    "payers": "payer_listing",
}
_TEXT = pa.string()
_ARROW: dict[str, pa.DataType] = {
    "text": _TEXT,
    "identifier": _TEXT,
    "money": pa.decimal128(18, 2),
    "date": pa.date32(),
    "yes": pa.bool_(),
    "outcome": _TEXT,
    "level": pa.int32(),
    "quantity": pa.decimal128(18, 4),
}
_ROW_ID = {
    "offsets": (
        "notice_id",
        (
            "payer_name",
            "letter_number",
            "reference",
            "payer_claim_control_number",
            "patient_control_number",
            "notice_date",
            "amount",
        ),
    ),
    "appeals": ("appeal_id", ("payer_name", "case_number", "level")),
}


def facts_of(layout: Layout, records: Sequence[Record]) -> pa.Table:
    """The rows of a layout's fact table, without load_id; money in USD as decimal128(18, 2)."""
    columns: dict[str, pa.Array[Any]] = {}
    if layout.kind in _ROW_ID:
        name, told_by = _ROW_ID[layout.kind]
        columns[name] = pa.array([_row_id(r, told_by) for r in records], type=pa.int64())
    columns["row_number"] = pa.array([r["row_number"] for r in records], type=pa.int32())
    for field in layout.fields:
        values = [record[field.name] for record in records]
        columns[field.name] = pa.array(values, type=_ARROW[field.value])
    if layout.kind in _ROW_ID:
        columns["source_text"] = pa.array([r["source_text"] for r in records], type=_TEXT)
    return pa.table(columns)


def _row_id(record: Record, names: Sequence[str]) -> int:
    """A number made from what identifies a row, so that the same row sent again is the same row."""
    text = "|".join([str(record.get(name) or "").upper().strip() for name in names])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


def made_positive(records: Sequence[Record]) -> list[Problem]:
    """Reads the amounts of a register that prints all of them negative as amounts taken, and says so."""
    amounts = [(r, r["amount"]) for r in records if isinstance(r["amount"], Decimal)]
    if not any(amount < 0 for _, amount in amounts):
        return []
    for record, amount in amounts:
        record["amount"] = abs(amount)
    message = "Every amount is negative, so they were read as amounts taken."
    return [Problem("info", "whole column", "amount", "", message, "Nothing to do.")]
