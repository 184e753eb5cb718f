"""The typed rows of posted remittance: what a table can tell, and its cells by type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loaders.problems import Problem
from loaders.tables.export_rows import Record

MOST_LISTED = 20
LINE_FIELDS = frozenset({"procedure_code", "revenue_code", "line_key", "line_paid"})
ADJUSTMENT_FIELDS = frozenset({"group_code", "reason_code", "adjustment_amount"})
_PLB_NAMES = frozenset({"plb_code", "plb_reference", "phrase"})


@dataclass(frozen=True)
class PostedRows:
    """One table of posted remittance with its cells read.

    path: the file, or file/sheet; present: fields that have a column; adjustments_reduce: the sign a
    mapping states, True where positive amounts reduce the payment, None where the balance decides.
    """

    path: str
    present: frozenset[str]
    records: tuple[Record, ...]
    adjustments_reduce: bool | None

    @property
    def tells_payments(self) -> bool:
        """Whether its rows name a payment by themselves: payer, trace number and date."""
        payer = self.present & {"payer_name", "payer_id"}
        return bool(payer) and {"trace_number", "payment_date"} <= self.present

    @property
    def tells_claims(self) -> bool:
        """Whether it says what claims were paid."""
        return bool(self.present & {"paid", "line_paid"})

    @property
    def tells_claim_adjustments(self) -> bool:
        """Whether it says why claims were paid less than charged."""
        return "adjustment_amount" in self.present and self.plb_amount_field == "plb_amount"

    @property
    def tells_lines(self) -> bool:
        """Whether it has service lines."""
        return bool(self.present & LINE_FIELDS)

    @property
    def tells_provider_adjustments(self) -> bool:
        """Whether it lists provider adjustments."""
        return self.plb_amount_field in self.present

    @property
    def plb_amount_field(self) -> str:
        """The column with the amounts of provider adjustments: lists without claims may call it adjustment."""
        only = {"plb_amount", "group_code"} & self.present or self.tells_claims
        named = self.present & _PLB_NAMES
        return "adjustment_amount" if named and not only else "plb_amount"

    @property
    def repeats_claims(self) -> bool:
        """Whether a claim may stand in several rows, one per line, adjustment or remark."""
        return self.tells_lines or bool(self.present & (ADJUSTMENT_FIELDS | {"remark_code"}))


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
