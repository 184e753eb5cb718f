"""Offset registers, appeal logs and provider rosters: one text table in, rows of one fact table out.

A table loads whole or not at all: one cell that cannot be read refuses the file, and every such cell is
reported with its row, column, value and remedy, so that one correction is enough.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa

from loaders.export_rows import Record, date_orders, read_row, same_sign
from loaders.layouts import LAYOUTS, Field, Layout, columns_of
from loaders.problems import Problem
from loaders.tables import Table, decode, read_table

PROBLEMS_LISTED = 50

_TEXT, _MONEY, _DATE = pa.string(), pa.decimal128(18, 2), pa.date32()
_ARROW: dict[str, pa.DataType] = {
    "text": _TEXT,
    "identifier": _TEXT,
    "money": _MONEY,
    "date": _DATE,
    "yes": pa.bool_(),
    "outcome": _TEXT,
    "level": pa.int32(),
}
FACT_TABLE = {"offsets": "offset_notice", "appeals": "appeal", "providers": "provider"}


@dataclass(frozen=True)
class ExportReading:
    """What a table holds: rows for `fact_table` without load_id, or nothing and the problems that refuse it."""

    kind: str
    fact_table: str
    facts: pa.Table | None
    problems: tuple[Problem, ...]


def read_export(data: bytes, kind: str | None = None) -> ExportReading | None:
    """Reads a CSV (comma, tab, pipe or semicolon) of a known layout; None where the bytes are no table at all.

    `kind` is offsets, appeals or providers where the user said so, else it is told from the header.
    """
    text = decode(data)
    table = read_table(text, LAYOUTS[kind] if kind else None) if text is not None else None
    if table is None or (kind is None and table.layout is None and len(table.headers) < 2):
        return None
    if table.layout is None:
        return ExportReading("unknown", "", None, (_unknown_header(table),))
    return _read(table, table.layout)


def _unknown_header(table: Table) -> Problem:
    layouts = "; ".join(
        f"{layout.in_words} needs "
        + ", ".join(f.name.replace("_", " ") for f in layout.fields if f.required)
        for layout in LAYOUTS.values()
    )
    seen = ", ".join(header.strip() or "(blank)" for header in table.headers[:12])
    return Problem(
        "error",
        "row 1",
        "header",
        seen,
        f"The header fits no export that is known; columns seen: {seen}.",
        f"Name the columns as in docs/exports.md ({layouts}), or say the kind with --kind.",
    )


def _read(table: Table, layout: Layout) -> ExportReading:
    columns = columns_of(layout, list(table.headers))
    problems = [
        _missing(field) for field in layout.fields if field.required and field.name not in columns
    ]
    if not problems and not table.rows:
        problems.append(
            Problem(
                "error",
                "row 1",
                "header",
                "",
                "There is no row under the header.",
                "Export the table again with its rows.",
            )
        )
    records: list[Record] = []
    if not problems:
        orders, problems = date_orders(table, layout, columns)
        for row in table.rows:
            record, found = read_row(row, layout, columns, orders)
            problems.extend(found)
            if not found:
                records.append(record)
    if not problems:
        problems.extend(same_sign(layout, records))
    if any(problem.severity == "error" for problem in problems):
        return ExportReading(layout.kind, FACT_TABLE[layout.kind], None, _shortlist(problems))
    _sources(table, columns, records)
    notes = (*problems, *_unused(table, columns), *_left_out(table))
    return ExportReading(layout.kind, FACT_TABLE[layout.kind], _facts(layout, records), notes)


def _missing(field: Field) -> Problem:
    name = field.name.replace("_", " ")
    return Problem(
        "error",
        "row 1",
        field.name,
        "",
        f"There is no column for the {name}.",
        f"Add a column named {name}.",
    )


def _sources(table: Table, columns: dict[str, int], records: list[Record]) -> None:
    """Keeps each row as it stood, in the columns that are used and no others."""
    cells = {row.number: row.cells for row in table.rows}
    for record in records:
        row = cells[int(str(record["row_number"]))]
        used = sorted(columns.values())
        record["source_text"] = " | ".join(
            f"{table.headers[c].strip()}: {row[c].strip()}" for c in used
        )


def _unused(table: Table, columns: dict[str, int]) -> list[Problem]:
    unused = [
        h.strip() for at, h in enumerate(table.headers) if at not in columns.values() and h.strip()
    ]
    if not unused:
        return []
    return [
        Problem(
            "info",
            "row 1",
            "header",
            ", ".join(unused),
            f"Columns not used: {', '.join(unused)}.",
            "Nothing to do, unless one of them is needed: docs/exports.md has the names that are known.",
        )
    ]


def _left_out(table: Table) -> list[Problem]:
    if not table.left_out:
        return []
    rows = ", ".join(str(number) for number in table.left_out[:10])
    return [
        Problem(
            "info",
            f"rows {rows}",
            "row",
            "",
            "Total rows and repeated headers were passed over.",
            "Nothing to do.",
        )
    ]


def _shortlist(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= PROBLEMS_LISTED:
        return tuple(problems)
    more = len(problems) - PROBLEMS_LISTED
    last = Problem(
        "error",
        "further rows",
        "row",
        "",
        f"And {more:,} more of the same kind.",
        "Correct the ones listed, then load again.",
    )
    return (*problems[:PROBLEMS_LISTED], last)


def _facts(layout: Layout, records: list[Record]) -> pa.Table:
    names: list[tuple[str, pa.DataType]] = [("row_number", pa.int32())]
    names += [(field.name, _ARROW[field.value]) for field in layout.fields]
    if layout.kind == "offsets":
        names.insert(0, ("notice_id", pa.int64()))
        for record in records:
            record["notice_id"] = _row_id(
                record,
                "payer_name",
                "letter_number",
                "reference",
                "payer_claim_control_number",
                "patient_control_number",
                "notice_date",
                "amount",
            )
    if layout.kind == "appeals":
        names.insert(0, ("appeal_id", pa.int64()))
        for record in records:
            record["appeal_id"] = _row_id(record, "payer_name", "case_number", "level")
    if layout.kind != "providers":
        names.append(("source_text", _TEXT))
    return pa.table(
        {
            name: pa.array([record.get(name) for record in records], type=kind)
            for name, kind in names
        }
    )


def _row_id(record: Record, *names: str) -> int:
    """A number made from what identifies a row, so that the same row sent again is the same row."""
    text = "|".join(str(record.get(name) or "").upper().strip() for name in names)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1
