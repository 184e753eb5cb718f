"""Tables in workbooks and columnar files: XLSX (and XLS, XLSB, ODS), Parquet and Arrow IPC, as cells of text."""

from __future__ import annotations

import io
import lzma
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import python_calamine as calamine

from loaders.problems import Problem
from loaders.tables.tables import Grid

MOST_UNPACKED_BYTES = 1 << 30
MOST_CELLS = 50_000_000

TypedCell: TypeAlias = (
    str | int | float | bool | date | datetime | time | timedelta | Decimal | None
)

_OLE = b"\xd0\xcf\x11\xe0"
_CELL_COLUMN = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})[0-9]')
_ROW_NUMBER = re.compile(rb'<row [^>]*?r="([0-9]{1,9})"')
_DATE_1904 = re.compile(rb'date1904="(?:1|true)"')
_DECIMALS_WITHOUT_NOISE = 6
_CENTS_AND_NOISE = Decimal("0.000001")
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
_FIRST_ROUNDED = 1e15
_DAMAGED_REMEDY = "Open it where it was made, save it anew as .xlsx or export a CSV, and load that."


def read_grids(data: bytes) -> list[Grid] | None:
    """The tables of a workbook or columnar file, one per sheet; None where the bytes are neither.

    A file that is damaged, locked or too large is one grid with a problem.
    """
    if data[:4] == b"PAR1":
        return [_columnar(data, "Parquet")]
    if data[:6] == b"ARROW1" or data[:4] == b"\xff\xff\xff\xff":
        return [_columnar(data, "Arrow")]
    if data[:4] == _OLE:
        return _workbook(data, since_1904=False)
    if data[:4] == b"PK\x03\x04":
        return _zipped_workbook(data)
    return None


def _refused(message: str, remedy: str) -> list[Grid]:
    return [Grid((), problem=Problem("error", "file", "file", "", message, remedy))]


def _zipped_workbook(data: bytes) -> list[Grid] | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = {member.filename: member for member in archive.infolist()}
        if not members.keys() & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            return None
        if sum(member.file_size for member in members.values()) > MOST_UNPACKED_BYTES:
            return _refused(
                "The workbook holds more than 1 GB once unpacked.",
                "Export its sheets as CSV and load those.",
            )
        if archive.testzip() is not None:  # also where a member holds more than it declares
            return _refused("The workbook is damaged.", _DAMAGED_REMEDY)
        names = [name for name in members if name.startswith("xl/worksheets/sheet")]
        if any(_too_wide(archive.read(name)) for name in names if name.endswith(".xml")):
            return _refused(
                "A sheet of the workbook spans more than 50 million cells.",
                "Delete what stands far below or to the right of the table, or export it as CSV.",
            )
        book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in members else b""
    except _ZIP_ERRORS:
        return _refused("The workbook is damaged.", _DAMAGED_REMEDY)
    return _workbook(data, bool(_DATE_1904.search(book)))


def _too_wide(sheet: bytes) -> bool:
    """Whether the cells of a sheet lie so far apart that the rectangle around them is no table."""
    columns = [_column_number(letters) for letters in set(_CELL_COLUMN.findall(sheet))]
    rows = [int(number) for number in _ROW_NUMBER.findall(sheet)]
    return max(columns, default=0) * max(rows, default=0) > MOST_CELLS


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _workbook(data: bytes, since_1904: bool) -> list[Grid]:
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
            return [_sheet(book, sheet.name, since_1904) for sheet in sheets]
    except calamine.PasswordError:
        return _locked()
    except (calamine.CalamineError, OSError, ValueError):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return _locked()
        return _refused("The workbook is damaged, or is no workbook.", _DAMAGED_REMEDY)


def _locked() -> list[Grid]:
    return _refused(
        "The workbook is locked with a password.", "Save it without one, and load that."
    )


def _sheet(book: calamine.CalamineWorkbook, name: str, since_1904: bool) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    return Grid([[cell_text(cell) for cell in row] for row in rows], name, since_1904)


def cell_text(cell: TypedCell) -> str:
    """A typed cell as the text it shows: dates as YYYY-MM-DD, numbers without binary noise.

    A number with 16 or more digits is written as 1.23E+15: its last digits are lost, and what reads it has to
    say so.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number_text(float(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return "" if math.isnan(number) else str(number)
    if abs(number) >= _FIRST_ROUNDED:
        return f"{number:.14E}"
    if number == int(number):
        return str(int(number))
    written = repr(number)
    if "e" not in written and len(written.partition(".")[2]) <= _DECIMALS_WITHOUT_NOISE:
        return written
    shown = Decimal(written).quantize(_CENTS_AND_NOISE).normalize()
    return f"{shown:f}"


def _columnar(data: bytes, form: str) -> Grid:
    try:
        table = _read_parquet(data) if form == "Parquet" else _read_arrow(data)
        if table is not None:
            table.validate(full=True)
            columns = [_column_texts(column) for column in table.columns]
            return Grid([table.column_names, *map(list, zip(*columns, strict=True))])
    except (pa.ArrowException, OSError, ArithmeticError, ValueError) as error:
        first = str(error).splitlines()[0][:120] if str(error) else "it ends too early"
        message = f"The {form} file is damaged ({first})."
        return _refused(message, "Write the file again, and load that.")[0]
    message = f"The {form} file holds more than 1 GB or 50 million cells once unpacked."
    return _refused(message, "Write it in several parts.")[0]


def _read_parquet(data: bytes) -> pa.Table | None:
    file = pq.ParquetFile(io.BytesIO(data))
    about = file.metadata
    size = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
    if size > MOST_UNPACKED_BYTES or about.num_rows * about.num_columns > MOST_CELLS:
        return None
    return file.read()


def _read_arrow(data: bytes) -> pa.Table | None:
    reader: Iterable[pa.RecordBatch]
    if data[:6] == b"ARROW1":
        file = pa.ipc.open_file(pa.BufferReader(data))
        schema, reader = file.schema, (file.get_batch(n) for n in range(file.num_record_batches))
    else:
        stream = pa.ipc.open_stream(pa.BufferReader(data))
        schema, reader = stream.schema, stream
    batches: list[pa.RecordBatch] = []
    size = cells = 0
    for batch in reader:
        batch.validate(full=True)  # first: a damaged batch points outside its buffers
        size, cells = size + batch.nbytes, cells + batch.num_rows * batch.num_columns
        if size > MOST_UNPACKED_BYTES or cells > MOST_CELLS:
            return None
        batches.append(batch)
    return pa.Table.from_batches(batches, schema)


def _column_texts(column: pa.ChunkedArray[Any]) -> Sequence[str]:
    """The texts of a column; whole numbers keep every digit, whatever their size."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = pc.cast(column, kind.value_type)
        kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [_bytes_text(value) for value in column.to_pylist()]
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        column = pc.cast(pc.cast(column, pa.string()), pa.float64())
    if pa.types.is_integer(kind):
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if pa.types.is_timestamp(kind):
        column = pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
    return [cell_text(value) for value in column.to_pylist()]


def _bytes_text(value: bytes | None) -> str:
    return "" if value is None else value.decode("utf-8", "replace")
