"""Index of the segments and elements of an X12 buffer, and columns gathered from it.

Everything works on whole columns: `rows` is an int64 array of segment numbers counted from 0 and
`Spans` a pair of int64 arrays with the byte range [start, end) of each value. Nothing loops over
segments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
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
    Words,
    buffer_of,
    gather,
    is_any,
)
from loaders.x12.delimiters import BLANKS, Interchange

# The segments of the 835 guide (005010X221A1 and 004010X091A1) and of its envelope.
Tag = IntEnum(
    "Tag",
    "ISA TA1 GS ST BPR NTE TRN CUR REF DTM N1 N2 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT"
    " QTY SVC LQ PLB SE GE IEA DMG",
)
# Segments whose first element says what the others are about.
QUALIFIED = (Tag.N1, Tag.NM1, Tag.REF, Tag.DTM, Tag.LQ)
UNKNOWN = 0
IGNORED = 255
_TAG_VALUES = frozenset(Tag)


class Origin(NamedTuple):
    """Where a text stands in its file: bytes and segments to add to those counted in the text.

    lead: bytes at the beginning that repeat the envelope the text stands in.
    """

    byte: int = 0
    segment: int = 0
    lead: int = 0


@dataclass(frozen=True)
class Segments:
    """Every segment of a text, in order; empty segments are left out.

    tag: Tag value, UNKNOWN or IGNORED (uint8). qualifier: code of the first element where the tag
    is one of QUALIFIED. start, end: bytes from the tag to past the terminator. stop: end of the
    content, before the terminator and any line break. first: where in `marks` the delimiter after
    the tag is. count: elements, the tag included. marks: offsets of the delimiters. interchange:
    number of the interchange each segment is in. number: how many terminators stand before it.
    complete: the last segment has its terminator. unbroken: no line break stands before a
    terminator. origin: where the text stands in its file.
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
    unbroken: bool
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
        return _joined(parts)

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
        if not self.unbroken:
            end = np.minimum(end, self.stop.take(rows))
        if there.all():
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
            found = _Places(rows, self.first.take(rows), count, self.marks, {})
            self._asked[id(rows)] = found
        return found

    def qualified(self, tag: IntEnum, *qualifiers: str) -> Int64:
        """Numbers of the segments of a tag whose first element is one of the qualifiers."""
        rows = self.rows(tag)
        return rows[is_any(self.qualifier.take(rows), [code_of(q) for q in qualifiers])]

    def code(self, rows: Int64, number: int | Int64) -> Int32:
        """Element of up to three characters as a number like `code_of`; -1 for any other."""
        start, end = self.element(rows, number)
        return _packed(self.buffer.beginning(start), end - start)

    def text(self, rows: Int64, number: int | Int64) -> Arrow:
        """Element as text, null where absent."""
        return gather(self.buffer, self.element(rows, number))

    def value(self, row: int, number: int) -> str:
        """One element as text, for messages."""
        start, end = self.element(np.array([row]), number)
        return self.data[start[0] : end[0]].decode("latin-1")

    def location(self, row: int) -> str:
        """Where a segment stands: its number from 1, its tag and its byte offset."""
        name = Tag(self.tag[row]).name if self.tag[row] in _TAG_VALUES else "?"
        number, byte = self.segment_number(row), self.start[row] + self.origin.byte
        return f"segment {number} ({name}), byte {byte}"

    def segment_number(self, rows: int | Int64) -> Int64:
        """Numbers in the file, from 1; an empty segment counts."""
        return self.number[rows] + (self.origin.segment + 1)

    @cached_property
    def lead_rows(self) -> int:
        """How many segments at the beginning only repeat the envelope."""
        return int(np.searchsorted(self.start, self.origin.lead))

    def field(self, row: int, number: int) -> str:
        """Name of an element, e.g. CLP04."""
        return f"{Tag(self.tag[row]).name}{number:02d}"


_FROM_THE_START = Origin()


class _Places(NamedTuple):
    """Some rows, where their delimiters begin in `marks` and how many there are, and those read."""

    rows: Int64
    first: Int64
    delimiters: Int64
    marks: Int64
    read: dict[int, Int64]

    def element(self, number: int) -> tuple[Int64, Int64, Flags]:
        """Start and end of an element, and whether the row has it."""
        return self._mark(number - 1) + 1, self._mark(number), self.delimiters > number

    def _mark(self, number: int) -> Int64:
        """Offset of delimiter `number`, the last there is for rows with fewer."""
        if number not in self.read:
            last = np.maximum(self.delimiters - 1, 0)
            self.read[number] = self.marks.take(self.first + np.minimum(number, last))
        return self.read[number]


