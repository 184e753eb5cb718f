"""Offset registers, appeal logs and provider rosters: one text table in, rows of one fact table out.

A table loads whole or not at all: one cell that cannot be read refuses the file, and every such cell is
reported with its row, column, value and remedy, so that one correction is enough.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pyarrow as pa

from loaders.layouts import LAYOUTS, Field, Layout, columns_of
from loaders.problems import Problem
from loaders.table_values import (
    UnreadableValueError,
    calendar_date,
    day_first,
    identifier,
    is_nothing,
    money,
    yes,
)
from loaders.tables import Table, TableRow, decode, read_table

Cell: TypeAlias = str | int | bool | date | Decimal | None
Record: TypeAlias = dict[str, Cell]

PROBLEMS_LISTED = 50

OUTCOMES = {
    "full": (
        "full",
        "overturned in full",
        "fully overturned",
        "overturned",
        "favorable",
        "fully favorable",
        "approved",
        "won",
        "overturned full",
    ),
    "partial": (
        "partial",
        "partially overturned",
        "overturned in part",
        "partially favorable",
        "partially approved",
    ),
    "upheld": ("upheld", "denied", "unfavorable", "lost", "not overturned"),
    "pending": (
        "pending",
        "open",
        "filed",
        "submitted",
        "in review",
        "in progress",
        "under review",
    ),
    "withdrawn": ("withdrawn",),
    "dismissed": ("dismissed",),
}
_OUTCOME_OF = {word: outcome for outcome, words in OUTCOMES.items() for word in words}
_LEVEL_OF = {
    "redetermination": 1,
    "reconsideration": 2,
    "alj": 3,
    "alj hearing": 3,
    "council": 4,
    "appeals council": 4,
    "court": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}
DECIDED = frozenset({"full", "partial", "upheld"})

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
        orders, problems = _date_orders(table, layout, columns)
        for row in table.rows:
            record, found = _read_row(row, layout, columns, orders)
            problems.extend(found)
            if not found:
                records.append(record)
    if not problems:
        problems.extend(_same_sign(layout, records))
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


def _date_orders(
    table: Table, layout: Layout, columns: dict[str, int]
) -> tuple[dict[str, bool], list[Problem]]:
    orders: dict[str, bool] = {}
    problems = []
    for field in layout.fields:
        if field.value == "date" and field.name in columns:
            try:
                orders[field.name] = day_first([r.cells[columns[field.name]] for r in table.rows])
            except UnreadableValueError as error:
                header = table.headers[columns[field.name]]
                problems.append(
                    Problem(
                        "error",
                        "whole column",
                        header,
                        "",
                        f"{str(error).capitalize()}.",
                        error.remedy,
                    )
                )
                orders[field.name] = False
    return orders, problems


def _read_row(
    row: TableRow, layout: Layout, columns: dict[str, int], orders: dict[str, bool]
) -> tuple[Record, list[Problem]]:
    record: Record = {"row_number": row.number}
    problems = []
    for field in layout.fields:
        text = row.cells[columns[field.name]] if field.name in columns else ""
        try:
            record[field.name] = _value(field, text, orders)
            if field.required and record[field.name] is None:
                raise UnreadableValueError("is blank", "Fill it in, or take the row out.")
        except UnreadableValueError as error:
            name = field.name.replace("_", " ")
            problems.append(
                Problem(
                    "error",
                    f"row {row.number}",
                    name,
                    text.strip(),
                    f"The {name} {error}.",
                    error.remedy,
                )
            )
    return record, problems or _row_rules(row, layout, record)


def _value(field: Field, text: str, orders: dict[str, bool]) -> Cell:
    if field.value == "money":
        return money(text)
    if field.value == "date":
        return calendar_date(text, orders.get(field.name, False))
    if field.value == "identifier":
        return identifier(text)
    if field.value == "yes":
        return yes(text)
    if field.value == "outcome":
        return _outcome(text)
    if field.value == "level":
        return _level(text)
    return None if is_nothing(text) else text.strip()


def _outcome(text: str) -> str | None:
    bare = " ".join(text.lower().replace("-", " ").replace("–", " ").split())
    if is_nothing(bare):
        return None
    if bare not in _OUTCOME_OF:
        raise UnreadableValueError(
            "is no appeal status that is known",
            "Use overturned in full, partially overturned, upheld, pending, withdrawn or dismissed.",
        )
    return _OUTCOME_OF[bare]


def _level(text: str) -> int:
    bare = text.strip().lower().removeprefix("level").removesuffix("level").strip()
    if is_nothing(bare):
        return 1
    if bare in _LEVEL_OF:
        return _LEVEL_OF[bare]
    if bare.isdigit() and 1 <= int(bare) <= 9:
        return int(bare)
    raise UnreadableValueError("is no level of appeal", "Use 1 to 5.")


def _row_rules(row: TableRow, layout: Layout, record: Record) -> list[Problem]:
    """What must hold between the cells of one row."""
    if layout.kind == "offsets" and not any(
        record.get(name)
        for name in (
            "letter_number",
            "reference",
            "payer_claim_control_number",
            "patient_control_number",
            "notice_date",
            "withdrawal_date",
        )
    ):
        return [
            Problem(
                "error",
                f"row {row.number}",
                "reference",
                "",
                "Nothing says which overpayment this is.",
                "Give a letter, reference, claim or account number, or a date.",
            )
        ]
    if record.get("outcome") in DECIDED and record.get("decision_date") is None:
        return [
            Problem(
                "error",
                f"row {row.number}",
                "decision date",
                "",
                "A decided appeal has no decision date.",
                "Fill it in: success is counted in the month of the decision.",
            )
        ]
    npi = record.get("npi")
    if layout.kind == "providers" and not (
        isinstance(npi, str) and npi.isdigit() and len(npi) == 10
    ):
        return [
            Problem(
                "error",
                f"row {row.number}",
                "npi",
                str(npi),
                "The NPI has not 10 digits.",
                "Correct it, or take the row out.",
            )
        ]
    return []


def _same_sign(layout: Layout, records: list[Record]) -> list[Problem]:
    """Registers may print what was taken as negative: all of them, never one row among others."""
    if layout.kind != "offsets":
        return []
    amounts = [(r, r["amount"]) for r in records if isinstance(r["amount"], Decimal)]
    negative = [record for record, amount in amounts if amount < 0]
    if not negative:
        return []
    if len(negative) < sum(1 for _, amount in amounts if amount):
        return [
            Problem(
                "error",
                f"row {r['row_number']}",
                "amount",
                str(r["amount"]),
                "The amount is negative among positive ones.",
                "Give every overpayment the same sign; take credits out.",
            )
            for r in negative
        ]
    for record, amount in amounts:
        record["amount"] = abs(amount)
    return [
        Problem(
            "info",
            "whole column",
            "amount",
            "",
            "Every amount is negative, so they were read as amounts taken.",
            "Nothing to do.",
        )
    ]


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
