"""Tables of an upload that were refused, with enough of them to say how they are to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from loaders.results import FileResult
from loaders.sources import Content, read_sources
from loaders.tables.layouts import LAYOUTS, header_key
from loaders.tables.mapping_files import BUILT_IN, read_mappings, user_mappings_folder
from loaders.tables.mapping_proposals import ROWS_LOOKED_AT, Proposal, propose_mapping
from loaders.tables.sample_cells import first_cells, sample_cells
from loaders.tables.table_files import find_tables
from loaders.tables.tables import REASONS_HEADER, Table

UNKNOWN = "unknown"
_OF_ANOTHER_TABLE = frozenset({"sheet", "table"})
_CENTS = re.compile(r"-?\(?\$?-?[\d.,]*\d[.,]\d\d\)?")


@dataclass(frozen=True)
class UnreadTable:
    """A refused table: its first rows, and how they may be read.

    path: the file, or file/sheet. It may hold patients' names: keep it in the session, store it nowhere.
    """

    path: str
    table: Table
    proposal: Proposal

    @property
    def is_recognised(self) -> bool:
        return self.table.layout is not None

    @property
    def places(self) -> list[int]:
        """The columns (from 0) that a field may stand in: those with a header of their own."""
        keys = [header_key(header) for header in self.table.headers]
        return [
            at
            for at, header in enumerate(self.table.headers)
            if header.strip() and header.strip() != REASONS_HEADER and keys.index(keys[at]) == at
        ]


def unread_tables(
    contents: Mapping[str, bytes], results: Sequence[FileResult], warehouse: Path
) -> tuple[UnreadTable, ...]:
    """The refused tables among the results of an upload that saying what their columns are may help."""
    refused = {result.path for result in results if mapping_may_help(result)}
    mappings, _ = read_mappings([BUILT_IN, user_mappings_folder(warehouse)])
    found = [
        _unread(one.path, one.table)
        for path, content in _contents_of(contents, refused)
        for one in find_tables(path, content.whole(), None, mappings) or []
        if one.path in refused and one.table is not None
    ]
    return tuple(found)


def mapping_may_help(result: FileResult) -> bool:
    """Whether a refused table has columns to be named, or values that are to be read otherwise.

    Not where the first row holds values: a mapping would keep them as headers.
    """
    if result.status != "rejected":
        return False
    errors = [problem for problem in result.problems if problem.severity == "error"]
    if result.kind == UNKNOWN:
        return any(problem.field == "header" and problem.value for problem in errors)
    own = [problem for problem in errors if problem.field not in _OF_ANOTHER_TABLE]
    return result.kind in LAYOUTS and any(problem.field != "header" for problem in own)


def cells_to_tell_by(table: Table, place: int, name: str | None, kind: str) -> list[str]:
    """A few cells of a column, as shapes (AA99) where they may point to a person; dollars and cents never do."""
    header = table.headers[place].strip()
    cells = first_cells(table, header)
    if cells and all(_CENTS.fullmatch(cell) for cell in cells):
        return cells
    field = next((one for one in LAYOUTS[kind].fields if one.name == name), None)
    return sample_cells(table, header, field)


def _contents_of(contents: Mapping[str, bytes], refused: set[str]) -> Iterator[tuple[str, Content]]:
    """The files, archives unpacked, that hold a refused table."""
    for path, data in contents.items():
        if not any(one.startswith(path) for one in refused):
            continue
        for source in read_sources(Path(path), data):
            if source.content and any(one.startswith(source.path) for one in refused):
                yield source.path, source.content


def _unread(path: str, table: Table) -> UnreadTable:
    first = replace(table, rows=table.rows[:ROWS_LOOKED_AT])
    return UnreadTable(
        path, first, propose_mapping(first, table.layout.kind if table.layout else None)
    )
