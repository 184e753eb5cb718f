"""Text tables as exported: finds encoding, separator and header row, and leaves out totals and repeated headers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from loaders.layouts import Layout, header_key, recognise

SEPARATORS = (",", "\t", "|", ";")
ROWS_BEFORE_HEADER = 20


@dataclass(frozen=True)
class TableRow:
    """One data row; `number` counts lines of the table from 1, titles and header included."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table whose header was found; `layout` is None where the header fits no known export."""

    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    layout: Layout | None
    left_out: tuple[int, ...]


def decode(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 or Windows-1252; None where it is no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    if b"\x00" in data:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_table(text: str, wanted: Layout | None = None) -> Table | None:
    """The table in a text; None where there is none. Rows above the header are titles and are passed over."""
    lines = list(csv.reader(io.StringIO(text), delimiter=_separator(text)))
    numbered = [
        (n, cells) for n, cells in enumerate(lines, start=1) if any(c.strip() for c in cells)
    ]
    if not numbered:
        return None
    header_at = 0
    layout = None
    for position, (_, cells) in enumerate(numbered[:ROWS_BEFORE_HEADER]):
        layout = recognise(cells)
        if layout is not None:
            header_at = position
            break
    headers = numbered[header_at][1]
    header_keys = [header_key(h) for h in headers]
    rows: list[TableRow] = []
    left_out: list[int] = []
    for number, cells in numbered[header_at + 1 :]:
        if [header_key(c) for c in cells] == header_keys or _is_total(cells):
            left_out.append(number)
        else:
            padded = (*cells, *[""] * (len(headers) - len(cells)))
            rows.append(TableRow(number, padded))
    return Table(tuple(headers), tuple(rows), wanted or layout, tuple(left_out))


def _separator(text: str) -> str:
    """The separator that splits the first lines into most columns, the same number on each."""
    lines = [line for line in text.splitlines()[:ROWS_BEFORE_HEADER] if line.strip()]
    return max(
        SEPARATORS,
        key=lambda s: sorted(line.count(s) for line in lines)[len(lines) // 2] if lines else 0,
    )


def _is_total(cells: list[str]) -> bool:
    first = next((cell.strip().lower() for cell in cells if cell.strip()), "")
    filled = sum(1 for cell in cells if cell.strip())
    return first.rstrip(":").startswith(
        ("total", "grand total", "subtotal", "sum of")
    ) and filled <= max(2, len(cells) // 2)
