"""Journal entries: each balances to the cent, and together they are the cash bridge."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.journal import LINES, JournalLine, journal
from kpis.overview import cash_bridge
from loaders.ingest import load
from screen.settings import read_settings
from tests.make_835 import Claim, file_835
from tests.test_ledger_cases import remit
from tests.warehouses import engine_of


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(date(2026, 3, 1), date(2026, 6, 1), payers=("Meridian Mutual",))]
)
def test_entries_balance_and_come_to_the_bridge(sample: DuckDBEngine, filters: Filters) -> None:
    lines = journal(sample, filters)
    off: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        off[line.month, line.payer] += line.debit - line.credit
        totals[line.account] += line.debit - line.credit
        assert min(line.debit, line.credit) == 0 < max(line.debit, line.credit)
    assert set(off.values()) == {Decimal(0)}
    bridge = cash_bridge(sample, filters)
    told = {name: totals[account] for name, account in LINES.items()}
    assert told == {
        "deposits": bridge.deposits,
        "withheld": -bridge.withheld,
        "returned": -bridge.given_back,
        "credits": -bridge.credits,
        "interest": -bridge.interest,
        "third_party_debt": -bridge.third_party_debt,
        "advances": -bridge.advances,
        "other": -bridge.other,
        "payments": -bridge.payments,
    }


def test_an_entry_with_the_names_of_the_hospital_s_accounts(tmp_path: Path) -> None:
    claims = [Claim("A", "1000"), Claim("B", "-600", "22"), Claim("B", "450")]
    adjustments = ("L6:B", "-15.25"), ("IR:X", "100"), ("AP:Y", "-40")
    (tmp_path / "one.835").write_bytes(file_835(remit("PAYER", "20250303", claims, *adjustments)))
    load([tmp_path / "one.835"], tmp_path / "warehouse")
    found = journal(engine_of(tmp_path / "warehouse"), Filters(), {"deposits": "1010 Cash"})
    nothing, month = Decimal(0), date(2025, 3, 1)
    assert found == [
        JournalLine(month, "PAYER", account, debit or nothing, credit or nothing, 1)
        for account, debit, credit in (
            ("1010 Cash", Decimal("805.25"), None),
            ("Withheld by payers", Decimal("150.00"), None),
            ("Interest", None, Decimal("15.25")),
            ("Third-party debt", Decimal("100.00"), None),
            ("Advances and settlements", None, Decimal("40.00")),
            ("Payments before offsets", None, Decimal("1000.00")),
        )
    ]


def test_accounts_come_from_the_settings() -> None:
    assert read_settings('[accounts]\nwithheld = "1290"').accounts == {"withheld": "1290"}
    for wrong in ('[accounts]\nbank = "1010"', "[accounts]\nwithheld = 1290", "accounts = 1"):
        assert "[accounts] may name deposits" in read_settings(wrong).problem