def index_segments(
    data: bytes, interchanges: Sequence[Interchange], origin: Origin = _FROM_THE_START
) -> Segments:
    """Find the segments and elements of all interchanges.

    Blanks and line breaks before a tag and line breaks before a terminator are not content.
    """
    text = buffer_of(data)
    buffer = text.bytes
    marks, first, last, begin = _cut(data, buffer, interchanges)
    opens, limit = marks.take(first), np.minimum(marks.take(last), len(data))
    start, word = _after_blanks(data, text, begin, np.minimum(opens, limit))
    final = np.where(last > first, marks.take(last - 1) + 1, start)
    stop = _before_breaks(data, buffer, final, limit)
    tag = _tags(word, np.minimum(opens, stop) - start)
    counts = np.diff(np.searchsorted(start, [*(i.start for i in interchanges), len(data) + 1]))
    segments = Segments(
        data=data,
        buffer=text,
        interchanges=tuple(interchanges),
        tag=tag,
        qualifier=_qualifiers(text, marks, tag, first, last, stop),
        start=start,
        end=np.minimum(limit + 1, len(data)),
        stop=stop,
        first=first,
        count=last - first + 1,
        marks=marks,
        interchange=np.repeat(np.arange(len(interchanges)), counts),
        number=np.arange(len(last)),
        complete=len(last) == 0 or bool(marks[last[-1]] < len(data)),
        unbroken=bool((stop == marks.take(last)).all()),
        origin=origin,
    )
    kept = (start < stop) | (last > first)
    return segments if kept.all() else _only(segments, kept)


def _only(segments: Segments, kept: Flags) -> Segments:
    """Some of the segments."""
    names = ("tag", "qualifier", "start", "end", "stop", "first", "count", "interchange", "number")
    return replace(segments, **{name: getattr(segments, name)[kept] for name in names})


def _cut(
    data: bytes, buffer: Bytes, interchanges: Sequence[Interchange]
) -> tuple[Int64, Int64, Int64, Int64]:
    """Delimiter offsets; per segment its first and last delimiter and its first byte."""
    joined = stretches(data, interchanges)
    parts = [_part(data, buffer, stretch) for stretch in joined]
    counts = [len(last) for _, last in parts]
    shift = np.cumsum([0] + [len(marks) for marks, _ in parts])
    marks = _joined([marks for marks, _ in parts])
    last = _joined([last + by for (_, last), by in zip(parts, shift, strict=False)])
    first = np.concatenate(([0], last[:-1] + 1))[: len(last)]
    begin = marks.take(first - 1) + 1
    opening = (np.cumsum(counts) - counts)[np.array(counts) > 0]
    begin[opening] = [i.start for i, n in zip(joined, counts, strict=True) if n]
    return marks, first, last, begin


def stretches(data: bytes, interchanges: Sequence[Interchange]) -> list[Interchange]:
    """Interchanges that follow one another with the same delimiters and nothing between, as one."""
    begins = [interchanges[0]]
    ends: list[int] = []
    for before, after in pairwise(interchanges):
        tail = data[max(before.end - LONGEST_TAIL, before.start) : before.end].rstrip(BLANKS)
        same = before.delimiters == after.delimiters and before.has_isa == after.has_isa
        if not (same and tail and tail[-1] == before.terminator):
            ends.append(before.end)
            begins.append(after)
    ends.append(interchanges[-1].end)
    return [replace(begin, end=end) for begin, end in zip(begins, ends, strict=True)]


LONGEST_TAIL = 64


