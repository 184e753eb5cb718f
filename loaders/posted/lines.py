"""Service lines of posted remittance, and the adjustments and remark codes of a line or a claim."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from loaders.posted.rows import Row, first_amount, first_day, first_text
from loaders.posted.words import adjustment_code, codes_in
from loaders.tables.posted_rows import LINE_FIELDS

_TELLING = tuple(sorted(LINE_FIELDS))
_ALIKE = (
    "procedure_code", "revenue_code", "modifiers", "modifier_2", "modifier_3", "modifier_4",
    "service_date", "units", "line_charge", "line_paid",
)  # fmt: skip
_REASON = ("group_code", "reason_code", "remark_code")
_MODIFIERS = ("modifiers", "modifier_2", "modifier_3", "modifier_4")
_QUALIFIERS = frozenset({"HC", "NU", "N4", "AD", "HP", "ER", "IV", "WK"})

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reason and its amount in USD, with the sign of the table."""

    group_code: str | None
    reason_code: str | None
    amount: Decimal | None
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A service line; amounts in USD."""

    rows: list[Row]
    procedure_qualifier: str | None
    procedure_code: str | None
    modifiers: str | None
    revenue_code: str | None
    charge: Decimal | None
    paid: Decimal | None
    units: Decimal | None
    service_date: date | None
    line_control_number: str | None
    adjustments: list[Adjustment]
    remarks: list[str]


def is_line(row: Row) -> bool:
    """Whether a row tells of a service line."""
    cell = row.record.get
    return any(cell(name) is not None for name in _TELLING)


def rows_by_line(rows: Sequence[Row], shared: Collection[str]) -> list[list[Row]]:
    """The rows of a claim by line: a number tells lines apart, else what they hold.

    Lines alike in everything are told apart by their adjustments: a reason stands once in a line. shared:
    amount columns that belong to the lines.
    """
    if len(rows) < 2:
        return [list(rows)] if rows else []
    lines: dict[Key, list[Row]] = defaultdict(list)
    seen: Counter[Key] = Counter()
    names = (*_ALIKE, *sorted(shared))
    for row in rows:
        number = row.text("line_key")
        if number is not None:
            lines[(number,)].append(row)
            continue
        cell = row.record.get
        alike = tuple([cell(name) for name in names])
        reason = (alike, *[cell(name) for name in _REASON])
        lines[(alike, seen[reason])].append(row)
        seen[reason] += 1
    return list(lines.values())


def build_line(rows: list[Row], shared: Collection[str]) -> Line:
    """A service line from its rows; shared: amount columns that belong to the lines."""
    qualifier, code, composed = _procedure(first_text(rows, "procedure_code"))
    written = " ".join(text for name in _MODIFIERS if (text := first_text(rows, name)))
    return Line(
        rows=rows,
        procedure_qualifier=qualifier,
        procedure_code=code,
        modifiers=" ".join(codes_in(written)) or composed,
        revenue_code=first_text(rows, "revenue_code"),
        charge=first_amount(rows, "charge" if "charge" in shared else "line_charge"),
        paid=first_amount(rows, "paid" if "paid" in shared else "line_paid"),
        units=first_amount(rows, "units"),
        service_date=first_day(rows, "service_date"),
        line_control_number=first_text(rows, "line_key"),
        adjustments=adjustments_of(rows),
        remarks=remarks_of(rows),
    )


def _procedure(written: str | None) -> tuple[str | None, str | None, str | None]:
    """Qualifier, code and modifiers of `99213` or `HC:99213:25`."""
    qualifier, *parts = (written or "").split(":")
    if not parts or qualifier.upper() not in _QUALIFIERS:
        return None, written, None
    return qualifier.upper(), parts[0] or None, " ".join(filter(None, parts[1:5])) or None


def adjustments_of(rows: Sequence[Row]) -> list[Adjustment]:
    """Every reason with its amount, in order of the rows."""
    found = []
    for row in rows:
        group, reason = row.text("group_code"), row.text("reason_code")
        amount = row.amount("adjustment_amount")
        if reason is not None or amount:
            quantity = row.amount("adjustment_quantity")
            found.append(Adjustment(*adjustment_code(group, reason), amount, quantity))
    return found


def remarks_of(rows: Sequence[Row]) -> list[str]:
    """Every remark code once, in order of the rows."""
    written = [text for row in rows if (text := row.text("remark_code"))]
    return list(dict.fromkeys(code for text in written for code in codes_in(text)))
