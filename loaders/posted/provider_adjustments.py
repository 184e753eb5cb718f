"""Provider adjustments of posted remittance: code, reference and amount, whatever cells they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from loaders.posted.rows import Row
from loaders.posted.words import ProviderAdjustmentCode, provider_adjustment_code
from loaders.tables.posted_rows import PostedRows

_CLAIM_AMOUNTS = ("paid", "charge", "line_paid", "line_charge")
_CLAIM_NUMBERS = ("payer_claim_control_number", "patient_control_number", "claim_key")


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One reason and amount in USD, with the sign of the table; known: its code is in a list."""

    row: Row
    provider_id: str | None
    fiscal_period_end: date | None
    reason_code: str
    reference: str
    amount: Decimal
    known: bool


def provider_adjustments(
    rows: Sequence[Row], tables: Sequence[PostedRows]
) -> list[ProviderAdjustment]:
    """The provider adjustments among the rows of one payment, in order.

    A row that is a claim as well repeats what belongs to the whole payment: the same adjustment on
    several such rows counts once.
    """
    found: list[ProviderAdjustment] = []
    repeated: set[tuple[str, str, Decimal]] = set()
    for row in rows:
        amount = row.amount(tables[row.table].plb_amount_field)
        if amount is None:
            continue
        adjustment = _adjustment(row, amount)
        if is_claim(row):
            same = (adjustment.reason_code, adjustment.reference, amount)
            if not amount or same in repeated:
                continue
            repeated.add(same)
        found.append(adjustment)
    return found


def is_claim(row: Row) -> bool:
    """Whether a row says what a claim was charged or paid; zeros beside an adjustment say nothing."""
    cell = row.record.get
    if cell("plb_amount"):
        return any(cell(name) for name in _CLAIM_AMOUNTS)
    return any(cell(name) is not None for name in _CLAIM_AMOUNTS)


def _adjustment(row: Row, amount: Decimal) -> ProviderAdjustment:
    code = _code(row)
    return ProviderAdjustment(
        row=row,
        provider_id=row.text("plb_provider_id"),
        fiscal_period_end=row.day("fiscal_period_end"),
        reason_code=code.code,
        reference=row.text("plb_reference") or code.reference or _claim_number(row),
        amount=amount,
        known=code.known,
    )


def _code(row: Row) -> ProviderAdjustmentCode:
    return provider_adjustment_code(row.text("plb_code"), row.text("phrase"))


def _claim_number(row: Row) -> str:
    """Lists of takebacks name the claim where the 835 has a reference."""
    numbers = (row.text(name) for name in _CLAIM_NUMBERS)
    return "" if is_claim(row) else next((number for number in numbers if number), "")
