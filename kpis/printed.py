"""Rows as the command prints them: JSON, CSV that is safe in a spreadsheet, or a table for a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TextIO

from rich.console import Console
from rich.table import Table

from data.spreadsheets import harmless

Row = dict[str, object]
Cell = Callable[[str, Row], str]


def plain(value: object) -> object:
    """A value as JSON and CSV have it: money as text with two decimals, months as YYYY-MM."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return value


def print_json(rows: Sequence[Row], out: TextIO) -> None:
    """One array of objects."""
    out.write(json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n")


def print_csv(rows: Sequence[Row], columns: Sequence[str], out: TextIO) -> None:
    """A header and one line per row."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe_cell(row[name]) for name in columns] for row in rows)


def print_table(
    rows: Sequence[Row], titles: Mapping[str, str], left: int, cell: Cell, out: TextIO
) -> None:
    """A table whose first `left` columns are text; cell(column, row) words a value of the others."""
    table = Table()
    for at, (_, title) in enumerate(titles.items()):
        table.add_column(title, justify="left" if at < left else "right")
    for row in rows:
        table.add_row(
            *(str(row[name]) if at < left else cell(name, row) for at, name in enumerate(titles))
        )
    is_terminal = out.isatty()
    drawn = io.StringIO()
    Console(file=drawn, force_terminal=is_terminal, width=None if is_terminal else 200).print(table)
    out.write(drawn.getvalue())


def _safe_cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
