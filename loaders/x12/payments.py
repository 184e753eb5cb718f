"""Remittances (ST to SE) of an 835 and what identifies them, as an Arrow table."""

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pyarrow as pa

from loaders.x12 import findings, schemas
from loaders.x12.columns import (
    Arrow,
    Column,
    Flags,
    Int64,
    date_array,
    decimal_array,
    first_known,
    int64_array,
    table_of,
)
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure, first_by, rows_with
from loaders.x12.tags import Tag, code_of
from loaders.x12.values import read_dates, read_decimals


@dataclass(frozen=True)
class Payments:
    """One entry per transaction; segments are -1 where missing.

    amount: BPR02 in cents; day: BPR16 in days since 1970-01-01; repeated: more than one BPR.
    """

    bpr: Int64
    trn: Int64
    payer: Int64
    payee: Int64
    amount: Column
    day: Column
    payer_name: Arrow
    trace_number: Arrow
    repeated: Flags


def read_payments(segments: Segments, structure: Structure) -> Payments:
    """Read what identifies each payment: BPR, TRN and the N1 loops of the header."""
    size = len(structure.st)
    bpr_rows = _inside(segments, structure, Tag.BPR)
    bpr = first_by(structure.transaction[bpr_rows], bpr_rows, size)
    trn_rows = _inside(segments, structure, Tag.TRN)
    trn = first_by(structure.transaction[trn_rows], trn_rows, size)
    payer, payee = (_first_header(segments, structure, Tag.N1, entity) for entity in ("PR", "PE"))
    return Payments(
        bpr=bpr,
        trn=trn,
        payer=payer,
        payee=payee,
        amount=read_decimals(segments.buffer, segments.element(bpr, 2), 2),
        day=read_dates(segments.buffer, segments.element(bpr, 16)),
        payer_name=segments.text(payer, 2),
        trace_number=segments.text(trn, 2),
        repeated=np.bincount(structure.transaction[bpr_rows], minlength=size) > 1,
    )


def remittance_id(
    payer_name: str | None,
    trace_number: str | None,
    payment_amount: Decimal | None,
    payment_date: date | None,
    told_by: str = "",
) -> int:
    """Identify a payment: a positive 63-bit number, the same in whatever order files load.

    From SHA-256 of payer|trace|amount|date: the payer's letters and digits in capitals, the trace
    as printed, the amount in USD with two decimals, the date in ISO form; what is missing is empty.
    told_by: what else tells payments of nothing apart, for many of them bear one trace.
    """
    payer = _letters_and_digits(payer_name or "")
    amount = "" if payment_amount is None else f"{payment_amount:.2f}"
    day = "" if payment_date is None else payment_date.isoformat()
    more = f"|{told_by}" if told_by and not payment_amount else ""
    return number_of(f"{payer}|{trace_number or ''}|{amount}|{day}{more}".encode())


@lru_cache(maxsize=1024)
def _letters_and_digits(name: str) -> str:
    return "".join(c for c in name.upper() if c.isalnum())


def number_of(key: bytes) -> int:
    """Positive 63-bit number from the SHA-256 of a key."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8], "big") >> 1 or 1


def payment_ids(
    segments: Segments, structure: Structure, payments: Payments, printed: bytes
) -> Int64:
    """Remittance_id of each transaction.

    Where trace, amount or date is missing the key would not tell payments apart: the transaction's
    own bytes take its place, as they are `printed` in the text before it was indexed. Payments of
    nothing are told apart by their claims, too.
    """
    amounts = decimal_array(payments.amount, 2).to_pylist()
    days = date_array(payments.day).to_pylist()
    names, traces = payments.payer_name.to_pylist(), payments.trace_number.to_pylist()
    told_by = _claims_in_short(segments, structure)
    begin = segments.origin.begins(segments.start[structure.st]).tolist()
    end = segments.origin.ends(structure.transaction_end).tolist()
    ids = [
        remittance_id(name, trace, amount, day, more)
        if trace and amount is not None and day
        else number_of(printed[a:b])
        for name, trace, amount, day, more, a, b in zip(
            names, traces, amounts, days, told_by, begin, end, strict=True
        )
    ]
    return np.array(ids, np.int64)


def claims_in_short(claims: int, account: str | None, control_number: str | None) -> str:
    """What tells the claims of a payment apart from another's: how many, and the numbers of the first."""
    return f"{claims}|{account or ''}|{control_number or ''}" if claims else ""


def _claims_in_short(segments: Segments, structure: Structure) -> list[str]:
    """claims_in_short of each transaction."""
    size = len(structure.st)
    first = first_by(structure.claim_transaction, structure.clp, size)
    counts = np.bincount(structure.claim_transaction, minlength=size).tolist()
    accounts, numbers = (segments.text(first, element).to_pylist() for element in (1, 7))
    return list(map(claims_in_short, counts, accounts, numbers))


def remittance_table(
    segments: Segments,
    structure: Structure,
    ids: Int64,
    payments: Payments,
    sums: tuple[Column, Column, Column],
    state: Int64,
) -> pa.Table:
    """Make table remittance; `sums` are claim_paid, provider_adjustment_total and difference."""
    st, gs, isa, payer, payee = (
        structure.st,
        structure.gs,
        structure.isa,
        payments.payer,
        payments.payee,
    )
    produced = _first_header(segments, structure, Tag.DTM, "405")
    day = read_dates(segments.buffer, segments.element(produced, 2))
    payee_kind = segments.code(payee, 3)
    columns: list[Arrow] = [
        int64_array(ids),
        int64_array(segments.start[st]),
        int64_array(structure.transaction_end),
        segments.text(isa, 13),
        segments.text(gs, 6),
        segments.text(st, 2),
        segments.text(gs, 8),
        segments.capitals(payments.bpr, 1),
        segments.capitals(payments.bpr, 4),
        decimal_array(payments.amount, 2),
        date_array(payments.day),
        payments.trace_number,
        segments.text(payments.trn, 3),
        date_array(day),
        payments.payer_name,
        first_known(segments.text(payer, 4), _reference(segments, structure, payer, "2U")),
        segments.text(payee, 2),
        segments.text(np.where(payee_kind == code_of("XX"), payee, -1), 4),
        first_known(
            segments.text(np.where(payee_kind == code_of("FI"), payee, -1), 4),
            _reference(segments, structure, payee, "TJ"),
        ),
        *(decimal_array(column, 2) for column in sums),
        findings.state_names(state),
    ]
    return table_of(columns, schemas.REMITTANCE)


def _inside(segments: Segments, structure: Structure, tag: Tag) -> Int64:
    """Segments of a tag that stand in a transaction."""
    rows = segments.rows(tag)
    return rows[structure.transaction[rows] >= 0]


def _first_header(segments: Segments, structure: Structure, tag: Tag, qualifier: str) -> Int64:
    """Per transaction the first segment of its header with this tag and qualifier."""
    rows = rows_with(segments, tag, [qualifier], structure.transaction)
    rows = rows[structure.header[rows]]
    return first_by(structure.transaction[rows], rows, len(structure.st))


def _reference(segments: Segments, structure: Structure, party: Int64, qualifier: str) -> Arrow:
    """REF02 of the first REF with this qualifier in the N1 loop of each transaction's party."""
    rows = rows_with(segments, Tag.REF, [qualifier], structure.transaction)
    rows = rows[structure.header[rows]]
    names = np.append(segments.rows(Tag.N1), -2)
    loop = names[np.searchsorted(names[:-1], rows) - 1]
    rows = rows[loop == party[structure.transaction[rows]]]
    return segments.text(first_by(structure.transaction[rows], rows, len(structure.st)), 2)
