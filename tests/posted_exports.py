"""Writes remittances of an 835 reading as the typed rows of exports, at every grain and with either sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from loaders.posted.remittance import assemble
from loaders.problems import Problem
from loaders.results import FileRead
from loaders.tables.export_rows import Record
from loaders.tables.posted_rows import PostedRows
from loaders.x12.remittance_835 import Reading

Cells = Record
PAYMENT = "payer_name payer_id payee_name payee_npi trace_number payment_date payment_amount"
CLAIM = (
    "patient_control_number payer_claim_control_number claim_status charge paid"
    " filing_indicator service_from"
)
Facts = dict[str, list[tuple[object, ...]]]
DAY = date(2025, 3, 3)

SHARED = {
    "remittance": (
        "remittance_id payment_amount payment_date trace_number payer_name payer_id payee_name payee_npi"
        " claim_paid provider_adjustment_total difference balance_state"
    ),
    "claim_payment": (
        "remittance_id claim_no patient_control_number claim_status charge paid filing_indicator"
        " payer_claim_control_number service_from"
    ),
    "provider_adjustment": (
        "remittance_id adjustment_no provider_id fiscal_period_end reason_code reference amount"
    ),
    "claim_adjustment": (
        "remittance_id claim_no line_no adjustment_no group_code reason_code amount quantity"
    ),
    "remark": "remittance_id claim_no line_no source code",
}


def facts(tables: Callable[[str], list[Cells]], *names: str) -> Facts:
    """What an 835 and an export of it have in common: the tables named, or all."""
    return {
        name: [tuple(row[column] for column in SHARED[name].split()) for row in tables(name)]
        for name in names or SHARED
    }


def rows_of(reading: Reading) -> Callable[[str], list[Cells]]:
    """The rows of a reading, by table."""
    return lambda name: getattr(reading, name).to_pylist()


def table(path: str, rows: list[Cells], reduce: bool | None = None) -> PostedRows:
    """Rows as a table: fields that any row has are its columns, the header is row 1."""
    present = frozenset(name for row in rows for name in row)
    blank: Cells = dict.fromkeys(present)
    records: list[Record] = []
    for number, row in enumerate(rows, start=2):
        text = " | ".join(f"{name}: {value}" for name, value in row.items())
        records.append({**blank, **row, "row_number": number, "source_text": text})
    return PostedRows(path, present, tuple(records), reduce)


def payment_cells(reading: Reading) -> Iterator[tuple[int, Cells]]:
    """Every remittance with the cells of its payment."""
    names = PAYMENT.split()
    for row in reading.remittance.to_pylist():
        yield row["remittance_id"], {name: row[name] for name in names}


def claim_cells(reading: Reading, remittance: int) -> Iterator[tuple[int, Cells]]:
    """Every claim of a remittance with its number and cells."""
    names = CLAIM.split()
    for row in reading.claim_payment.to_pylist():
        if row["remittance_id"] == remittance:
            yield row["claim_no"], {name: row[name] for name in names}


def adjustment_cells(reading: Reading, remittance: int, claim: int, sign: int) -> list[Cells]:
    """The adjustments of a claim, amounts times `sign`."""
    return [
        {
            "group_code": row["group_code"],
            "reason_code": row["reason_code"],
            "adjustment_amount": sign * row["amount"],
        }
        for row in reading.claim_adjustment.to_pylist()
        if (row["remittance_id"], row["claim_no"]) == (remittance, claim)
    ]


def plb_cells(reading: Reading, remittance: int, sign: int) -> list[Cells]:
    """The provider adjustments of a remittance, amounts times `sign`, code and reference in one cell."""
    return [
        {
            "plb_provider_id": row["provider_id"],
            "fiscal_period_end": row["fiscal_period_end"],
            "plb_code": f"{row['reason_code']}:{row['reference']}",
            "plb_amount": sign * row["amount"],
        }
        for row in reading.provider_adjustment.to_pylist()
        if row["remittance_id"] == remittance
    ]


def claim_grain(reading: Reading, sign: int = 1) -> list[Cells]:
    """A row per claim, then a row per provider adjustment, the payment's cells on each."""
    rows: list[Cells] = []
    for remittance, payment in payment_cells(reading):
        rows += [{**payment, **claim} for _, claim in claim_cells(reading, remittance)]
        rows += [{**payment, **plb} for plb in plb_cells(reading, remittance, sign)]
    return rows


