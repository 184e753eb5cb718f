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
from loaders.tables.table_values import Cell

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
_ROW_ID = {"offsets": "notice_id", "appeals": "appeal_id"}
_NAMES_AN_OVERPAYMENT = ("letter_number", "reference", "payer_claim_control_number")


def facts_of(layout: Layout, records: Sequence[Record]) -> pa.Table:
    """The rows of a layout's fact table, without load_id; money in USD as decimal128(18, 2)."""
    columns: dict[str, pa.Array[Any]] = {}
    if layout.kind in _ROW_ID:
        ids = [_row_id(record, _told_by(layout.kind, record)) for record in records]
        columns[_ROW_ID[layout.kind]] = pa.array(ids, type=pa.int64())
    columns["row_number"] = pa.array([r["row_number"] for r in records], type=pa.int32())
    for field in layout.fields:
        values = [record[field.name] for record in records]
        columns[field.name] = pa.array(values, type=_ARROW[field.value])
    if layout.kind in _ROW_ID:
        columns["source_text"] = pa.array([r["source_text"] for r in records], type=_TEXT)
    return pa.table(columns)


def _told_by(kind: str, record: Record) -> tuple[str, ...]:
    """The fields that tell what a row is about, so that a corrected amount or a date learnt later changes nothing."""
    if kind == "appeals":
        return ("payer_name", "case_number", "level")
    if any(record.get(name) for name in _NAMES_AN_OVERPAYMENT):
        return ("payer_name", *_NAMES_AN_OVERPAYMENT, "patient_control_number")
    if record.get("patient_control_number"):
        return ("payer_name", "patient_control_number", "notice_date")
    return ("payer_name", "notice_date", "amount")


def _row_id(record: Record, names: Sequence[str]) -> int:
    """A number made from what identifies a row, so that the same row sent again is the same row."""
    text = "|".join([str(record.get(name) or "").upper().strip() for name in names])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


def alike(records: Sequence[Record]) -> list[Problem]:
    """Says which rows of a register are wholly alike in the columns that are used: they count once."""
    rows: dict[tuple[Cell, ...], list[Cell]] = {}
    for record in records:
        told = tuple(v for n, v in record.items() if n not in ("row_number", "source_text"))
        rows.setdefault(told, []).append(record["row_number"])
    return [
        Problem(
            "info",
            "rows " + ", ".join(str(number) for number in numbers),
            "row",
            "",
            "The rows are wholly alike, so they count once.",
            "Nothing to do, unless they are several overpayments: give each its own number or offset date.",
        )
        for numbers in rows.values()
        if len(numbers) > 1
    ]


def made_positive(records: Sequence[Record]) -> list[Problem]:
    """Reads the amounts of a register that prints all of them negative as amounts taken, and says so."""
    amounts = [(r, r["amount"]) for r in records if isinstance(r["amount"], Decimal)]
    if not any(amount < 0 for _, amount in amounts):
        return []
    for record, amount in amounts:
        record["amount"] = abs(amount)
    message = "Every amount is negative, so they were read as amounts taken."
    return [Problem("info", "whole column", "amount", "", message, "Nothing to do.")]
