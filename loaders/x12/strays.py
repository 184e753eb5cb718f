"""What stands in an X12 file where it does not belong, or belongs to no 835."""

import re

import numpy as np

from loaders.problems import Problem
from loaders.x12.columns import Spans, gather
from loaders.x12.findings import ASK_PAYER, Listing, Tally, all_of
from loaders.x12.masking import RunOn
from loaders.x12.segments import Segments
from loaders.x12.structure import ENVELOPE, Structure
from loaders.x12.tags import IGNORED, UNKNOWN, Tag

OF_CLAIMS = (Tag.CAS, Tag.SVC, Tag.MIA, Tag.MOA, Tag.LQ)


def inferred_problems(segments: Segments) -> list[Listing]:
    """Warn where the file has no ISA."""
    if segments.interchanges[0].has_isa:
        return []
    message = "The file has no ISA; its delimiters were inferred from the first segments."
    remedy = "Nothing to do if the amounts below are right; else ask for the file with its ISA."
    problem = Problem("warning", segments.location(0), "ISA", "", message, remedy)
    return all_of("no ISA", [problem])


def misplaced_problems(segments: Segments, structure: Structure) -> list[Tally]:
    """Warn, per tag, of segments outside any transaction and claim segments outside any claim."""
    tag = segments.tag
    outside = structure.transaction < 0
    outside[segments.rows_of((Tag.TA1, *ENVELOPE))] = False
    if outside.any():
        outside &= (tag != UNKNOWN) & (tag != IGNORED)
    stray = np.zeros(len(tag), np.bool_)
    for own in map(segments.rows, OF_CLAIMS):
        stray[own] = structure.claim.take(own) < 0
    tallies = []
    for order, (where, flags) in enumerate((("transaction", outside), ("claim", stray & ~outside))):
        for value in np.unique(tag[flags]).tolist():
            rows = np.flatnonzero(flags & (tag == value))
            name, first = Tag(value).name, segments.location(int(rows[0]))
            words = f"Segments {name} outside any {where} were not read: {{count}}."
            kind, number = f"{order} {name}", len(rows)
            tallies.append(Tally(kind, "warning", first, name, number, (words, words), ASK_PAYER))
    return tallies


def unknown_problems(segments: Segments) -> list[Tally]:
    """Say, per tag, how many segments are not part of an 835 and so are kept in the file only."""
    rows = np.sort(np.append(np.flatnonzero(segments.tag == UNKNOWN), segments.rows(Tag.DMG)))
    start = segments.start[rows]
    stop = np.minimum(segments.marks[segments.first[rows]], segments.stop[rows])
    names = [
        name.upper() if name and re.fullmatch("[A-Za-z][A-Za-z0-9]{1,2}", name) else ""
        for name in gather(segments.buffer, Spans(start, stop)).to_pylist()
    ]
    counts: dict[str, list[int]] = {}
    for name, row in zip(names, rows.tolist(), strict=True):
        counts.setdefault(name, []).append(row)
    tallies = []
    for name, places in counts.items():
        what = name or "without a proper tag"
        words = (
            f"1 segment {what} is not part of an 835; kept in the file only.",
            f"{{count}} segments {what} are not part of an 835; kept in the file only.",
        )
        where = segments.location(places[0])
        tallies.append(Tally(name, "info", where, name, len(places), words, "Nothing to do."))
    return tallies


def run_on_problems(segments: Segments, run_on: RunOn) -> list[Tally]:
    """Warn, per tag, of segments that a name runs into because a terminator was lost."""
    tallies = []
    for value in np.unique(segments.tag[run_on.row]).tolist():
        rows = run_on.row[segments.tag[run_on.row] == value]
        name = "segment" if value in (UNKNOWN, IGNORED) else Tag(value).name
        where = segments.location(int(rows[0]))
        words = (
            f"An NM1 follows {name} without a terminator between them and was not read: {{count}}."
        )
        tallies.append(
            Tally(f"run on {name}", "warning", where, name, len(rows), (words, words), ASK_PAYER)
        )
    return tallies


def skipped_problems(segments: Segments) -> list[Listing]:
    """Say how many bytes before the first segment were skipped, if they are more than blanks."""
    begin = segments.interchanges[0].start
    junk = len(segments.data[:begin].strip(b" \t\r\n\x00\xef\xbb\xbf"))
    if not junk:
        return []
    message = f"{junk} bytes before the first ISA are no X12 and were skipped."
    return all_of("junk", [Problem("info", "byte 0", "ISA", "", message, "Nothing to do.")])
