"""Claim payments of posted remittance: rows at claim, line or adjustment grain, each claim counted once.

A claim is the rows of one payment with the same claim key, control numbers, status (else sign) and
amounts; where a table has neither lines nor adjustments, every row is a claim. An amount column that
differs within most claims of several lines belongs to the lines, in any other table to the claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from loaders.posted.joins import PaymentRows
from loaders.posted.lines import (
    Adjustment,
    Line,
    adjustments_of,
    build_line,
    is_line,
    remarks_of,
    rows_by_line,
)
from loaders.posted.rows import Row, first_amount, first_day, first_text
from loaders.tables.posted_rows import PostedRows

SHARED_FIELDS = {
    "paid": "line_paid",
    "charge": "line_charge",
    "patient_responsibility": "",
}
NUMBERS = ("claim_key", "payer_claim_control_number", "patient_control_number")
_WHO = (*NUMBERS, "remittance_key", "claim_status")
_FIRST_OF_SIGN = ("charge", "line_charge", "paid", "line_paid")
NO_FIELDS: frozenset[str] = frozenset()

Key: TypeAlias = tuple[object, ...]
LineLevel: TypeAlias = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of one payment; amounts in USD, paid negative on a reversal; status as written, None if not told."""

    rows: list[Row]
    charge: Decimal | None
    paid: Decimal | None
    patient_responsibility: Decimal | None
    lines: list[Line]
    adjustments: list[Adjustment]
    remarks: list[str]

    def text(self, name: str) -> str | None:
        """A cell of the claim's first row that has it."""
        return first_text(self.rows, name)

    def service_days(self) -> tuple[date | None, date | None]:
        """First and last day of service: the claim's own, else those of its lines."""
        days = [day for row in self.rows if (day := row.day("service_date")) is not None]
        first = first_day(self.rows, "service_from") or min(days, default=None)
        last = first_day(self.rows, "service_to") or max(days, default=None)
        return first, last

    def adjusted(self) -> Decimal | None:
        """Sum of the adjustments of the claim and its lines; None where one has no amount."""
        return total(
            [a.amount for a in self.adjustments]
            + [a.amount for line in self.lines for a in line.adjustments]
        )


def total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """Exact sum in USD; None where one is not known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(amounts) else None


def line_level_fields(tables: Sequence[PostedRows], payments: Sequence[PaymentRows]) -> LineLevel:
    """Amount columns of each table that belong to its lines: they differ within most claims of several lines."""
    found: dict[int, frozenset[str]] = {}
    for number, table in enumerate(tables):
        if table.tells_lines:
            asked = [
                name
                for name, of_line in SHARED_FIELDS.items()
                if name in table.present and of_line not in table.present
            ]
            claims = _claims_of_several_lines(number, payments) if asked else []
            found[number] = frozenset(name for name in asked if _mostly_differs(name, claims))
    return found


def _claims_of_several_lines(table: int, payments: Sequence[PaymentRows]) -> list[list[Row]]:
    """Rows of a table by claim, where they name more than one line."""
    claims: dict[Key, list[Row]] = defaultdict(list)
    for number, payment in enumerate(payments):
        for row in payment.rows:
            if row.table == table and is_line(row):
                claims[(number, *_who(row))].append(row)
    return [rows for rows in claims.values() if len({_line_name(row) for row in rows}) > 1]


def _line_name(row: Row) -> Key:
    return tuple(row.text(name) for name in ("line_key", "procedure_code", "revenue_code"))


def _mostly_differs(name: str, claims: Sequence[list[Row]]) -> bool:
    differing = sum(1 for rows in claims if len({row.amount(name) for row in rows}) > 1)
    return 2 * differing > len(claims)


def group_claims(
    rows: Sequence[Row], tables: Sequence[PostedRows], line_level: LineLevel
) -> list[list[Row]]:
    """Rows of the claims of one payment, in order of appearance."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if not tables[row.table].repeats_claims:
            groups[(row.table, id(row))].append(row)
            continue
        own = [n for n in SHARED_FIELDS if n not in line_level.get(row.table, ())]
        groups[(row.table, *_who(row), *(row.amount(n) for n in own))].append(row)
    return list(groups.values())


def _who(row: Row) -> Key:
    """What names a claim within its payment, whatever its amounts; without a status, their sign does."""
    numbers = tuple([row.record.get(name) for name in _WHO])
    if row.record.get("claim_status") is not None:
        return numbers
    signed = next((amount for name in _FIRST_OF_SIGN if (amount := row.amount(name))), Decimal(0))
    return (*numbers, signed < 0)


def build_claim(rows: list[Row], line_level: LineLevel) -> Claim:
    """A claim from its rows, with its lines, adjustments and remark codes."""
    shared = line_level.get(rows[0].table, NO_FIELDS)
    of_lines = [row for row in rows if is_line(row)]
    own = [row for row in rows if not is_line(row)] if len(of_lines) < len(rows) else []
    lines = [build_line(same, shared) for same in rows_by_line(of_lines, shared)]
    return Claim(
        rows=rows,
        charge=_amount(rows, "charge", [line.charge for line in lines], line_level),
        paid=_amount(rows, "paid", [line.paid for line in lines], line_level),
        patient_responsibility=_patient_share(rows, lines, shared),
        lines=lines,
        adjustments=adjustments_of(own),
        remarks=remarks_of(own),
    )


def _amount(
    rows: list[Row], name: str, of_lines: list[Decimal | None], line_level: LineLevel
) -> Decimal | None:
    """The claim's own amount, else the sum of its lines."""
    own = rows if name not in line_level.get(rows[0].table, NO_FIELDS) else []
    amount = first_amount(own, name)
    return amount if amount is not None or not of_lines else total(of_lines)


def _patient_share(rows: list[Row], lines: list[Line], shared: frozenset[str]) -> Decimal | None:
    name = "patient_responsibility"
    if name not in shared:
        return first_amount(rows, name)
    per_line = [first_amount(line.rows, name) for line in lines]
    return total([share for share in per_line if share is not None])
