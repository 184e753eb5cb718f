"""Columns of the X12 reader: numpy arrays, byte spans, and the Arrow arrays made of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Arrow: TypeAlias = "pa.Array[Any]"


WORD = 8


class Buffer(NamedTuple):
    """The bytes of a text, and at each offset the eight bytes that end there as one number.

    bytes: the text. words: one more than the text is long; the word at i holds the bytes from i - 8
    to i - 1, the last of them in its highest place, blanks where the text has not begun. So the
    word at i + 8 begins with byte i. Gathering words costs an eighth of gathering their bytes.
    is_ascii: no byte is above 127.
    """

    bytes: Bytes
    words: Words
    is_ascii: bool

    def beginning(self, start: Int64) -> Words:
        """The eight bytes from each offset on; the first of them in the lowest place."""
        return self.words[start + WORD]

    def ending(self, end: Int64) -> Words:
        """The eight bytes before each offset; the last of them in the highest place."""
        return self.words[end]


def buffer_of(data: bytes) -> Buffer:
    """Lay words over a text; blanks stand before and after it."""
    blanks = b" " * WORD
    padded = b"".join((blanks, data, blanks, blanks))
    words = np.ndarray((len(data) + WORD + 1,), "<u8", padded, strides=(1,))
    return Buffer(np.frombuffer(padded, np.uint8, len(data), WORD), words, data.isascii())


def concatenated(parts: list[Int64]) -> Int64:
    """Concatenate, without a copy where there is one part."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class Spans(NamedTuple):
    """Byte ranges [start, end) of one value per row; empty where the value is absent."""

    start: Int64
    end: Int64

    @property
    def empty(self) -> Flags:
        """True where there is no value."""
        return self.start >= self.end


class Column(NamedTuple):
    """One number or day per row: `values` (0 where not known), `known`, `empty` (nothing there).

    A row that is neither known nor empty could not be read.
    """

    values: Int64
    known: Flags
    empty: Flags

    @property
    def unreadable(self) -> Flags:
        """True where something stood there that is no such value."""
        return ~self.known & ~self.empty

    def where(self, rows: Flags | Int64) -> "Column":
        """Some of the rows."""
        return Column(self.values[rows], self.known[rows], self.empty[rows])


def is_any(codes: Bytes | Int32, wanted: Iterable[int]) -> Flags:
    """True where a code is one of a few."""
    found = np.zeros(len(codes), np.bool_)
    for code in wanted:
        found |= codes == code
    return found


def gather(buffer: Buffer, spans: Spans) -> Arrow:
    """Copy spans of a buffer into an Arrow string column, null where empty.

    A value that is valid UTF-8 is read as that, another as Latin-1.
    """
    column = gather_bytes(buffer.bytes, spans)
    if buffer.is_ascii and pa.types.is_binary(column.type):
        return pa.Array.from_buffers(pa.string(), len(column), column.buffers(), column.null_count)
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array((v and _decoded(v) for v in column.to_pylist()), pa.string())


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def gather_bytes(content: Bytes, spans: Spans) -> Arrow:
    """Copy spans of some bytes into an Arrow binary column, null where empty.

    The spans are laid over the bytes as values 0, 2, 4… of an Arrow array, of which the even ones
    are taken, so that Arrow does the copying. More than 2 GB need the wide form of the array.
    """
    n, there = len(spans.start), spans.start < spans.end
    if not there.any():
        return pa.nulls(n, pa.binary())
    wide = content.size > np.iinfo(np.int32).max
    offsets = np.empty(2 * n + 1, np.int64 if wide else np.int32)
    offsets[0:-1:2], offsets[1::2], offsets[-1] = spans.start, spans.end, content.size
    buffers = [None, pa.py_buffer(offsets.data), pa.py_buffer(content.data)]
    over = pa.Array.from_buffers(pa.large_binary() if wide else pa.binary(), 2 * n, buffers)
    even = np.arange(0, 2 * n, 2)
    return over.take(int64_array(even, None if there.all() else there))


def int64_array(values: Int64, known: Flags | None = None) -> Arrow:
    """Arrow int64; null where not known."""
    return _array(pa.int64(), np.ascontiguousarray(values, np.int64), known)


def int32_array(values: Int64) -> Arrow:
    """Arrow int32."""
    return _array(pa.int32(), values.astype(np.int32), None)


def decimal_array(column: Column, scale: int) -> Arrow:
    """Arrow decimal128(18, scale) from integers in units of 10**-scale; null where not known."""
    words = np.empty((len(column.values), 2), np.int64)
    words[:, 0], words[:, 1] = column.values, column.values >> 63
    return _array(pa.decimal128(18, scale), words.reshape(-1), column.known)


def date_array(column: Column) -> Arrow:
    """Arrow date32 from days since 1970-01-01; null where not known."""
    return _array(pa.date32(), column.values.astype(np.int32), column.known)


def _array(kind: pa.DataType, values: NDArray[Any], known: Flags | None) -> Arrow:
    """Lay an Arrow array over a numpy array."""
    rows = len(values) // 2 if pa.types.is_decimal(kind) else len(values)
    valid = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little").data)
    return pa.Array.from_buffers(kind, rows, [valid, pa.py_buffer(values.data)])


def named(codes: Int64, names: tuple[str, ...]) -> Arrow:
    """Arrow strings: the name of each code."""
    return pa.array(names, pa.string()).take(int64_array(codes))


def first_known(*columns: Arrow) -> Arrow:
    """Row by row the first value that is not null."""
    found: Arrow = pc.coalesce(*columns)
    return found


def joined(first: Arrow, second: Arrow) -> Arrow:
    """Row by row both texts with a blank between, or the one that is not null."""
    blank: Arrow = pa.repeat(" ", len(first))
    both: Arrow = pc.binary_join_element_wise(first, second, blank)
    return first_known(both, first, second)


def capitals(column: Arrow) -> Arrow:
    """The same texts with A to Z for a to z."""
    upper: Arrow = pc.ascii_upper(column)
    return upper


def known_rows(column: Arrow) -> Flags:
    """True where a column is not null."""
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), np.bool_)


def equal_rows(first: Arrow, second: Arrow) -> Flags:
    """True where two text columns hold the same value, false where either is null."""
    same = pc.equal(first, second).to_numpy(zero_copy_only=False)
    return np.asarray(same == True, np.bool_)  # noqa: E712


def table_of(columns: list[Arrow], schema: pa.Schema) -> pa.Table:
    """Arrow table of columns in the order of a schema."""
    return pa.Table.from_arrays(columns, schema=schema)
