"""Index of the segments and elements of an X12 buffer, and columns gathered from it.

Everything works on whole columns: `rows` is an int64 array of segment numbers counted from 0 and
`Spans` a pair of int64 arrays with the byte range [start, end) of each value. Nothing loops over
segments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from loaders.x12.columns import (
    Arrow,
    Buffer,
    Bytes,
    Flags,
    Int32,
    Int64,
    Spans,
    capitals,
    concatenated,
    gather,
    is_any,
)
from loaders.x12.delimiters import Interchange, stretches
from loaders.x12.layout import PADDING
from loaders.x12.tags import IGNORED, UNKNOWN, Tag, code_of, name_of, packed


class Origin(NamedTuple):
    """Where a text stands in its file: bytes and segments to add to those counted in the text.

    lead: bytes at the beginning that repeat the envelope the text stands in. removed: offsets in the
    text as it was of bytes that were taken out before it was indexed, ascending.
    """

    byte: int = 0
    segment: int = 0
    lead: int = 0
    removed: Int64 = np.zeros(0, np.int64)

    def begins(self, at: Int64) -> Int64:
        """Offsets in the text as it was of bytes of the indexed text."""
        if not self.removed.size:
            return at
        passed = self.removed - np.arange(self.removed.size)
        return at + np.searchsorted(passed, at, side="right")

    def ends(self, past: Int64) -> Int64:
        """The same of the ends of what is not empty: the offset past its last byte."""
        return self.begins(past - 1) + 1 if self.removed.size else past


@dataclass(frozen=True)
class Segments:
    """Every segment of a text, in order; empty segments are left out.

    tag: Tag value, UNKNOWN or IGNORED (uint8). qualifier: code of the first element where the tag
    is one of QUALIFIED. start, end: bytes from the tag to past the terminator. stop: end of the
    content, before the terminator. first: where in `marks` the delimiter after
    the tag is. count: elements, the tag included. marks: offsets of the delimiters. interchange:
    number of the interchange each segment is in. number: how many terminators stand before it.
    complete: the last segment has its terminator. origin: where the text stands in its file.
    """

    data: bytes
    buffer: Buffer
    interchanges: tuple[Interchange, ...]
    tag: Bytes
    qualifier: Int32
    start: Int64
    end: Int64
    stop: Int64
    first: Int64
    count: Int64
    marks: Int64
    interchange: Int64
    number: Int64
    complete: bool
    origin: Origin

    @cached_property
    def _by_tag(self) -> tuple[Int64, Int64]:
        """Numbers of all segments in the order of their tags, and where each tag begins there."""
        order = np.argsort(self.tag, kind="stable")
        return order, np.searchsorted(self.tag[order], np.arange(257))

    @cached_property
    def component_marks(self) -> Int64:
        """Offsets of the component separators, ascending."""
        parts = [
            i.start + np.flatnonzero(self.buffer.bytes[i.start : i.end] == i.component)
            for i in stretches(self.data, self.interchanges)
        ]
        return concatenated(parts)

    @cached_property
    def has_padded_components(self) -> bool:
        """Whether a blank stands beside a component separator."""
        around = np.concatenate((self.component_marks - 1, self.component_marks + 1))
        return bool(is_any(self.buffer.bytes.take(around, mode="clip"), PADDING).any())

    def rows(self, tag: IntEnum) -> Int64:
        """Numbers of the segments with this tag, ascending."""
        order, begin = self._by_tag
        return order[begin[tag] : begin[tag + 1]]

    def rows_of(self, tags: Iterable[IntEnum]) -> Int64:
        """Numbers of the segments with one of these tags, ascending."""
        return np.sort(np.concatenate([self.rows(tag) for tag in tags]))

    def element(self, rows: Int64, number: int | Int64) -> Spans:
        """Span of element `number` (1 = first after the tag) of each row; row -1 has none."""
        if isinstance(number, int):
            start, end, there = self._places(rows).element(number)
        else:
            there = (rows >= 0) & (self.count.take(rows) > number)
            mark = np.where(there, self.first.take(rows) + number, 1)
            start, end = self.marks.take(mark - 1) + 1, self.marks.take(mark)
        if there is None or there.all():
            return Spans(start, end)
        return Spans(np.where(there, start, 0), np.where(there, end, 0))

    @cached_property
    def _asked(self) -> dict[int, "_Places"]:
        return {}

    def _places(self, rows: Int64) -> "_Places":
        """Where the delimiters of some rows are; kept, because most rows are asked about again."""
        found = self._asked.get(id(rows))
        if found is None:
            count = np.where(rows >= 0, self.count.take(rows), 0)
            fewest = int(count.min()) if count.size else 0
            found = _Places(rows, self.first.take(rows), count, fewest, self.marks, {})
            self._asked[id(rows)] = found
        return found

    def qualified(self, tag: IntEnum, *qualifiers: str) -> Int64:
        """Numbers of the segments of a tag whose first element is one of the qualifiers."""
        rows = self.rows(tag)
        return rows[is_any(self.qualifier.take(rows), [code_of(q) for q in qualifiers])]

    def code(self, rows: Int64, number: int | Int64) -> Int32:
        """Element of up to three characters as a number like `code_of`; -1 for any other."""
        start, end = self.element(rows, number)
        return packed(self.buffer.beginning(start), end - start)

    def text(self, rows: Int64, number: int | Int64) -> Arrow:
        """Element as text, null where absent."""
        return gather(self.buffer, self.element(rows, number))

    def capitals(self, rows: Int64, number: int | Int64) -> Arrow:
        """A code as text in capitals, null where absent."""
        return capitals(self.text(rows, number))

    def value(self, row: int, number: int) -> str:
        """One element as text, for messages."""
        start, end = self.element(np.array([row]), number)
        return self.data[start[0] : end[0]].decode("latin-1")

    def location(self, row: int) -> str:
        """Where a segment stands: its number from 1, its tag and its byte offset."""
        name = name_of(int(self.tag[row]))
        number, byte = self.segment_number(row), self.byte(self.start[[row]])[0]
        return f"segment {number} ({name}), byte {byte}"

    def byte(self, at: Int64) -> Int64:
        """Offsets in the file."""
        return self.origin.begins(at) + self.origin.byte

    def segment_number(self, rows: int | Int64) -> Int64:
        """Numbers in the file, from 1; an empty segment counts."""
        return self.number[rows] + (self.origin.segment + 1)

    @cached_property
    def lead_rows(self) -> int:
        """How many segments at the beginning only repeat the envelope."""
        return int(np.searchsorted(self.origin.begins(self.start), self.origin.lead))

    def field(self, row: int, number: int) -> str:
        """Name of an element, e.g. CLP04; of a segment that is not known only its number."""
        tag = self.tag[row]
        return f"element {number}" if tag in (UNKNOWN, IGNORED) else f"{Tag(tag).name}{number:02d}"


FROM_THE_START = Origin()


class _Places(NamedTuple):
    """Some rows, where their delimiters begin in `marks` and how many there are, and those read."""

    rows: Int64
    first: Int64
    delimiters: Int64
    fewest: int
    marks: Int64
    read: dict[int, Int64]

    def element(self, number: int) -> tuple[Int64, Int64, Flags | None]:
        """Start and end of an element, and whether the row has it; None where every row has."""
        there = None if number < self.fewest else self.delimiters > number
        return self._mark(number - 1) + 1, self._mark(number), there

    def _mark(self, number: int) -> Int64:
        """Offset of delimiter `number`, the last there is for rows with fewer."""
        if number not in self.read:
            at: Int64 | int = number
            if number >= self.fewest:
                at = np.minimum(number, np.maximum(self.delimiters - 1, 0))
            self.read[number] = self.marks.take(self.first + at)
        return self.read[number]
