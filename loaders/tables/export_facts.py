"""The facts of registers, appeal logs, rosters and payer lists: typed columns, and a number that tells rows apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from data.ledger.spelling import normalised
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

_TELLS_PART = (
    "payer_name",
    "case_number",
    "level",
    *_NAMES_AN_OVERPAYMENT,
    "patient_control_number",
)


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
    names = (
        [name for name in records[0] if name not in ("row_number", "source_text")]
        if records
        else []
    )
    found = _same(records, [tuple(record[name] for name in names) for record in records])
    message = "The rows are wholly alike, so they count once."
    remedy = "Nothing to do, unless they are several overpayments: give each its own number or offset date."
    return [Problem("info", _places(same), "row", "", message, remedy) for same in found]


def told_twice(records: Sequence[Record]) -> list[Problem]:
    """Says which rows of an appeals log tell of the same case, level and claim: the last of them counts."""
    message = "The rows tell of the same case, level and claim, so the last of them counts."
    remedy = "Nothing to do, unless they are different claims: give each row its claim number."
    found = _same(records, [tuple(_spelling(r[name]) for name in _TELLS_PART) for r in records])
    return [Problem("warning", _places(same), "row", "", message, remedy) for same in found]


def _same(records: Sequence[Record], told: Sequence[tuple[Cell, ...]]) -> list[list[Record]]:
    """The records that are told alike, where there are several."""
    found: dict[tuple[Cell, ...], list[Record]] = {}
    for record, key in zip(records, told, strict=True):
        found.setdefault(key, []).append(record)
    return [same for same in found.values() if len(same) > 1]


def _spelling(value: Cell) -> str:
    return normalised(str(value or ""))


def _places(records: Sequence[Record]) -> str:
    return "rows " + ", ".join(str(record["row_number"]) for record in records)


def made_positive(records: Sequence[Record]) -> list[Problem]:
    """Reads the amounts of a register that prints all of them negative as amounts taken, and says so."""
    amounts = [(r, r["amount"]) for r in records if isinstance(r["amount"], Decimal)]
    if not any(amount < 0 for _, amount in amounts):
        return []
    for record, amount in amounts:
        record["amount"] = abs(amount)
    message = "Every amount is negative, so they were read as amounts taken."
    return [Problem("info", "whole column", "amount", "", message, "Nothing to do.")]
