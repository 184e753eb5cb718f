"""Many rows into a sheet at once: whole columns become text, as a sheet's own writer takes a cell at a time.

XlsxWriter keeps each sheet's rows in a file of its own until the workbook is closed; these rows are appended there.
That file is no part of its published interface: the version is pinned, and the tests read the rows back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

import pyarrow as pa
from pyarrow import compute
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.content import Column, Kind
from reports.workbook_cells import safe_text

BATCH = 5_000
LONGEST_TEXT = 32_767
DAYS_BEFORE_1970 = 25_569
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def write_rows(
    sheet: Worksheet,
    columns: Sequence[Column],
    styles: Mapping[Kind, Format],
    rows: pa.Table,
    first: int,
) -> None:
    """Writes the rows from row `first` on, counted from 0, in the order of the columns; empty cells stay empty.

    Nothing may be written to the sheet above or among them afterwards.
    """
    if not rows.num_rows:
        return
    sheet._write_single_row(first)  # what was written before comes first in the file
    row = first
    for batch in rows.to_batches(max_chunksize=BATCH):
        numbers = range(row + 1, row + 1 + batch.num_rows)
        cells = [
            _cells(column, at, styles[column.kind], batch, numbers)
            for at, column in enumerate(columns)
        ]
        sheet.row_data_fh.writelines(
            f'<row r="{number}">{"".join(parts)}</row>'
            for number, *parts in zip(numbers, *cells, strict=True)
        )
        row += batch.num_rows
    sheet._check_dimensions(row - 1, len(columns) - 1)
    sheet.previous_row = row


def _cells(
    column: Column, at: int, style: Format, batch: pa.RecordBatch, numbers: range
) -> list[str]:
    """One column's cells as XML; nothing for nulls and empty text."""
    start, look = f'<c r="{xl_col_to_name(at)}', f'" s="{style._get_xf_index()}"'
    if column.is_number or column.kind in ("date", "month"):
        known = zip(numbers, _numbers(batch, at), strict=True)
        return [
            f"{start}{number}{look}><v>{value}</v></c>" if value is not None else ""
            for number, value in known
        ]
    texts = batch.column(at).to_pylist()
    inner = {text: _text(text) for text in set(texts) if text}
    return [
        f'{start}{number}{look} t="inlineStr"><is><t xml:space="preserve">{inner[text]}</t></is></c>'
        if text
        else ""
        for number, text in zip(numbers, texts, strict=True)
    ]


def _numbers(batch: pa.RecordBatch, at: int) -> list[str | None]:
    """Decimals as they are, to the cent; dates as days since 1899-12-30."""
    values = batch.column(at)
    if pa.types.is_date(values.type):
        values = compute.add(values.cast(pa.date32()).cast(pa.int32()), DAYS_BEFORE_1970)
    texts: list[str | None] = values.cast(pa.string()).to_pylist()
    return texts


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", safe_text(str(text))[:LONGEST_TEXT]), quote=False)
