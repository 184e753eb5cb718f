"""The dates (DTM) within the claims of an 835."""

from dataclasses import dataclass

import numpy as np

from loaders.x12 import findings
from loaders.x12.columns import Column, Flags, Int32, Int64, is_any
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, first_by, rows_with
from loaders.x12.tags import Tag, code_of
from loaders.x12.values import read_dates

DATE = findings.Fault("warning", "The date", "It was left empty; a date is CCYYMMDD.")
GATHERED = ("232", "233", "050", "472", "150", "151")


@dataclass(frozen=True)
class ClaimDates:
    """DTM segments within claims that are gathered, in file order.

    row: segment; qualifier: code of DTM01; day: DTM02, days since 1970-01-01; claim and line: their
    index, line -1 for a date of the claim itself.
    """

    row: Int64
    qualifier: Int32
    day: Column
    claim: Int64
    line: Int64

    def of_claims(self, qualifier: str, size: int) -> Column:
        """First date with this qualifier of each claim itself."""
        at = np.flatnonzero((self.qualifier == code_of(qualifier)) & (self.line < 0))
        return self._taken(first_by(self.claim[at], at, size))

    def of_lines(self, qualifier: str, size: int) -> Column:
        """First date with this qualifier of each line."""
        at = np.flatnonzero((self.qualifier == code_of(qualifier)) & (self.line >= 0))
        return self._taken(first_by(self.line[at], at, size))

    def earliest_of_lines(self, size: int) -> Column:
        """Per claim the earliest DTM*472 or 150 of its lines."""
        at = self._line_dates("472", "150")
        day = np.full(size, np.iinfo(np.int64).max)
        np.minimum.at(day, self.claim[at], self.day.values[at])
        return _found(day, day != np.iinfo(np.int64).max)

    def latest_of_lines(self, size: int) -> Column:
        """Per claim the latest DTM*472 or 151 of its lines."""
        at = self._line_dates("472", "151")
        day = np.full(size, np.iinfo(np.int64).min)
        np.maximum.at(day, self.claim[at], self.day.values[at])
        return _found(day, day != np.iinfo(np.int64).min)

    def problems(self, segments: Segments) -> list[findings.Listing]:
        """Warn of the dates that cannot be read."""
        return findings.unreadable(segments, self.row, 2, self.day.unreadable, DATE)

    def _line_dates(self, *qualifiers: str) -> Int64:
        codes = [code_of(qualifier) for qualifier in qualifiers]
        there = is_any(self.qualifier, codes) & (self.line >= 0) & self.day.known
        return np.flatnonzero(there)

    def _taken(self, index: Int64) -> Column:
        there = index >= 0
        values, known = np.append(self.day.values, 0), np.append(self.day.known, False)
        return Column(values[index], known[index] & there, ~there)


def claim_dates(segments: Segments, structure: Structure) -> ClaimDates:
    """Read the dates of claims and lines."""
    rows = rows_with(segments, Tag.DTM, GATHERED, structure.claim)
    day = read_dates(segments.buffer, segments.element(rows, 2))
    claim, line = structure.claim[rows], structure.line[rows]
    return ClaimDates(rows, segments.qualifier[rows], day, claim, line)


def either(first: Column, second: Column) -> Column:
    """Take the first where it is known, else the second."""
    values = np.where(first.known, first.values, second.values)
    return _found(values, first.known | second.known)


def _found(values: Int64, known: Flags) -> Column:
    return Column(np.where(known, values, 0), known, ~known)
