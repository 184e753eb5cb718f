"""Tables in, typed rows out: registers, appeal logs, rosters and payer lists as facts, posted remittance as records.

A table loads whole or not at all: one cell that cannot be read refuses the table, and every such cell is
reported with its row, column, value and remedy, so that one correction is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from loaders.problems import Problem
from loaders.tables.export_facts import FACT_TABLE, alike, facts_of, made_positive, told_twice
from loaders.tables.export_rows import Record, read_rows
from loaders.tables.layouts import LAYOUTS, Field, Layout
from loaders.tables.mapping_files import Mapping
from loaders.tables.posted_rows import PostedRows
from loaders.tables.rejected_rows import RejectedRows, rejected_rows
from loaders.tables.row_rules import same_sign
from loaders.tables.table_columns import RowProblem
from loaders.tables.table_files import FoundTable, find_tables, is_plainly_none
from loaders.tables.table_values import UnreadableValueError, calendar_date, money
from loaders.tables.tables import REASONS_HEADER, Table

PROBLEMS_LISTED = 50
UNKNOWN = "unknown"
_MAP_REMEDY = "Say what the columns are on the Data page, or: python -m loaders map FILE."


@dataclass(frozen=True)
class TableReading:
    """What one table holds: rows for `fact_table` without load_id, or posted rows; neither where it is refused.

    path: the file, or file/sheet where the file holds several tables. rejected: the refused rows, where
    correcting cells can help.
    """

    path: str
    kind: str
    problems: tuple[Problem, ...]
    fact_table: str = ""
    facts: pa.Table | None = None
    posted: PostedRows | None = None
    rejected: RejectedRows | None = None


def read_tables(
    path: str, data: bytes, kind: str | None = None, mappings: Sequence[Mapping] = ()
) -> list[TableReading] | None:
    """Reads every table of a text, workbook or columnar file; None where the bytes are no table at all.

    `kind` is a key of LAYOUTS where the user said so, else it is told from each header and the mappings.
    Sheets that are plainly no export are passed over beside others, with a note.
    """
    found = find_tables(path, data, kind, mappings)
    if found is None:
        return None
    exports = [one for one in found if not is_plainly_none(one)] or found
    passed_over = [one.name for one in found if one not in exports]
    readings = [_read(one) for one in exports]
    if passed_over:
        first = readings[0]
        readings[0] = replace(first, problems=(*first.problems, _passed_over(passed_over)))
    return readings


def _passed_over(names: Sequence[str]) -> Problem:
    message = f"Sheets that are no export were passed over: {', '.join(names)}."
    return Problem("info", "file", "sheet", names[0], message, "Nothing to do.")


def _read(found: FoundTable) -> TableReading:
    table = found.table
    if table is None:
        return TableReading(found.path, UNKNOWN, found.problems)
    if table.layout is None:
        return TableReading(found.path, UNKNOWN, (_unknown_header(table),))
    lacking = _lacking(table, table.layout)
    if lacking:
        return TableReading(found.path, table.layout.kind, tuple(lacking))
    return _read_known(found.path, table, table.layout)


def _read_known(path: str, table: Table, layout: Layout) -> TableReading:
    records, wrong, whole = read_rows(table, layout)
    if layout.kind == "offsets" and not wrong:
        wrong = [RowProblem(at, problem) for at, problem in same_sign(records)]
    if wrong or any(problem.severity == "error" for problem in whole):
        problems = [*whole, *(found.problem for found in wrong)]
        rejected = rejected_rows(table, wrong, whole)
        return TableReading(path, layout.kind, _shortlist(problems), rejected=rejected)
    notes = (*whole, *_notes(table))
    if layout.kind not in FACT_TABLE:
        return TableReading(path, layout.kind, notes, posted=_posted(path, table, records))
    if layout.kind == "offsets":
        notes = (*made_positive(records), *alike(records), *notes)
    if layout.kind == "appeals":
        notes = (*told_twice(records), *notes)
    facts = facts_of(layout, records)
    return TableReading(path, layout.kind, notes, FACT_TABLE[layout.kind], facts)


def _posted(path: str, table: Table, records: Sequence[Record]) -> PostedRows:
    constants = table.mapping.constants.keys() if table.mapping else set()
    sign = table.mapping.adjustments_reduce if table.mapping else None
    return PostedRows(path, frozenset(table.columns.keys() | constants), tuple(records), sign)


def _unknown_header(table: Table) -> Problem:
    layouts = "; ".join(
        f"{layout.in_words} needs {', '.join(needed)}"
        for layout in LAYOUTS.values()
        if (needed := [f.name.replace("_", " ") for f in layout.fields if f.required])
    )
    seen = ", ".join(header.strip() or "(blank)" for header in table.headers[:12])
    message = f"The header fits no export that is known; columns seen: {seen}."
    if holds_values(table.headers):
        seen, message = "", "There is no header: the first row holds dates or amounts."
    return Problem(
        "error",
        f"row {table.header_row}",
        "header",
        seen,
        message,
        f"{_MAP_REMEDY} Or name the columns as in docs/exports.md ({layouts}), or say the kind with --kind.",
    )


def holds_values(headers: Sequence[str]) -> bool:
    """Whether a header is a date or an amount: then its row is data, and may name a patient."""
    return any(_is_value(header) for header in headers)


def _is_value(header: str) -> bool:
    for read in (money, calendar_date):
        try:
            if read(header) is not None:
                return True
        except UnreadableValueError:
            continue
    return False


def _lacking(table: Table, layout: Layout) -> list[Problem]:
    """Required columns that are not there."""
    constants = table.mapping.constants.keys() if table.mapping else set()
    there = table.columns.keys() | constants
    return [_missing(table, f) for f in layout.fields if f.required and f.name not in there]


def _missing(table: Table, field: Field) -> Problem:
    name = field.name.replace("_", " ")
    return Problem(
        "error",
        f"row {table.header_row}",
        field.name,
        "",
        f"There is no column for the {name}.",
        f"Add a column named {name}. Or: {_MAP_REMEDY[0].lower()}{_MAP_REMEDY[1:]}",
    )


def _notes(table: Table) -> list[Problem]:
    """What was not used or passed over, and which mapping was used."""
    notes = []
    if not table.rows:  # a month in which nothing was appealed is no damage
        message = "There is no row under the header, so nothing was taken from it."
        remedy = (
            "Nothing to do where the period had none; else export the table again with its rows."
        )
        notes.append(Problem("info", f"row {table.header_row}", "header", "", message, remedy))
    used = set(table.columns.values())
    unused = [h.strip() for at, h in enumerate(table.headers) if at not in used and h.strip()]
    unused = [header for header in unused if header != REASONS_HEADER]
    if unused:
        names = ", ".join(unused)
        remedy = "Nothing to do, unless one of them is needed: docs/exports.md has the names that are known."
        place = f"row {table.header_row}"
        notes.append(Problem("info", place, "header", names, f"Columns not used: {names}.", remedy))
    if table.left_out:
        rows = ", ".join(str(number) for number in table.left_out[:10])
        message = "Total rows, footers and repeated headers were passed over."
        notes.append(Problem("info", f"rows {rows}", "row", "", message, "Nothing to do."))
    if table.mapping is not None:
        name = table.mapping.name
        message = f"The columns were read by the mapping {name}."
        notes.append(Problem("info", "file", "mapping", name, message, "Nothing to do."))
    return notes


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
        "Correct the ones listed, then load again; the refused rows have all of them.",
    )
    return (*problems[:PROBLEMS_LISTED], last)
