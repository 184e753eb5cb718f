"""The tables in a file, whatever its format, each with its header found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.problems import Problem
from loaders.tables.layouts import LAYOUTS, Layout
from loaders.tables.mapping_files import Mapping
from loaders.tables.tables import Grid, Table, decode, find_table, read_text
from loaders.tables.workbooks import read_grids

FEWEST_COLUMNS, FEWEST_ROWS = 3, 2
_WEB_PAGE = ("<html", "<!doctype html", "<table")


@dataclass(frozen=True)
class FoundTable:
    """One table of a file; `table` is None where it could not be read, and `problems` then say why.

    path: the file, or file/sheet where the file holds several tables; name: the sheet.
    """

    path: str
    name: str
    table: Table | None
    problems: tuple[Problem, ...] = ()


def find_tables(
    path: str, data: bytes, kind: str | None = None, mappings: Sequence[Mapping] = ()
) -> list[FoundTable] | None:
    """Every table in the file that has any cell; None where the bytes are no table at all."""
    grids = read_grids(data)
    if grids is None:
        return _in_text(path, data, kind, mappings)
    wanted = LAYOUTS[kind] if kind else None
    refused = [FoundTable(path, grid.name, None, (grid.problem,)) for grid in grids if grid.problem]
    if refused:
        return refused
    tables = [(grid, _table(grid, wanted, mappings, len(grids) > 1)) for grid in grids]
    filled = [(grid, table) for grid, table in tables if table is not None]
    if not filled:
        return [FoundTable(path, "", None, (_empty(),))]
    several = len(filled) > 1
    return [
        FoundTable(f"{path}/{grid.name}" if several else path, grid.name, table)
        for grid, table in filled
    ]


def _in_text(
    path: str, data: bytes, kind: str | None, mappings: Sequence[Mapping]
) -> list[FoundTable] | None:
    text = decode(data)
    if text is None:
        return None
    if text[:200].lstrip().lower().startswith(_WEB_PAGE):
        return [FoundTable(path, "", None, (_web_page(),))]
    grid = read_text(text)
    if grid.problem:
        return [FoundTable(path, "", None, (grid.problem,))]
    table = find_table(grid, LAYOUTS[kind] if kind else None, mappings)
    if table is None or (kind is None and table.layout is None and len(table.headers) == 1):
        return None
    return [FoundTable(path, "", table)]


def _table(
    grid: Grid, wanted: Layout | None, mappings: Sequence[Mapping], beside_others: bool
) -> Table | None:
    """A sheet's table; of several sheets, those that are another export by their header are read as that."""
    table = find_table(grid, wanted, mappings)
    if wanted is None or table is None or not beside_others:
        return table
    required = {field.name for field in wanted.fields if field.required}
    if table.columns and required <= table.columns.keys():
        return table
    return find_table(grid, None, mappings)


def _web_page() -> Problem:
    message = (
        "This is a web page, though its name may say otherwise: some portals export tables so."
    )
    remedy = "Open it in a spreadsheet, save it as .xlsx or CSV, and load that."
    return Problem("error", "file", "file", "", message, remedy)


def _empty() -> Problem:
    remedy = "Export the table again with its rows."
    return Problem("error", "file", "file", "", "The file has no cell with a value.", remedy)


def is_plainly_none(found: FoundTable) -> bool:
    """Whether a sheet is no export by its looks: a header that is not known over few columns or hardly a row."""
    table = found.table
    if table is None or table.layout is not None:
        return False
    named = sum(1 for header in table.headers if header.strip())
    return named < FEWEST_COLUMNS or len(table.rows) < FEWEST_ROWS
