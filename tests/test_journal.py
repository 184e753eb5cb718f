"""Journal entries: each balances to the cent, and together they are the cash bridge."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.__main__ import main as kpis
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


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """One remittance of $400 with $150 taken back."""
    claims = [Claim("A", "550"), Claim("B", "-600", "22"), Claim("B", "450")]
    (tmp_path / "one.835").write_bytes(file_835(remit("PAYER", "20250303", claims)))
    load([tmp_path / "one.835"], tmp_path / "warehouse")
    return tmp_path / "warehouse"


def test_the_command_prints_the_entries_with_the_accounts_of_the_settings(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (warehouse / "settings.toml").write_text('[accounts]\ndeposits = "1010 Cash"\n')
    asked = ["--journal", "--warehouse", str(warehouse)]
    told = [
        "month,payer,account,debit,credit,remittances",
        "2025-03,PAYER,1010 Cash,400.00,0.00,1",
        "2025-03,PAYER,Withheld by payers,150.00,0.00,1",
        "2025-03,PAYER,Payments before offsets,0.00,550.00,1",
    ]
    assert kpis([*asked, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines() == told
    out = tmp_path / "entries.csv"
    assert kpis([*asked, "--format", "csv", "--out", str(out)]) == 0
    assert out.read_text().splitlines() == told
    assert capsys.readouterr().out == f"{out}\n"
    assert kpis([*asked, "--format", "json", "--until", "2025-02"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert kpis(asked) == 0
    assert "Payments before offsets" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["[accounts]\ncash = '1010'", "[accounts]\ndeposits = 1010", "["])
def test_the_command_says_where_accounts_cannot_be_read(
    text: str, warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (warehouse / "settings.toml").write_text(text)
    out = tmp_path / "entries.csv"
    out.write_text("last month's")
    assert kpis(["--journal", "--warehouse", str(warehouse), "--out", str(out)]) == 2
    assert out.read_text() == "last month's"
    assert f"{warehouse / 'settings.toml'}: " in capsys.readouterr().err


@pytest.mark.parametrize("other", [["--secondary"], ["--by", "payer"], ["--as-of", "2025-03-31"]])
def test_what_the_journal_would_not_heed_is_a_usage_error(
    other: list[str], warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        kpis(["--journal", "--warehouse", str(warehouse), *other])
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""
