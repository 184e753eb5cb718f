"""Cuts an 835 file of any size into blocks of whole transactions that can be read on their own.

A block ends before an ST; what a later block needs of the envelope it stands in (ISA and GS) is
repeated at its beginning. So memory holds a few blocks, not the file, and blocks are read side by side.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from loaders.x12.delimiters import (
    BLANKS,
    Interchange,
    find_interchanges,
    interchanges_in,
    stretches,
)
from loaders.x12.layout import BREAKS, PADDING, is_tidy
from loaders.x12.segments import Origin

BLOCK_BYTES = 5 << 20
# What is read past a block, so that an ISA near its end is seen with what follows it.
BEYOND = 1024
# What is looked at to see whether tags may be broken or padded; a text is written alike all through.
SAMPLE_BYTES = 1 << 16

Read = Callable[[int, int], bytes]
"""Gives the bytes from one offset to another."""


@dataclass(frozen=True)
class Block:
    """Whole transactions of a file: `data` begins with the `origin.lead` bytes of their envelope."""

    data: bytes
    interchanges: tuple[Interchange, ...]
    origin: Origin
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class _Open:
    """The interchange a place in the file stands in: its delimiters, its ISA and the last GS."""

    interchange: Interchange
    isa: bytes
    gs: bytes

    @property
    def lead(self) -> bytes:
        return self.isa + self.gs


def whole_block(data: bytes) -> Block:
    """A file as one block."""
    return Block(data, find_interchanges(data), Origin(), is_first=True, is_last=True)


def blocks_of(read: Read, size: int, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Cut a file of `size` bytes before an ST wherever `block_bytes` are full.

    A transaction longer than a block makes a longer block. A file in which no interchange begins
    within the first block comes as one block of those bytes: it is no X12.
    """
    at, segments, wanted = 0, 0, block_bytes
    within: _Open | None = None
    while True:
        window = read(at, min(at + wanted + BEYOND, size))
        end = min(wanted, size - at)
        found = _interchanges(window, within, end)
        is_last = at + end >= size or not found
        cut = end if is_last else _last_transaction(window, found)
        if not cut and not is_last:
            wanted *= 2
            continue
        yield _block(memoryview(window)[:cut], found, within, Origin(at, segments), is_last=is_last)
        if is_last:
            return
        segments += sum(_segments(window, i, cut) for i in stretches(window, found))
        within = _open_at(window, found, within, cut)
        at, wanted = at + cut, block_bytes


def _interchanges(window: bytes, within: _Open | None, end: int) -> tuple[Interchange, ...]:
    """The interchanges of a window up to `end`; first, where there is one, the rest of that it begins within."""
    if within is None:
        found = find_interchanges(window)
    else:
        new = interchanges_in(window)
        rest = within.interchange._replace(start=0, end=new[0].start if new else len(window))
        found = (rest, *new)
    return tuple(i.moved(0, end) for i in found if i.start < end)


def _block(
    own: memoryview,
    found: tuple[Interchange, ...],
    within: _Open | None,
    origin: Origin,
    *,
    is_last: bool,
) -> Block:
    """Put the envelope before a block's own bytes."""
    lead = within.lead if within else b""
    by = len(lead)
    moved = [i.moved(by, len(own)) for i in found if i.start < len(own)]
    if moved and within:
        moved[0] = moved[0]._replace(start=0)
        led = sum(1 for part in (within.isa, within.gs) if part)
        origin = Origin(origin.byte - by, origin.segment - led, by)
    return Block(
        b"".join((lead, own)), tuple(moved), origin, is_first=within is None, is_last=is_last
    )


def _last_transaction(window: bytes, found: tuple[Interchange, ...]) -> int:
    """Offset of the last ST after the first byte; 0 where there is none."""
    for interchange in reversed(found):
        at = _last(window, b"ST", interchange, interchange.end)
        if at > 0:
            return at
        if interchange.start > 0 and interchange is not found[0]:
            return interchange.start
    return 0


def _last(window: bytes, tag: bytes, interchange: Interchange, end: int) -> int:
    """Offset of the last segment with this tag in an interchange before `end`; -1 where none is."""
    begin = interchange.start
    sample = window[begin : min(begin + SAMPLE_BYTES, end)]
    if not is_tidy(sample, [interchange._replace(start=0, end=len(sample))]):
        return _last_untidy(window, tag, interchange, end)
    mark, terminator = bytes([interchange.element]), bytes([interchange.terminator])
    blanks, best = BLANKS.replace(terminator, b""), -1
    for word in (tag + mark, tag.lower() + mark):
        at = window.rfind(word, begin, end)
        while at > best:
            before = window[max(at - 64, 0) : at]
            if before.rstrip(blanks).endswith(terminator):
                best = at
                break
            at = window.rfind(word, begin, at + 1)
    return best


def _last_untidy(window: bytes, tag: bytes, interchange: Interchange, end: int) -> int:
    """The same where line breaks may stand in the tag, and blanks behind it."""
    own = set(interchange.delimiters)
    blanks, breaks, padding = (
        b"[" + re.escape(bytes(set(of) - own)) + b"]*" if set(of) - own else b""
        for of in (BLANKS, BREAKS, BREAKS + PADDING)
    )
    mark, terminator = (
        re.escape(bytes([b])) for b in (interchange.element, interchange.terminator)
    )
    letters = breaks.join(re.escape(tag[n : n + 1]) for n in range(len(tag)))
    word = terminator + blanks + b"((?i:" + letters + b")" + padding + mark + b")"
    found = re.compile(word).finditer(window, interchange.start, end)
    return max((match.start(1) for match in found), default=-1)


def _segments(window: bytes, interchange: Interchange, cut: int) -> int:
    """How many segments an interchange has before the cut, a last one without terminator included."""
    end = min(interchange.end, cut)
    if interchange.start >= end:
        return 0
    part = np.frombuffer(window, np.uint8, end - interchange.start, interchange.start)
    terminators = int(np.count_nonzero(part == interchange.terminator))
    last = window.rfind(bytes([interchange.terminator]), interchange.start, end)
    rest = window[max(last + 1, interchange.start) : end]
    return terminators + bool(rest.strip(BLANKS))


def _open_at(
    window: bytes, found: tuple[Interchange, ...], within: _Open | None, cut: int
) -> _Open:
    """The envelope that what follows the cut stands in."""
    last = next(i for i in reversed(found) if i.start < cut)
    continues = within is not None and last is found[0]
    isa, gs = (within.isa, within.gs) if within and continues else (_isa(window, last), b"")
    at = _last(window, b"ISA", last, cut)
    # One that is too damaged to begin an interchange, yet what follows is told to stand in it.
    if at > last.start:
        isa = _segment(window, at, last)
    at = _last(window, b"GS", last, cut)
    if at >= 0:
        gs = _segment(window, at, last)
    return _Open(last, isa, gs)


def _segment(window: bytes, at: int, interchange: Interchange) -> bytes:
    return window[at : window.find(bytes([interchange.terminator]), at) + 1]


def _isa(window: bytes, interchange: Interchange) -> bytes:
    """The ISA segment with its terminator; nothing where the file has none."""
    if not interchange.has_isa:
        return b""
    mark, at = bytes([interchange.element]), interchange.start
    for _ in range(16):
        at = window.find(mark, at) + 1
    end = window.find(bytes([interchange.terminator]), at)
    return window[interchange.start : end + 1]
