"""The envelope of an X12 file: whether its headers and trailers pair up and count right."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from loaders.problems import Problem, shown
from loaders.x12 import findings
from loaders.x12.columns import Int64, equal_rows
from loaders.x12.segments import Segments
from loaders.x12.structure import ENVELOPE, next_row
from loaders.x12.tags import Tag
from loaders.x12.values import read_decimals

HARMLESS = "Nothing to do if the payment is complete; else ask the payer for the file again."
LIKE = "like this"


class Level(NamedTuple):
    """A level of the envelope: header, trailer, which element of the header the trailer repeats as
    its second, what the trailer's first counts (None: segments), and what bounds the level."""

    name: str
    header: Tag
    trailer: Tag
    number: int
    counted: Tag | None
    bounds: tuple[Tag, ...]


LEVELS = (
    Level("transaction", Tag.ST, Tag.SE, 2, None, ENVELOPE),
    Level("group", Tag.GS, Tag.GE, 6, Tag.ST, (Tag.GS, Tag.GE, Tag.ISA, Tag.IEA)),
    Level("interchange", Tag.ISA, Tag.IEA, 13, Tag.GS, (Tag.ISA, Tag.IEA)),
)


@dataclass(frozen=True)
class Header:
    """A level that is open: where it begins, its control number, and what it holds so far."""

    location: str
    number: str | None
    counted: int


@dataclass(frozen=True)
class Trailer:
    """The end of a level: where it stands, what it counts (None if unreadable), its control number."""

    location: str
    stated: int | None
    words: str
    number: str | None


@dataclass(frozen=True)
class Edges:
    """What a part of a file has of one level.

    before: counted until `trailer` or another bound (`bounded`) ends what an earlier part left
    open. within: problems of what begins and ends here. open: what begins here and does not end.
    """

    level: Level
    before: int
    bounded: bool
    trailer: Trailer | None
    within: tuple[findings.Listing, ...]
    open: Header | None


NO_EDGES = tuple(Edges(level, 0, False, None, (), None) for level in LEVELS)


def envelope_edges(segments: Segments) -> tuple[Edges, ...]:
    """Compare the headers of each level with their trailers, as far as they stand in this part."""
    return tuple(_edges(segments, level) for level in LEVELS)


def closed(level: Level, header: Header, trailer: Trailer | None) -> list[findings.Listing]:
    """Warn where a trailer is missing (None), its count wrong or its control number another."""
    if trailer is None:
        return findings.listed(_kind(level, 0), 1, lambda _: _missing(level, header), LIKE)
    found: list[findings.Listing] = []
    if trailer.stated != header.counted:
        problem = _miscounted(level, header.counted, trailer)
        found += findings.listed(_kind(level, 1), 1, lambda _: problem, LIKE)
    if trailer.number != header.number or trailer.number is None:
        other = _misnumbered(level, header.number, trailer)
        found += findings.listed(_kind(level, 2), 1, lambda _: other, LIKE)
    return found


def _edges(segments: Segments, level: Level) -> Edges:
    """Look at one level; the segments that only repeat the envelope are not part of it."""
    size, begin = len(segments.tag), segments.lead_rows
    bounds = segments.rows_of(level.bounds)
    bounds = bounds[bounds >= begin]
    heads = segments.rows(level.header)
    heads = heads[heads >= begin]
    tails = next_row(bounds, heads, size)
    first = int(bounds[0]) if bounds.size else size
    ends = bool(bounds.size) and segments.tag[first] == level.trailer
    is_open = bool(heads.size) and int(tails[-1]) == size
    return Edges(
        level,
        before=_counted(segments, level, begin, first) + (level.counted is None),
        bounded=bool(bounds.size),
        trailer=_trailer(segments, first) if ends else None,
        within=tuple(_within(segments, level, heads[tails < size], tails[tails < size])),
        open=_header(segments, level, int(heads[-1]), size) if is_open else None,
    )


def _counted(segments: Segments, level: Level, begin: int, end: int) -> int:
    """What a trailer at row `end` counts from row `begin` on."""
    if level.counted is None:
        return end - begin
    inner = segments.rows(level.counted)
    return int(np.searchsorted(inner, end) - np.searchsorted(inner, begin))


def _header(segments: Segments, level: Level, row: int, end: int) -> Header:
    number = segments.value(row, level.number) or None
    return Header(segments.location(row), number, _counted(segments, level, row, end))


def _trailer(segments: Segments, row: int) -> Trailer:
    rows = np.array([row])
    stated = read_decimals(segments.buffer, segments.element(rows, 1), 0)
    count = int(stated.values[0]) if stated.known[0] else None
    words, number = segments.value(row, 1), segments.value(row, 2) or None
    return Trailer(segments.location(row), count, words, number)


def _within(segments: Segments, level: Level, heads: Int64, tails: Int64) -> list[findings.Listing]:
    """Compare every header with the bound that ends it: its trailer, or another segment."""
    paired = segments.tag[tails] == level.trailer
    missing = heads[~paired]
    heads, tails = heads[paired], tails[paired]
    if level.counted is None:
        counted = tails - heads + 1
    else:
        inner = segments.rows(level.counted)
        counted = np.searchsorted(inner, tails) - np.searchsorted(inner, heads)
    stated = read_decimals(segments.buffer, segments.element(tails, 1), 0)
    wrong = np.flatnonzero(~stated.known | (stated.values != counted))
    same = equal_rows(segments.text(heads, level.number), segments.text(tails, 2))
    other = np.flatnonzero(~same)

    def lacking(i: int) -> Problem:
        return _missing(level, Header(segments.location(int(missing[i])), None, 0))

    def miscounted(i: int) -> Problem:
        at = wrong[i]
        return _miscounted(level, int(counted[at]), _trailer(segments, int(tails[at])))

    def misnumbered(i: int) -> Problem:
        head, tail = int(heads[other[i]]), int(tails[other[i]])
        return _misnumbered(level, segments.value(head, level.number), _trailer(segments, tail))

    return [
        *findings.listed(_kind(level, 0), len(missing), lacking, LIKE),
        *findings.listed(_kind(level, 1), len(wrong), miscounted, LIKE),
        *findings.listed(_kind(level, 2), len(other), misnumbered, LIKE),
    ]


def _kind(level: Level, element: int) -> str:
    """Kind of a finding, so that they are told from the inside out: the trailer, its elements."""
    return f"{LEVELS.index(level)} {level.trailer.name}{element:02d}"


def _missing(level: Level, header: Header) -> Problem:
    message = f"The {level.name} has no {level.trailer.name}."
    return Problem("warning", header.location, level.trailer.name, "", message, HARMLESS)


def _miscounted(level: Level, counted: int, trailer: Trailer) -> Problem:
    unit = "segments" if level.counted is None else f"{level.counted.name} segments"
    message = f"The {level.name} has {counted} {unit}, its trailer says otherwise."
    field = f"{level.trailer.name}01"
    return Problem("warning", trailer.location, field, shown(trailer.words), message, HARMLESS)


def _misnumbered(level: Level, number: str | None, trailer: Trailer) -> Problem:
    message = f"The control number of the {level.name} is {shown(number or '')!r} in its header."
    field, found = f"{level.trailer.name}02", shown(trailer.number or "")
    return Problem("warning", trailer.location, field, found, message, HARMLESS)
