"""Tables as exported: finds encoding, separator and header row, and leaves out totals, footers and repeated headers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from data.spreadsheets import as_it_was
from loaders.problems import Problem
from loaders.tables.layouts import LAYOUTS, Layout, columns_of, header_key, recognise
from loaders.tables.mapping_files import Mapping, best_mapping, mapped_columns

SEPARATORS = (",", "\t", "|", ";")
ROWS_BEFORE_HEADER = 20
FULL_HEADER = 0.8
REASONS_HEADER = "What is wrong"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_SEPARATOR_STATED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_NOT_A_ROW = re.compile(
    r"(grand |sub-?)?totals?( (for|of|by)\b.*)?:?|sum of\b.*|.* total:?"
    r"|end of (report|file|data)\b.*|(report )?(run|printed|generated|created)( on| at| by|:).*"
    r"|(row|record)s?( count)?:? *\d*|[\d,]+ (row|record)s?\b.*|page \d+\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Grid:
    """The cells of a table as text before its header is found; `lines` start with row 1, blank rows included.

    name: the sheet, where it has one. since_1904: its date serials count from 1904. problem: why nothing
    could be read; `lines` are then empty.
    """

    lines: Sequence[Sequence[str]]
    name: str = ""
    since_1904: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class TableRow:
    """One data row; `number` counts lines of the table from 1, titles and header included."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table whose header was found; `layout` is None where the header fits no known export.

    columns: the column (from 0) of each field that has one. mapping: what says so, where it is not the
    headers themselves. left_out: numbers of rows that are totals, footers or the header again.
    """

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    layout: Layout | None
    left_out: tuple[int, ...]
    header_row: int = 1
    columns: dict[str, int] = field(default_factory=dict)
    mapping: Mapping | None = None
    since_1904: bool = False


def decode(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 or Windows-1252; None where it is no text."""
    if data.startswith(b"%PDF"):
        return None
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def _encodings(data: bytes) -> tuple[str, ...]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    head = data[:4096]
    if b"\x00" not in head:
        return ("utf-8-sig", "cp1252")
    return ("utf-16-be",) if head[::2].count(0) > head[1::2].count(0) else ("utf-16-le",)


def read_text(text: str) -> Grid:
    """The rows of a text table; its problem says where a quoted cell has no end."""
    if "\n" not in text:  # as older programs on a Mac end lines
        text = text.replace("\r", "\n")
    stated = _SEPARATOR_STATED.match(text)
    body = text[stated.end() :] if stated else text
    separator = stated[1] if stated else _separator(body)
    first = [[""]] if stated else []
    try:
        lines = list(csv.reader(io.StringIO(body), delimiter=separator, strict=True))
    except csv.Error as error:
        if separator not in "\t|":
            return Grid((), problem=_bad_quotes(str(error)))
        lines = [line.split(separator) for line in body.splitlines()]
    if "'" in text:
        lines = [[as_it_was(cell) for cell in line] for line in lines]
    return Grid([*first, *lines])


def _bad_quotes(error: str) -> Problem:
    return Problem(
        "error",
        "file",
        "quotes",
        "",
        f"The quotation marks do not pair up ({error}), so cells cannot be told apart.",
        "Export the table again, or double the quotation marks that stand inside a cell.",
    )


def find_table(
    grid: Grid, wanted: Layout | None = None, mappings: Sequence[Mapping] = ()
) -> Table | None:
    """The table in a grid; None where it is blank. Rows above the header are titles and are passed over.

    A mapping that applies wins over what the headers say by themselves.
    """
    numbered = [
        (n, cells) for n, cells in enumerate(grid.lines, start=1) if any(map(str.strip, cells))
    ]
    if not numbered:
        return None
    at, layout, mapping = _find_header(numbered[:ROWS_BEFORE_HEADER], wanted, mappings)
    header_row, headers = numbered[at]
    rows, left_out = _data_rows(numbered[at + 1 :], headers)
    columns = columns_by(mapping, headers, layout)
    return Table(
        tuple(headers), rows, layout, left_out, header_row, columns, mapping, grid.since_1904
    )


def _find_header(
    numbered: Sequence[tuple[int, Sequence[str]]],
    wanted: Layout | None,
    mappings: Sequence[Mapping],
) -> tuple[int, Layout | None, Mapping | None]:
    """Position of the header row, and the layout and mapping it fits."""
    for at, (_, cells) in enumerate(numbered):
        mapping = best_mapping(mappings, cells, wanted.kind if wanted else None)
        if mapping is not None:
            return at, LAYOUTS[mapping.kind], mapping
        if wanted is None and (layout := recognise(cells)):
            return at, layout, None
    known = [len(columns_of(wanted, cells)) if wanted else 0 for _, cells in numbered]
    if max(known):
        return known.index(max(known)), wanted, None
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in numbered]
    wide = [at for at, count in enumerate(filled) if count >= FULL_HEADER * max(filled)]
    return wide[0], wanted, None


def columns_by(
    mapping: Mapping | None, headers: Sequence[str], layout: Layout | None
) -> dict[str, int]:
    """The column of each field: by the mapping, and by known headers in columns the mapping was not made for."""
    if layout is None:
        return {}
    if mapping is None:
        return columns_of(layout, headers)
    mapped = mapped_columns(mapping, headers)
    made_for = {header_key(header) for header in (*mapping.headers, REASONS_HEADER)}
    others = [
        "" if at in mapped.values() or header_key(header) in made_for else header
        for at, header in enumerate(headers)
    ]
    stated = mapped.keys() | mapping.constants.keys()
    known = {n: at for n, at in columns_of(layout, others).items() if n not in stated}
    return {**mapped, **known}


def _data_rows(
    numbered: Sequence[tuple[int, Sequence[str]]], headers: Sequence[str]
) -> tuple[tuple[TableRow, ...], tuple[int, ...]]:
    """The rows under the header, each at least as wide as it, and the numbers of those left out."""
    keys = [header_key(header) for header in headers]
    rows: list[TableRow] = []
    left_out: list[int] = []
    for number, cells in numbered:
        if _is_no_row(cells) or (
            header_key(cells[0]) == keys[0] and [header_key(cell) for cell in cells] == keys
        ):
            left_out.append(number)
            continue
        missing = len(headers) - len(cells)
        rows.append(TableRow(number, (*cells, *[""] * missing) if missing > 0 else tuple(cells)))
    return tuple(rows), tuple(left_out)


def _is_no_row(cells: Sequence[str]) -> bool:
    """Whether a row is a total or a footer: it begins as one, and most of its cells are blank."""
    filled = [cell for cell in cells if cell and not cell.isspace()]
    return len(filled) <= max(2, len(cells) // 2) and bool(_NOT_A_ROW.fullmatch(filled[0].strip()))


def _separator(text: str) -> str:
    """The separator that splits the first lines into most columns, the same number on each."""
    lines = [line for line in text[:200_000].splitlines()[:ROWS_BEFORE_HEADER] if line.strip()]
    return max(
        SEPARATORS,
        key=lambda s: sorted(line.count(s) for line in lines)[len(lines) // 2] if lines else 0,
    )
