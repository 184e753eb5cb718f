"""Composite elements split into their components, a column at a time."""

import numpy as np

from loaders.x12.columns import Arrow, Int64, Spans, gather
from loaders.x12.layout import PADDING
from loaders.x12.segments import Segments


def components(segments: Segments, rows: Int64, number: int | Int64, size: int) -> list[Arrow]:
    """Columns of the first `size` components of an element, null where absent."""
    return [gather(segments.buffer, span) for span in _cut(segments, rows, number, size)]


def split_once(segments: Segments, rows: Int64, number: int | Int64) -> tuple[Arrow, Arrow]:
    """First component of an element, and whatever follows its first separator as it stands."""
    first, second = _cut(segments, rows, number, 2)
    rest = Spans(second.start, segments.element(rows, number).end)
    rest = _trimmed(segments, rows, rest)
    return gather(segments.buffer, first), gather(segments.buffer, rest)


def _cut(segments: Segments, rows: Int64, number: int | Int64, size: int) -> list[Spans]:
    """Spans of the first `size` components of an element, empty where absent."""
    begin, end = segments.element(rows, number)
    cuts = segments.component_marks
    at, past = np.searchsorted(cuts, begin), np.searchsorted(cuts, end)
    cuts = np.append(cuts, 0)
    spans: list[Spans] = []
    for place in range(size):
        more = at + place < past
        if not more.any():
            rest = Spans(end, end)
            last = _trimmed(segments, rows, Spans(begin, end))
            return [*spans, last, *([rest] * (size - place - 1))]
        stop = np.where(more, cuts[np.where(more, at + place, -1)], end)
        spans.append(_trimmed(segments, rows, Spans(begin, stop)))
        begin = np.where(more, stop + 1, end)
    return spans


def _trimmed(segments: Segments, rows: Int64, spans: Spans) -> Spans:
    """Spans without the blanks at their ends, which only those beside a component separator have left."""
    if not segments.has_padded_components:
        return spans
    blanks = [bytes(set(PADDING) - set(i.delimiters)) for i in segments.interchanges]
    start, end = spans.start.copy(), spans.end.copy()
    for row in np.flatnonzero(start < end).tolist():
        content, own = segments.data[start[row] : end[row]], blanks[segments.interchange[rows[row]]]
        start[row] += len(content) - len(content.lstrip(own))
        end[row] -= len(content) - len(content.rstrip(own))
    return Spans(start, np.maximum(start, end))
