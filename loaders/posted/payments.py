"""Payments of posted remittance: the rows of each become one remittance with its claims and adjustments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from loaders.posted.claims import Claim, LineLevel, build_claim, group_claims, total
from loaders.posted.details import attach
from loaders.posted.joins import PaymentRows
from loaders.posted.provider_adjustments import (
    ProviderAdjustment,
    is_claim,
    provider_adjustments,
)
from loaders.posted.rows import Row, first_amount, first_day, first_text
from loaders.posted.words import claim_status
from loaders.tables.posted_rows import PostedRows

REVERSAL = "22"


@dataclass(frozen=True)
class Posted:
    """One remittance; amounts in USD with the signs of the table.

    rows: those that are neither a claim nor a provider adjustment; detailed: its claims are told, so that
    what they come to is known; left: rows that fit no claim, or several.
    """

    owner: int
    tables: frozenset[int]
    rows: list[Row]
    payer_name: str | None
    payer_id: str | None
    trace_number: str
    payment_date: date
    payment_amount: Decimal | None
    payee_name: str | None
    payee_npi: str | None
    payee_tin: str | None
    claims: list[Claim]
    statuses: list[str]
    provider_adjustments: list[ProviderAdjustment]
    detailed: bool
    adjusted: bool
    left: list[Row]

    def claim_paid(self) -> Decimal | None:
        """Sum of what the claims were paid; None where one is not known."""
        return total([claim.paid for claim in self.claims])

    def provider_adjustment_sum(self) -> Decimal:
        """Sum of the provider adjustments as they stand in the table."""
        return sum((a.amount for a in self.provider_adjustments), Decimal("0.00"))


def read_payment(
    payment: PaymentRows, tables: Sequence[PostedRows], line_level: LineLevel, has_claims: bool
) -> Posted:
    """Sort the rows of one payment into claims, their details, provider adjustments and the rest.

    has_claims: claims of all payments of the load are told by some table, even if this one has none.
    """
    bearing = _tables_with_claims(payment, tables)
    adjustments = provider_adjustments(payment.rows, tables)
    of_claims = [row for row in payment.rows if row.table in bearing and is_claim(row)]
    placed = {id(row) for row in of_claims} | {id(a.row) for a in adjustments}
    rest = [row for row in payment.rows if id(row) not in placed]
    details = [row for row in rest if _is_detail(row, tables[row.table])]
    groups = group_claims(of_claims, tables, line_level)
    left = attach(details, groups)
    claims = [build_claim(rows, line_level) for rows in groups]
    details_of = {id(row) for row in details}
    rows = payment.rows
    return Posted(
        owner=payment.owner,
        tables=frozenset(payment.tables),
        rows=[row for row in rest if id(row) not in details_of] + left,
        payer_name=first_text(rows, "payer_name"),
        payer_id=first_text(rows, "payer_id"),
        trace_number=first_text(rows, "trace_number") or "",
        payment_date=_day(rows),
        payment_amount=first_amount(rows, "payment_amount"),
        payee_name=first_text(rows, "payee_name"),
        payee_npi=first_text(rows, "payee_npi"),
        payee_tin=first_text(rows, "payee_tin"),
        claims=claims,
        statuses=[claim_status(claim.text("claim_status") or "")[0] for claim in claims],
        provider_adjustments=adjustments,
        detailed=has_claims or bool(bearing),
        adjusted=any(tables[t].tells_claim_adjustments for t in payment.tables),
        left=left,
    )


def _tables_with_claims(payment: PaymentRows, tables: Sequence[PostedRows]) -> set[int]:
    """Tables with the claims: those with what a claim was paid, else those with what its lines were paid."""
    whole = {t for t in payment.tables if "paid" in tables[t].present}
    return whole or {t for t in payment.tables if tables[t].tells_claims}


def _is_detail(row: Row, table: PostedRows) -> bool:
    names = ("adjustment_amount", "reason_code", "remark_code", "procedure_code", "line_paid")
    has_detail = any(row.record.get(name) is not None for name in names)
    return has_detail and table.plb_amount_field == "plb_amount"


def _day(rows: Sequence[Row]) -> date:
    """Payment date of rows that were gathered by it."""
    day = first_day(rows, "payment_date")
    if day is None:
        raise AssertionError("rows without a payment date are refused before")
    return day


def with_reversals(payments: Sequence[Posted]) -> list[Posted]:
    """Claims without a status: paid less than nothing beside another row of the same claim is a reversal.

    Another row has the same payer claim control number, else the same patient control number, anywhere in
    the load. Every other claim without a status keeps none.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for payment in payments:
        for claim in payment.claims:
            seen.update(_numbers(claim))
    return [
        replace(
            payment,
            statuses=[
                status or (REVERSAL if _reverses(claim, seen) else "")
                for claim, status in zip(payment.claims, payment.statuses, strict=True)
            ],
        )
        for payment in payments
    ]


def _numbers(claim: Claim) -> list[tuple[str, str]]:
    names = ("payer_claim_control_number", "patient_control_number")
    return [(name, number) for name in names if (number := claim.text(name))]


def _reverses(claim: Claim, seen: Counter[tuple[str, str]]) -> bool:
    negative = claim.paid is not None and claim.paid < 0
    return negative and any(seen[number] > 1 for number in _numbers(claim))
