"""Cuts an X12 text into segments and elements, whole columns at a time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loaders.x12.columns import (
    Buffer,
    Bytes,
    Flags,
    Int32,
    Int64,
    Words,
    buffer_of,
    concatenated,
    is_any,
)
from loaders.x12.delimiters import BLANKS, Interchange, stretches
from loaders.x12.layout import is_tidy, tidied
from loaders.x12.segments import FROM_THE_START, Origin, Segments
from loaders.x12.tags import QUALIFIED, packed, tags_of


def index_segments(
    data: bytes, interchanges: Sequence[Interchange], origin: Origin = FROM_THE_START
) -> Segments:
    """Find the segments and elements of all interchanges.

    Blanks and line breaks before a tag, blanks around a value and line breaks in it are not content.
    """
    if not is_tidy(data, interchanges):
        data, interchanges, removed = tidied(data, interchanges)
        origin = origin._replace(removed=removed)
    text = buffer_of(data)
    marks, first, last, begin = _cut(data, text.bytes, interchanges)
    opens, closes = marks.take(first), marks.take(last)
    limit = np.minimum(closes, len(data))
    start, word = _after_blanks(data, text, begin, np.minimum(opens, limit))
    tag = tags_of(word, np.minimum(opens, limit) - start)
    counts = np.diff(np.searchsorted(start, [*(i.start for i in interchanges), len(data) + 1]))
    segments = Segments(
        data=data,
        buffer=text,
        interchanges=tuple(interchanges),
        tag=tag,
        qualifier=_qualifiers(text, marks, tag, first, last),
        start=start,
        end=np.minimum(limit + 1, len(data)),
        stop=limit,
        first=first,
        count=last - first + 1,
        marks=marks,
        interchange=np.repeat(np.arange(len(interchanges)), counts),
        number=np.arange(len(last)),
        complete=len(last) == 0 or bool(marks[last[-1]] < len(data)),
        origin=origin,
    )
    kept = (start < limit) | (last > first)
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
    marks = concatenated([marks for marks, _ in parts])
    last = concatenated([last + by for (_, last), by in zip(parts, shift, strict=False)])
    first = np.concatenate(([0], last[:-1] + 1))[: len(last)]
    begin = marks.take(first - 1) + 1
    opening = (np.cumsum(counts) - counts)[np.array(counts) > 0]
    begin[opening] = [i.start for i, n in zip(joined, counts, strict=True) if n]
    return marks, first, last, begin


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


def _qualifiers(text: Buffer, marks: Int64, tag: Bytes, first: Int64, last: Int64) -> Int32:
    """Code of the first element of the segments that have a qualifier there, -1 for the others."""
    codes = np.full(len(tag), -1, np.int32)
    rows = np.flatnonzero(is_any(tag, QUALIFIED) & (last > first))
    opens = first.take(rows)
    start = marks.take(opens) + 1
    codes[rows] = packed(text.beginning(start), marks.take(opens + 1) - start)
    return codes
