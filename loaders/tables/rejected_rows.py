"""A refused table to correct and load again: every row as it stood, with what is wrong with it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from data.spreadsheets import harmless
from loaders.problems import Problem
from loaders.tables.table_columns import RowProblem
from loaders.tables.tables import REASONS_HEADER, Table


@dataclass(frozen=True)
class RejectedRow:
    """A row of a refused table as it stood; `reasons` are empty where nothing is wrong with it."""

    number: int
    cells: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class RejectedRows:
    """A refused table, whole and in its order. It may hold patients' names: give it back, never store it."""

    headers: tuple[str, ...]
    rows: tuple[RejectedRow, ...]


def rejected_rows(
    table: Table, wrong: Iterable[RowProblem], whole: Iterable[Problem]
) -> RejectedRows:
    """The rows of a table with the reasons beside them; what is wrong with a whole column stands in the first row."""
    reasons: dict[int, list[str]] = {}
    for problem in whole:
        if problem.severity == "error":
            reasons.setdefault(0, []).append(f"{problem.field}: {problem.message} {problem.remedy}")
    for found in wrong:
        said = f"{found.problem.message} {found.problem.remedy}"
        reasons.setdefault(found.at, []).append(said)
    keep = [at for at, header in enumerate(table.headers) if header.strip() != REASONS_HEADER]
    return RejectedRows(
        tuple(table.headers[at] for at in keep),
        tuple(
            RejectedRow(
                row.number,
                (*(row.cells[at] for at in keep), *row.cells[len(table.headers) :]),
                tuple(reasons.get(at, ())),
            )
            for at, row in enumerate(table.rows)
        ),
    )


def rejected_csv(rejected: RejectedRows) -> bytes:
    """The table as CSV (UTF-8 with a mark, for spreadsheets), with a last column that says what is wrong.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which loading takes off.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    width = max((len(row.cells) for row in rejected.rows), default=0)
    headers = [*rejected.headers, *[""] * (width - len(rejected.headers))]
    writer.writerow([*map(harmless, headers), REASONS_HEADER])
    for row in rejected.rows:
        cells = [*row.cells, *[""] * (len(headers) - len(row.cells))]
        writer.writerow([*map(harmless, cells), harmless(" ".join(row.reasons))])
    return text.getvalue().encode("utf-8-sig")


def write_rejected(rejected: RejectedRows, folder: Path, name: str) -> Path:
    """Write the table to a file of its own, readable by its owner only; returns the file.

    No file gives way: another table of that name, or one being corrected, keeps its own, and this one gets
    a number. The same rows again are left where they stand. Raises OSError where the folder cannot be written.
    """
    content = rejected_csv(rejected)
    for number in count(1):
        file = folder / f"{name}.rejected{f'-{number}' if number > 1 else ''}.csv"
        try:
            handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            if file.is_file() and file.read_bytes() == content:
                break
            continue
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        break
    return file