def adjustment_grain(reading: Reading, sign: int = 1) -> list[Cells]:
    """A row per adjustment of a claim, claim and payment repeated; then the provider adjustments."""
    rows: list[Cells] = []
    for remittance, payment in payment_cells(reading):
        for number, claim in claim_cells(reading, remittance):
            adjustments = adjustment_cells(reading, remittance, number, sign) or [{}]
            rows += [{**payment, **claim, **adjustment} for adjustment in adjustments]
        rows += [{**payment, **plb} for plb in plb_cells(reading, remittance, sign)]
    return rows


def plb_list(reading: Reading, sign: int = 1) -> list[Cells]:
    """A row per provider adjustment with its payment."""
    return [
        {**payment, **plb}
        for remittance, payment in payment_cells(reading)
        for plb in plb_cells(reading, remittance, sign)
    ]


def keyed_set(reading: Reading, sign: int = 1) -> dict[str, list[Cells]]:
    """Four tables joined by a key, as Epic has them; the remittance's position is its key."""
    found: dict[str, list[Cells]] = {
        name: [] for name in ("CL_REMIT", "CLM_INFO", "CLM_ADJ", "PLB")
    }
    for image, (remittance, payment) in enumerate(payment_cells(reading), start=1):
        key: Cells = {"remittance_key": f"IMG{image}"}
        found["CL_REMIT"].append({**key, **payment})
        for number, claim in claim_cells(reading, remittance):
            own: Cells = {**key, "claim_key": str(number)}
            found["CLM_INFO"].append({**own, **claim})
            adjustments = adjustment_cells(reading, remittance, number, sign)
            found["CLM_ADJ"] += [{**own, **adjustment} for adjustment in adjustments]
        found["PLB"] += [{**key, **plb} for plb in plb_cells(reading, remittance, sign)]
    return found


def usd(text: str) -> Decimal:
    """An amount in USD."""
    return Decimal(text)


def payment(amount: str | None = "100.00", trace: str = "T1") -> Cells:
    """Cells of a payment by Northland; no amount where it is None."""
    cells: Cells = {"payer_name": "Northland", "trace_number": trace, "payment_date": DAY}
    return cells if amount is None else {**cells, "payment_amount": usd(amount)}


def claim(account: str, paid: str, **more: str) -> Cells:
    """Cells of a claim."""
    return {"patient_control_number": account, "paid": usd(paid), **more}


def takeback(code: str, amount: str, **more: str) -> Cells:
    """Cells of a provider adjustment."""
    return {"plb_code": code, "plb_amount": usd(amount), **more}


def one(*rows: Cells, reduce: bool | None = None) -> FileRead:
    """What a load of one table comes to."""
    [read] = assemble([table("export.csv", list(rows), reduce)])
    return read


def rows(read: FileRead, name: str) -> list[Cells]:
    """Rows of a fact table."""
    assert read.facts is not None, read.result.problems
    found: list[Cells] = read.facts.tables[name].to_pylist()
    return found


def cells(read: FileRead, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Some columns of a fact table, row by row."""
    return [tuple(row[column] for column in columns) for row in rows(read, name)]


def problems(read: FileRead, severity: str) -> list[Problem]:
    """Problems of a severity."""
    return [p for p in read.result.problems if p.severity == severity]


def errors(*tables: PostedRows) -> list[str]:
    """Messages that refuse one-table loads; no facts may come with them."""
    reads = assemble(tables)
    assert {read.result.status for read in reads} == {"rejected"}
    assert all(read.facts is None for read in reads)
    return [p.message for read in reads for p in problems(read, "error")]
