"""Composite elements split into their components, a column at a time."""

import numpy as np

from loaders.x12 import Segments
from loaders.x12_columns import Arrow, Bytes, Int64, Spans, gather, gather_bytes


def components(segments: Segments, rows: Int64, number: int | Int64, size: int) -> list[Arrow]:
    """Columns of the first `size` components of an element, null where absent."""
    content, starts, ends = _cut(segments, rows, number, size)
    return [gather(content, Spans(start, end)) for start, end in zip(starts, ends, strict=True)]


def split_once(segments: Segments, rows: Int64, number: int | Int64) -> tuple[Arrow, Arrow]:
    """First component of an element, and whatever follows its first separator as it stands."""
    content, starts, ends = _cut(segments, rows, number, 2)
    past = np.append(starts[0][1:], content.size)
    return gather(content, Spans(starts[0], ends[0])), gather(content, Spans(starts[1], past))


def _cut(
    segments: Segments, rows: Int64, number: int | Int64, size: int
) -> tuple[Bytes, list[Int64], list[Int64]]:
    """Gather an element; return its bytes and per component the starts and ends in them."""
    spans = segments.element(rows, number)
    column = gather_bytes(segments.buffer, spans)
    offsets = np.concatenate(([0], np.cumsum(np.maximum(spans.end - spans.start, 0))))
    values = column.buffers()[2]
    content = np.frombuffer(memoryview(values or b""), np.uint8)[: offsets[-1]]
    cuts = np.flatnonzero(content == _separators(segments, rows, offsets))
    past = np.searchsorted(cuts, offsets[1:])
    at = np.searchsorted(cuts, offsets[:-1])
    starts, ends = [offsets[:-1]], []
    for place in range(size):
        here = at + place < past
        end = np.where(here, np.append(cuts, 0)[np.where(here, at + place, -1)], offsets[1:])
        ends.append(end)
        starts.append(np.where(here, end + 1, offsets[1:]))
    return content, starts[:size], ends


def _separators(segments: Segments, rows: Int64, offsets: Int64) -> Bytes:
    """Component separator of each byte: one value, or one per byte where they differ."""
    table = np.array([i.component for i in segments.interchanges], np.uint8)
    if len(set(table.tolist())) == 1:
        return table[:1]
    return np.repeat(table[segments.interchange[rows]], np.diff(offsets))
