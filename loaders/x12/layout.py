"""Blanks around the values of an X12 text and line breaks within it: noticed, and taken out before it is read."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from loaders.x12.columns import Bytes, Flags, Int64, is_any
from loaders.x12.delimiters import Interchange, stretches

BREAKS = b"\r\n"
PADDING = b" \t"
LAST_LOW = 32
PIECE = 1 << 18


class Tidied(NamedTuple):
    """A text without them, its interchanges, and the offsets in the text as it was of what was taken out."""

    data: bytes
    interchanges: tuple[Interchange, ...]
    removed: Int64


def is_tidy(data: bytes, interchanges: Sequence[Interchange]) -> bool:
    """Tell at the cost of a few comparisons that no value has blanks around it or a line break in it.

    False may be wrong: then nothing is taken out. The text is looked at in pieces that stay in the
    processor's cache.
    """
    text = np.frombuffer(data, np.uint8)
    heads = isa_segments(data, interchanges)
    begins, ends = (np.array([getattr(h, n) for h in heads]) for n in ("start", "stop"))
    for stretch in stretches(data, interchanges):
        breaks = [b for b in BREAKS if data.find(b, stretch.start, stretch.end) >= 0]
        for begin in range(stretch.start, stretch.end, PIECE):
            piece = text[begin : min(begin + PIECE + 1, stretch.end)]
            terminator = piece == stretch.terminator
            if not _breaks_behind(terminator, piece, breaks, stretch):
                return False
            places = begin + _padding(terminator, piece, stretch)
            if places.size and not _within(begins, ends, places):
                return False
    return True


def _breaks_behind(
    terminator: Flags, piece: Bytes, breaks: Sequence[int], interchange: Interchange
) -> bool:
    """Whether every line break but a first byte follows a terminator, or another line break."""
    breaks = [b for b in breaks if b not in interchange.delimiters]
    if not breaks:
        return True
    found = is_any(piece, breaks)
    return not np.count_nonzero(found[1:] > (found | terminator)[:-1])


def _padding(terminator: Flags, piece: Bytes, interchange: Interchange) -> Int64:
    """Places of blanks and the like after an element separator or before a delimiter."""
    low = piece <= LAST_LOW
    element = piece == interchange.element
    either = element | terminator
    if min(interchange.delimiters) <= LAST_LOW:
        low &= ~(either | (piece == interchange.component))
    after, before = low[1:] & element[:-1], low[:-1] & either[1:]
    if not (np.count_nonzero(after) or np.count_nonzero(before)):
        return np.zeros(0, np.int64)
    return np.concatenate((np.flatnonzero(after) + 1, np.flatnonzero(before)))


def _within(begins: Int64, ends: Int64, places: Int64) -> bool:
    """Whether every place is in one of some ranges, which ascend."""
    at = np.searchsorted(begins, places, side="right") - 1
    return bool(len(begins) and ((at >= 0) & (places < ends[at])).all())


def tidied(data: bytes, interchanges: Sequence[Interchange]) -> Tidied:
    """Take every line break out, and the blanks beside element separators and terminators.

    A blank that is a delimiter stays, and so do those of the ISA, whose elements have fixed lengths.
    """
    text = np.frombuffer(data, np.uint8)
    gone = np.zeros(len(text), np.bool_)
    for stretch in stretches(data, interchanges):
        own = slice(stretch.start, stretch.end)
        gone[own] = _superfluous(text[own], stretch)
    for head in isa_segments(data, interchanges):
        gone[head] &= text[head] < LAST_LOW
        gone[head] &= text[head] != PADDING[1]
    removed = np.flatnonzero(gone)
    bounds = np.array([(i.start, i.end) for i in interchanges], np.int64)
    bounds -= np.searchsorted(removed, bounds)
    placed = zip(interchanges, bounds.tolist(), strict=True)
    moved = tuple(i._replace(start=start, end=end) for i, (start, end) in placed)
    return Tidied(text[~gone].tobytes(), moved, removed)


def isa_segments(data: bytes, interchanges: Iterable[Interchange]) -> list[slice]:
    """Where the ISA segments stand."""
    return [
        slice(i.start, max(data.find(bytes([i.terminator]), i.start, i.end), i.start))
        for i in interchanges
        if i.has_isa
    ]


def _superfluous(part: Bytes, interchange: Interchange) -> Flags:
    """Line breaks, and the runs of blanks that a delimiter stands before or after once those are gone."""
    gone = _is_any(part, BREAKS, interchange)
    kept = np.flatnonzero(~gone)
    blank = _is_any(part, PADDING, interchange)[kept]
    mark = ((part == interchange.element) | (part == interchange.terminator))[kept]
    beside = np.concatenate(([True], mark, [True]))
    edges = np.diff(blank.astype(np.int8), prepend=0, append=0)
    begin, end = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0)
    outer = beside[begin] | beside[end + 1]
    steps = np.zeros(len(kept) + 1, np.int8)
    steps[begin[outer]] = 1
    steps[end[outer]] = -1
    gone[kept[np.cumsum(steps[:-1], dtype=np.int8) > 0]] = True
    return gone


def _is_any(part: Bytes, wanted: bytes, interchange: Interchange) -> Flags:
    """True where a byte is one of a few and no delimiter."""
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    table[list(interchange.delimiters)] = False
    return table.take(part)
