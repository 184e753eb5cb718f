"""Composite elements split into their components, a column at a time."""

import numpy as np

from loaders.x12.columns import Arrow, Int64, Spans, gather
from loaders.x12.segments import Segments


def components(segments: Segments, rows: Int64, number: int | Int64, size: int) -> list[Arrow]:
    """Columns of the first `size` components of an element, null where absent."""
    return [gather(segments.buffer, span) for span in _cut(segments, rows, number, size)]


def split_once(segments: Segments, rows: Int64, number: int | Int64) -> tuple[Arrow, Arrow]:
    """First component of an element, and whatever follows its first separator as it stands."""
    first, second = _cut(segments, rows, number, 2)
    past = segments.element(rows, number).end
    return gather(segments.buffer, first), gather(segments.buffer, Spans(second.start, past))


def _cut(segments: Segments, rows: Int64, number: int | Int64, size: int) -> list[Spans]:
    """Spans of the first `size` components of an element, empty where absent."""
    begin, end = segments.element(rows, number)
    cuts = segments.component_marks
    at, past = np.searchsorted(cuts, begin), np.searchsorted(cuts, end)
    cuts = np.append(cuts, 0)
    spans = []
    for place in range(size):
        more = at + place < past
        stop = np.where(more, cuts[np.where(more, at + place, -1)], end)
        spans.append(Spans(begin, stop))
        begin = np.where(more, stop + 1, end)
    return spans
