"""The rows of an export: records of a value per field, each with its source."""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from typing import TypeAlias

from loaders.problems import Problem
from loaders.tables.layouts import Layout
from loaders.tables.row_rules import row_rules
from loaders.tables.table_columns import Column, RowProblem, column_texts, read_column
from loaders.tables.table_values import Cell
from loaders.tables.tables import Table

Record: TypeAlias = dict[str, Cell]


def read_rows(table: Table, layout: Layout) -> tuple[list[Record], list[RowProblem], list[Problem]]:
    """Every row with its cells read; what is wrong with rows, in their order, and with whole columns.

    A record has row_number, source_text (the row as it stood, in the columns that are used and no others)
    and a value or None per field of the layout. A record of a row in which something is wrong lacks values.
    """
    columns = {field.name: read_column(table, field) for field in layout.fields}
    wrong = [
        _too_wide(table, at) for at, row in enumerate(table.rows) if _is_too_wide(table, row.cells)
    ]
    for column in columns.values():
        wrong.extend(column.wrong)
    records = _records(table, columns)
    bad = {found.at for found in wrong}
    for at, record in enumerate(records):
        if at not in bad:
            wrong.extend(RowProblem(at, problem) for problem in row_rules(layout.kind, record))
    whole = [problem for column in columns.values() for problem in column.whole]
    return records, sorted(wrong, key=lambda found: found.at), whole


def _records(table: Table, columns: Mapped[str, Column]) -> list[Record]:
    names = ("row_number", *columns, "source_text")
    numbers = [row.number for row in table.rows]
    values = (column.values for column in columns.values())
    rows = zip(numbers, *values, source_texts(table), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def source_texts(table: Table) -> list[str]:
    """Each row as it stood, in the columns that are used and no others."""
    used = sorted(table.columns, key=lambda name: table.columns[name])
    if not used:
        return [""] * len(table.rows)
    cells = [
        [
            f"{table.headers[table.columns[name]].strip()}: {text.strip()}"
            for text in column_texts(table, name)
        ]
        for name in used
    ]
    return [" | ".join(row) for row in zip(*cells, strict=True)]


def _is_too_wide(table: Table, cells: tuple[str, ...]) -> bool:
    beyond = cells[len(table.headers) :]
    return bool(beyond) and any(cell.strip() for cell in beyond)


def _too_wide(table: Table, at: int) -> RowProblem:
    row = table.rows[at]
    message = f"The row has {len(row.cells)} cells under {len(table.headers)} headers."
    remedy = "Put quotation marks around cells that hold the separator, e.g. amounts like 1,234.56."
    return RowProblem(at, Problem("error", f"row {row.number}", "row", "", message, remedy))
