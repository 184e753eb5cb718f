"""The rows of posted remittance as one text, in order of remittance, claim and line, so that each has a byte range."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

from loaders.posted.claims import Claim
from loaders.posted.payments import Posted
from loaders.posted.rows import Row
from loaders.tables.posted_rows import PostedRows

Range: TypeAlias = tuple[int, int]


class Archive:
    """A text in the making, one line per source row; ranges are bytes of its UTF-8 form."""

    def __init__(self, tables: Sequence[PostedRows], owner: int) -> None:
        self._tables = tables
        self._owner = owner
        self._lines: list[bytes] = []
        self._size = 0
        self._place: dict[int, Range] = {}

    def add(self, payment: Posted) -> Range:
        """Append the rows of one remittance: its payment, its claims line by line, its provider adjustments."""
        start = self._size
        self._append(payment.rows)
        for claim in payment.claims:
            self._append(_claim_rows(claim))
        self._append(adjustment.row for adjustment in payment.provider_adjustments)
        return start, self._size

    def range_of(self, rows: Iterable[Row]) -> Range:
        """From the first byte of the first row to the byte past the last."""
        places = [self._place[id(row)] for row in rows]
        return min(start for start, _ in places), max(end for _, end in places)

    def content(self) -> bytes:
        """The text."""
        return b"".join(self._lines)

    def _append(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if id(row) in self._place:
                continue
            line = self._line(row)
            self._lines.append(line)
            self._place[id(row)] = self._size, self._size + len(line)
            self._size += len(line)

    def _line(self, row: Row) -> bytes:
        """`row N | cells`; rows of another table name it."""
        joined = row.table != self._owner
        name = f" of {PurePosixPath(self._tables[row.table].path).name}" if joined else ""
        text = " ".join(str(row.record.get("source_text") or "").split())
        return f"{row.place}{name} | {text}\n".encode()


def _claim_rows(claim: Claim) -> Iterable[Row]:
    """Rows of the claim itself, then those of each line."""
    of_lines = {id(row) for line in claim.lines for row in line.rows}
    yield from (row for row in claim.rows if id(row) not in of_lines)
    for line in claim.lines:
        yield from line.rows
