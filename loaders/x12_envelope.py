"""The envelope of an X12 file: whether its segments pair up, count right and stand in place."""

import re
from typing import NamedTuple

import numpy as np

from loaders import x12_findings as findings
from loaders.problems import Problem
from loaders.x12 import IGNORED, UNKNOWN, Segments, Tag
from loaders.x12_columns import Int64, Spans, equal_rows, gather
from loaders.x12_structure import ENVELOPE, Structure, next_row
from loaders.x12_values import read_decimals

HARMLESS = "Nothing to do if the payment is complete; else ask the payer for the file again."
OF_CLAIMS = (Tag.CAS, Tag.SVC, Tag.MIA, Tag.MOA, Tag.LQ)


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


def envelope_problems(segments: Segments) -> list[Problem]:
    """Warn of a missing ISA, missing trailers, wrong counts and wrong control numbers."""
    problems = [problem for level in LEVELS for problem in _level_problems(segments, level)]
    if not segments.interchanges[0].has_isa:
        message = "The file has no ISA; its delimiters were inferred from the first segments."
        remedy = "Nothing to do if the amounts below are right; else ask for the file with its ISA."
        problems.insert(0, Problem("warning", segments.location(0), "ISA", "", message, remedy))
    return problems


def _level_problems(segments: Segments, level: Level) -> list[Problem]:
    """Compare every header of a level with its trailer."""
    heads = segments.rows(level.header)
    tails = next_row(segments.rows_of(level.bounds), heads, len(segments.tag))
    paired = np.append(segments.tag, UNKNOWN)[tails] == level.trailer
    missing = heads[~paired]
    heads, tails = heads[paired], tails[paired]
    if level.counted is None:
        counted = tails - heads + 1
    else:
        inner = segments.rows(level.counted)
        counted = np.searchsorted(inner, tails) - np.searchsorted(inner, heads)
    stated = read_decimals(segments.buffer, segments.element(tails, 1), 0)
    wrong = np.flatnonzero(~stated.known | (stated.values != counted))
    numbers = segments.text(heads, level.number), segments.text(tails, 2)
    same = equal_rows(*numbers)
    return [
        *_missing(segments, missing, level),
        *_miscounted(segments, tails[wrong], counted[wrong], level),
        *_misnumbered(segments, heads[~same], tails[~same], level),
    ]


def _missing(segments: Segments, heads: Int64, level: Level) -> list[Problem]:
    """Headers without trailer."""

    def problem(i: int) -> Problem:
        where, name = segments.location(int(heads[i])), level.trailer.name
        return Problem("warning", where, name, "", f"The {level.name} has no {name}.", HARMLESS)

    return findings.listed(len(heads), problem, "like this")


def _miscounted(segments: Segments, tails: Int64, counted: Int64, level: Level) -> list[Problem]:
    """Trailers whose count is wrong."""
    unit = "segments" if level.counted is None else f"{level.counted.name} segments"

    def problem(i: int) -> Problem:
        row = int(tails[i])
        value, field = segments.value(row, 1), segments.field(row, 1)
        message = f"The {level.name} has {counted[i]} {unit}, its trailer says otherwise."
        return Problem("warning", segments.location(row), field, value, message, HARMLESS)

    return findings.listed(len(tails), problem, "like this")


def _misnumbered(segments: Segments, heads: Int64, tails: Int64, level: Level) -> list[Problem]:
    """Trailers whose control number is not that of their header."""

    def problem(i: int) -> Problem:
        head, tail = int(heads[i]), int(tails[i])
        expected = segments.value(head, level.number)
        message = f"The control number of the {level.name} is {expected[:40]!r} in its header."
        where, field = segments.location(tail), segments.field(tail, 2)
        return Problem("warning", where, field, segments.value(tail, 2), message, HARMLESS)

    return findings.listed(len(tails), problem, "like this")


def misplaced_problems(segments: Segments, structure: Structure) -> list[Problem]:
    """Warn, per tag, of segments outside any transaction and claim segments outside any claim."""
    tag = segments.tag
    outside = structure.transaction < 0
    outside[segments.rows_of((Tag.TA1, *ENVELOPE))] = False
    outside &= (tag != UNKNOWN) & (tag != IGNORED)
    stray = np.zeros(len(tag), np.bool_)
    rows = segments.rows_of(OF_CLAIMS)
    stray[rows] = structure.claim[rows] < 0
    problems = []
    for where, flags in (("transaction", outside), ("claim", stray & ~outside)):
        for value in np.unique(tag[flags]).tolist():
            rows = np.flatnonzero(flags & (tag == value))
            name, first = Tag(value).name, segments.location(int(rows[0]))
            message = f"Segments {name} outside any {where} were not read: {len(rows)}."
            problems.append(Problem("warning", first, name, "", message, findings.ASK_PAYER))
    return problems


def unknown_problems(segments: Segments) -> list[Problem]:
    """Say, per tag, how many segments are not part of an 835 and so are kept in the file only."""
    rows = np.flatnonzero((segments.tag == UNKNOWN) | (segments.tag == Tag.DMG))
    start = segments.start[rows]
    stop = np.minimum(segments.marks[segments.first[rows]], segments.stop[rows])
    names = [
        name.upper() if name and re.fullmatch("[A-Za-z][A-Za-z0-9]{1,2}", name) else ""
        for name in gather(segments.buffer, Spans(start, stop)).to_pylist()
    ]
    counts: dict[str, list[int]] = {}
    for name, row in zip(names, rows.tolist(), strict=True):
        counts.setdefault(name, []).append(row)
    problems = []
    for name, places in counts.items():
        number = "1 segment" if len(places) == 1 else f"{len(places)} segments"
        what = f"{number} {name or 'without a proper tag'} {'is' if len(places) == 1 else 'are'}"
        message = f"{what} not part of an 835; kept in the file only."
        where = segments.location(places[0])
        problems.append(Problem("info", where, name, "", message, "Nothing to do."))
    return problems


def skipped_problems(segments: Segments) -> list[Problem]:
    """Say how many bytes before the first segment were skipped, if they are more than blanks."""
    begin = segments.interchanges[0].start
    junk = len(segments.data[:begin].strip(b" \t\r\n\x00\xef\xbb\xbf"))
    if not junk:
        return []
    message = f"{junk} bytes before the first ISA are no X12 and were skipped."
    return [Problem("info", "byte 0", "ISA", "", message, "Nothing to do.")]
