"""One withdrawal of 150.00 that could be either of two items put off: what only a person can decide."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.ledger.decisions import MatchDecision
from data.workspace import Withdrawal, Workspace
from loaders.ingest import load
from tests.make_835 import Claim, PlbPair, Remit, file_835
from tests.warehouses import engine_of, rows

REASON = ("CO", "16", "150.00")


def reversed_and_paid_less(account: str) -> list[Claim]:
    """600.00 reversed, 450.00 paid instead."""
    return [
        Claim(account, "-600.00", "22"),
        Claim(account, "450.00", adjustments=[REASON]),
    ]


PUT_OFF = Remit(
    "P-1",
    "20250304",
    [Claim("A", "1000.00"), *reversed_and_paid_less("BBB1"), *reversed_and_paid_less("CCC1")],
    [("WO:BBB1", "-150.00"), ("WO:CCC1", "-150.00")],
)


def taken(*plb: PlbPair, payment: str | None = None, paid: str = "2000.00") -> Remit:
    """The remittance that takes 150.00 under a reference nothing is called by."""
    return Remit("P-2", "20250418", [Claim("D", paid)], plb or [("WO:ADJ77", "150.00")], payment=payment)  # fmt: skip


def load_two_remittances(folder: Path) -> None:
    """Puts 150.00 off on BBB1 and on CCC1, then takes 150.00."""
    load([Path("p.835")], folder, contents={"p.835": file_835(PUT_OFF, taken())})


def figures(folder: Path) -> dict[str, Any]:
    """What the decision changes: sums over receivables (USD), how many there are, their counted lags."""
    (row,) = rows(
        engine_of(folder),
        "select count(*) as offsets, sum(established) as established, sum(withheld) as withheld, "
        "sum(open_balance) as open, list(lag_days order by lag_days) filter (lag_state = 'counted') as lags, "
        "(select coalesce(sum(amount), 0) from match where confidence = 'suspense') as suspense from receivable",
    )
    return row


UNDECIDED = {
    "offsets": 3,
    "established": Decimal("450.00"),
    "withheld": Decimal("150.00"),
    "open": Decimal("300.00"),
    "lags": None,
    "suspense": Decimal("150.00"),
}
TIED = {
    "offsets": 2,
    "established": Decimal("300.00"),
    "withheld": Decimal("150.00"),
    "open": Decimal("150.00"),
    "lags": [45],
    "suspense": Decimal("0.00"),
}


def place(folder: Path) -> tuple[int, int]:
    """remittance_id and adjustment_no of what takes the 150.00."""
    (row,) = rows(
        engine_of(folder),
        "select remittance_id, adjustment_no from provider_adjustment where reference = 'ADJ77'",
    )
    return row["remittance_id"], row["adjustment_no"]


def item_on(folder: Path, account: str) -> str:
    """Number of the offset on an account."""
    (row,) = rows(
        engine_of(folder),
        f"select receivable_id from receivable where patient_control_number = '{account}'",
    )
    return str(row["receivable_id"])


def decide(folder: Path, receivable_id: str | None) -> MatchDecision:
    """Records that the 150.00 belongs to an offset, or to none; the ledger does not know it yet."""
    on = date(2025, 4, 18)
    about = Withdrawal("NORTHLAND HEALTH PLAN", "P-2", on, "WO", "ADJ77", Decimal("150.00"))
    decision = MatchDecision(*place(folder), receivable_id, "ann", datetime(2026, 11, 22, 12), "by phone")  # fmt: skip
    Workspace(folder).record_decision(decision, about)
    return decision
