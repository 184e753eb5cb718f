"""A row of posted remittance: the table it stands in, and its cells by type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loaders.problems import Problem
from loaders.tables.export_rows import Record

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row and the table it stands in, by its place in the load."""

    table: int
    record: Record

    def text(self, name: str) -> str | None:
        """A cell as text; None when blank."""
        value = self.record.get(name)
        return value if value is None or isinstance(value, str) else str(value)

    def amount(self, name: str) -> Decimal | None:
        """A cell as USD or a quantity; None when blank."""
        value = self.record.get(name)
        return value if isinstance(value, Decimal) else None

    def day(self, name: str) -> date | None:
        """A cell as a date; None when blank."""
        value = self.record.get(name)
        return value if isinstance(value, date) else None

    @property
    def place(self) -> str:
        """Where a problem with it is shown."""
        return f"row {self.record['row_number']}"


def first_text(rows: Iterable[Row], name: str) -> str | None:
    """The first cell that is not blank."""
    for row in rows:
        value = row.record.get(name)
        if value is not None:
            return value if isinstance(value, str) else str(value)
    return None


def first_amount(rows: Iterable[Row], name: str) -> Decimal | None:
    """The first amount that is not blank."""
    for row in rows:
        value = row.record.get(name)
        if isinstance(value, Decimal):
            return value
    return None


def first_day(rows: Iterable[Row], name: str) -> date | None:
    """The first date that is not blank."""
    for row in rows:
        value = row.record.get(name)
        if isinstance(value, date):
            return value
    return None


def shortlist(problems: list[Problem]) -> list[Problem]:
    """The first problems of a kind, then one that counts the others."""
    more = len(problems) - MOST_LISTED
    if more <= 0:
        return problems
    like = problems[0]
    message = f"And {more:,} more like this."
    last = Problem(like.severity, "further rows", like.field, "", message, like.remedy)
    return [*problems[:MOST_LISTED], last]
