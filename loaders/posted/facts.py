"""The seven fact tables of posted remittance, with the columns those of an 835 have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TypeAlias

import pyarrow as pa

from loaders.posted.archive import Archive
from loaders.posted.balance import Balance, difference_of
from loaders.posted.claims import Claim, total
from loaders.posted.lines import Adjustment, Line
from loaders.posted.payments import Posted
from loaders.posted.words import filing_indicator
from loaders.results import REMITTANCE_TABLES, FileFacts
from loaders.tables.posted_rows import PostedRows
from loaders.x12 import schemas
from loaders.x12.payments import claims_in_short, remittance_id

REMARK_SOURCE = "LQ"
ONE_UNIT = Decimal(1)
_SCHEMAS = {
    "remittance": schemas.REMITTANCE,
    "claim_payment": schemas.CLAIM_PAYMENT,
    "service_payment": schemas.SERVICE_PAYMENT,
    "claim_adjustment": schemas.CLAIM_ADJUSTMENT,
    "remark": schemas.REMARK,
    "provider_adjustment": schemas.PROVIDER_ADJUSTMENT,
    "remittance_detail": schemas.REMITTANCE_DETAIL,
}
Cells: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Signs:
    """What amounts of a source are multiplied with so that positive ones reduce payment."""

    provider_adjustments: int
    claim_adjustments: int


def facts_of(
    payments: Sequence[Posted],
    balances: Sequence[Balance],
    signs: Signs,
    tables: Sequence[PostedRows],
    owner: int,
) -> FileFacts:
    """The facts of one table's payments; byte ranges are those of the archive's lines.

    What a table does not tell stays null; a claim without a status has an empty one. It tells no details.
    """
    rows: dict[str, list[Cells]] = {name: [] for name in REMITTANCE_TABLES}
    archive = Archive(tables, owner)
    for payment, balance in zip(payments, balances, strict=True):
        identifier = id_of(payment, balance)
        start, end = archive.add(payment)
        place: Cells = {"remittance_id": identifier, "byte_start": start, "byte_end": end}
        rows["remittance"].append({**place, **_remittance(payment, balance)})
        for number, (claim, status) in enumerate(
            zip(payment.claims, payment.statuses, strict=True), start=1
        ):
            key: Cells = {"remittance_id": identifier, "claim_no": number}
            _add_claim(rows, archive, key, claim, status, signs, payment.adjusted)
        _add_provider_adjustments(rows, archive, identifier, payment, signs)
    made = {name: _table(_SCHEMAS[name], rows[name]) for name in REMITTANCE_TABLES}
    return FileFacts(made, archive.content())


def id_of(payment: Posted, balance: Balance) -> int:
    """The remittance_id an 835 of the same payment has, if the table tells its claims."""
    payer = payment.payer_name or payment.payer_id
    names = ("patient_control_number", "payer_claim_control_number")
    account, number = map(payment.claims[0].text, names) if payment.claims else (None, None)
    told_by = claims_in_short(len(payment.claims), account, number)
    amount, day = balance.payment_amount, payment.payment_date
    return remittance_id(payer, payment.trace_number, amount, day, told_by)


def _table(schema: pa.Schema, rows: list[Cells]) -> pa.Table:
    """Rows with the same cells each as columns; what no row has is null."""
    told = rows[0].keys() if rows else ()
    columns = [
        pa.array(list(map(itemgetter(f.name), rows)), type=f.type)
        if f.name in told
        else pa.nulls(len(rows), f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _remittance(payment: Posted, balance: Balance) -> Cells:
    return {
        "payment_amount": balance.payment_amount,
        "payment_date": payment.payment_date,
        "trace_number": payment.trace_number,
        "payer_name": payment.payer_name,
        "payer_id": payment.payer_id,
        "payee_name": payment.payee_name,
        "payee_npi": payment.payee_npi,
        "payee_tin": payment.payee_tin,
        "claim_paid": balance.claim_paid,
        "provider_adjustment_total": balance.provider_adjustment_total,
        "difference": balance.difference,
        "balance_state": balance.state,
    }


def _add_claim(
    rows: dict[str, list[Cells]],
    archive: Archive,
    key: Cells,
    claim: Claim,
    status: str,
    signs: Signs,
    adjusted: bool,
) -> None:
    factor = signs.claim_adjustments
    rows["claim_payment"].append(
        {**key, **_claim(archive, claim, status, claim_balance(claim, factor, adjusted))}
    )
    number = 0
    for line_no, line in enumerate(claim.lines, start=1):
        cells = _line(archive, line, factor, adjusted)
        rows["service_payment"].append({**key, "line_no": line_no, **cells})
    parts = [(0, claim.adjustments, claim.remarks)]
    parts += [(n, line.adjustments, line.remarks) for n, line in enumerate(claim.lines, start=1)]
    for line_no, adjustments, remarks in parts:
        for adjustment in adjustments:
            number += 1
            cells = _adjustment(adjustment, factor)
            rows["claim_adjustment"].append(
                {**key, "line_no": line_no, "adjustment_no": number, **cells}
            )
        rows["remark"] += [
            {**key, "line_no": line_no, "source": REMARK_SOURCE, "code": code} for code in remarks
        ]


def claim_balance(claim: Claim, factor: int, adjusted: bool) -> tuple[Decimal | None, str]:
    """Difference and state of a claim; unchecked where no table tells adjustments."""
    amount = claim.adjusted() if adjusted else None
    return difference_of(claim.charge, None if amount is None else factor * amount, claim.paid)


def _claim(
    archive: Archive, claim: Claim, status: str, balance: tuple[Decimal | None, str]
) -> Cells:
    start, end = archive.range_of(claim.rows)
    first, last = claim.service_days()
    filing = claim.text("filing_indicator")
    return {
        "byte_start": start,
        "byte_end": end,
        "patient_control_number": claim.text("patient_control_number"),
        "claim_status": status,
        "charge": claim.charge,
        "paid": claim.paid,
        "patient_responsibility": claim.patient_responsibility,
        "filing_indicator": filing_indicator(filing)[0] if filing else None,
        "payer_claim_control_number": claim.text("payer_claim_control_number"),
        "original_claim_control_number": claim.text("original_claim_control_number"),
        "rendering_npi": claim.text("rendering_npi"),
        "service_from": first,
        "service_to": last,
        "difference": balance[0],
        "balance_state": balance[1],
    }


def _line(archive: Archive, line: Line, factor: int, adjusted: bool) -> Cells:
    start, end = archive.range_of(line.rows)
    amount = total([a.amount for a in line.adjustments]) if adjusted else None
    signed = None if amount is None else factor * amount
    difference, state = difference_of(line.charge, signed, line.paid)
    return {
        "byte_start": start,
        "byte_end": end,
        "procedure_qualifier": line.procedure_qualifier,
        "procedure_code": line.procedure_code,
        "modifiers": line.modifiers,
        "revenue_code": line.revenue_code,
        "charge": line.charge,
        "paid": line.paid,
        "units": ONE_UNIT if line.units is None else line.units,
        "service_date": line.service_date,
        "line_control_number": line.line_control_number,
        "difference": difference,
        "balance_state": state,
    }


def _adjustment(adjustment: Adjustment, factor: int) -> Cells:
    amount = adjustment.amount
    return {
        "group_code": adjustment.group_code,
        "reason_code": adjustment.reason_code,
        "amount": None if amount is None else factor * amount,
        "quantity": adjustment.quantity,
    }


def _add_provider_adjustments(
    rows: dict[str, list[Cells]],
    archive: Archive,
    identifier: int,
    payment: Posted,
    signs: Signs,
) -> None:
    for number, adjustment in enumerate(payment.provider_adjustments, start=1):
        start, end = archive.range_of([adjustment.row])
        rows["provider_adjustment"].append(
            {
                "remittance_id": identifier,
                "adjustment_no": number,
                "byte_start": start,
                "byte_end": end,
                "provider_id": adjustment.provider_id,
                "fiscal_period_end": adjustment.fiscal_period_end,
                "reason_code": adjustment.reason_code,
                "reference": adjustment.reference,
                "amount": signs.provider_adjustments * adjustment.amount,
            }
        )