def _joined(parts: list[Int64]) -> Int64:
    """Concatenate, without a copy where there is one part."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _part(data: bytes, buffer: Bytes, interchange: Interchange) -> tuple[Int64, Int64]:
    """Offsets of an interchange's delimiters, and which of them end a segment.

    A last segment without terminator ends at the end of the interchange.
    """
    part = buffer[interchange.start : interchange.end]
    is_mark = part == interchange.element
    is_mark |= part == interchange.terminator
    marks = np.flatnonzero(is_mark)
    last = np.flatnonzero(part.take(marks) == interchange.terminator)
    marks += interchange.start
    ended = int(marks[last[-1]]) + 1 if last.size else interchange.start
    if data[ended : interchange.end].strip(BLANKS):
        marks = np.append(marks, interchange.end)
        last = np.append(last, len(marks) - 1)
    else:
        marks = marks[: last[-1] + 1] if last.size else marks[:0]
    return marks, last


_IS_BLANK = np.zeros(256, np.bool_)
_IS_BLANK[list(BLANKS)] = True
_IS_BREAK = np.zeros(256, np.bool_)
_IS_BREAK[[10, 13]] = True


def _after_blanks(data: bytes, text: Buffer, begin: Int64, limit: Int64) -> tuple[Int64, Words]:
    """Move each start past the blanks before it, not past its limit; and the word that begins there.

    The first blanks are looked for in the words themselves, further ones byte by byte.
    """
    start, word = begin.copy(), text.beginning(begin)
    for _ in range(BLANKS_IN_WORDS):
        blank = _IS_BLANK.take(word.astype(np.uint8)) & (start < limit)
        if not blank.any():
            return start, word
        start += blank
        word = np.where(blank, word >> np.uint64(8), word)
    blank = _IS_BLANK.take(word.astype(np.uint8)) & (start < limit)
    for row in np.flatnonzero(blank).tolist():
        content = data[start[row] : limit[row]]
        start[row] += len(content) - len(content.lstrip(BLANKS))
    return start, np.where(blank, text.beginning(start), word)


# A tag is at most three of a word's eight bytes.
BLANKS_IN_WORDS = 4


def _before_breaks(data: bytes, buffer: Bytes, start: Int64, stop: Int64) -> Int64:
    """Move each stop before the line breaks that precede it, not before its start."""
    stop = stop.copy()
    left = np.flatnonzero(start < stop)
    for _ in range(4):
        left = left[_IS_BREAK[buffer[stop[left] - 1]]]
        stop[left] -= 1
        left = left[start[left] < stop[left]]
    for row in left.tolist():
        stop[row] = start[row] + len(data[start[row] : stop[row]].rstrip(b"\r\n"))
    return stop


_LENGTHS = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0], np.uint32)


def _packed(word: Words, length: Int64) -> Int32:
    """Pack the first one to three characters of words into 18 bits; else -1.

    A character counts with its six low bits from blank to underscore, small letters as capitals.
    """
    kept = _LENGTHS.take(np.minimum(np.maximum(length, 0), 4))
    text = word.astype(np.uint32) & kept
    small = text & (text >> np.uint32(1)) & np.uint32(0x202020)
    text &= ~small
    code = ((text & np.uint32(0x3F)) << np.uint32(12)) | ((text >> np.uint32(2)) & np.uint32(0xFC0))
    code |= (text >> np.uint32(16)) & np.uint32(0x3F)
    printed = (text | (text >> np.uint32(1))) & np.uint32(0x202020) & kept
    plain = (printed == (kept & np.uint32(0x202020))) & (text & np.uint32(0x808080) == 0)
    return np.where(plain & (kept > 0), code.astype(np.int32), np.int32(-1))


def _qualifiers(
    text: Buffer, marks: Int64, tag: Bytes, first: Int64, last: Int64, stop: Int64
) -> Int32:
    """Code of the first element of the segments that have a qualifier there, -1 for the others."""
    codes = np.full(len(tag), -1, np.int32)
    rows = np.flatnonzero(is_any(tag, QUALIFIED) & (last > first))
    opens = first.take(rows)
    start = marks.take(opens) + 1
    end = np.minimum(marks.take(opens + 1), stop.take(rows))
    codes[rows] = _packed(text.beginning(start), end - start)
    return codes


def code_of(text: str) -> int:
    """Number that `Segments.code` gives for this code of one to three characters."""
    word = np.frombuffer(text.encode("ascii").ljust(8), np.uint64)
    return int(_packed(word, np.array([len(text)]))[0])


def _tag_table() -> Bytes:
    """Tag for every packed code, UNKNOWN where it is none."""
    table = np.zeros(1 << 18, np.uint8)
    for tag in Tag:
        table[code_of(tag.name)] = tag
    return table


_TAGS = _tag_table()


def _tags(word: Words, length: Int64) -> Bytes:
    """Tag of each segment."""
    code = _packed(word, length)
    return np.where(code < 0, np.uint8(UNKNOWN), _TAGS.take(code, mode="wrap"))
