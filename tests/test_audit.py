"""Audit: the rows behind a cell add up to it, and each leads to its file, bytes or row."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.archive import archived_bytes
from kpis.__main__ import main as kpis
from kpis.audit import COLUMNS, QUERIES, audit_csv, audit_rows
from kpis.catalog import KPIS, MEASURE_BY_COLUMN, Kpi, SecondaryKpi
from kpis.cube import DIMENSIONS, kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import OF_TAKEBACKS_ONLY, Filters
from kpis.secondary import SECONDARY, secondary_figures
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

OF_PAYMENTS = tuple(name for name in DIMENSIONS if name not in OF_TAKEBACKS_ONLY)


@pytest.mark.parametrize("measure", MEASURE_BY_COLUMN)
def test_the_rows_add_up_to_every_cell(sample: DuckDBEngine, measure: str) -> None:
    by = OF_PAYMENTS if measure == "payments" else DIMENSIONS
    cells = {
        tuple(row[name] for name in by): row[measure]
        for row in kpi_table(sample, Filters(), by).to_pylist()
        if row[measure]
    }
    found: dict[tuple[object, ...], Decimal | int] = defaultdict(int)
    for row in audit_rows(sample, measure, Filters()).to_pylist():
        found[tuple(row[name] for name in by)] += row["value"]
    assert {cell: value for cell, value in found.items() if value} == cells
    assert cells


SLICES = (
    Filters(),
    Filters(since=date(2026, 2, 1), until=date(2026, 5, 1), payers=("Northland Health Plan",)),
)


def summed(rows: list[dict[str, Any]], part: str | None) -> Decimal | int:
    values: list[Decimal | int] = [row["value"] for row in rows if row["part"] == part]
    return sum(values)


@pytest.mark.parametrize("filters", SLICES)
@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_the_parts_give_every_kpi(sample: DuckDBEngine, kpi: Kpi, filters: Filters) -> None:
    (cell,) = kpi_table(sample, filters).to_pylist()
    rows = audit_rows(sample, kpi.name, filters).to_pylist()
    if kpi.denominator is None:
        assert {row["part"] for row in rows} == {"added", "taken away"}
        assert sum(row["value"] for row in rows) == cell[kpi.name]
    else:
        ratio = summed(rows, "numerator") / summed(rows, "denominator")
        assert float(ratio) == pytest.approx(cell[kpi.name], rel=1e-12)


@pytest.mark.parametrize("filters", SLICES)
@pytest.mark.parametrize("kpi", SECONDARY, ids=lambda kpi: kpi.name)
def test_the_rows_give_every_secondary_figure(
    sample: DuckDBEngine, kpi: SecondaryKpi, filters: Filters
) -> None:
    (figure,) = secondary_figures(sample, filters, kpis=(kpi,))
    rows = audit_rows(sample, kpi.name, filters).to_pylist()
    values = [row["value"] for row in rows]
    if kpi.of or kpi.of_measures:
        below = summed(rows, "denominator")
        value = float(summed(rows, "numerator") / below) if below else None
        expected = None if kpi.per and len(filters.payers) == 1 else value
        assert figure.value == (pytest.approx(expected) if expected else expected)
    elif kpi.unit == "usd":
        assert sum(values, Decimal(0)) == figure.value
    elif kpi.unit == "days":
        assert len(values) == figure.count
        mean = sum(values) / len(values) if values else None
        if "recoupment_lag" not in kpi.name:
            assert figure.value == (mean if mean is None else pytest.approx(mean))
    else:
        assert sum(values, Decimal(0)) == figure.amount
    assert all(row["payer"] for row in rows)
    assert all(row["file"] for row in rows), kpi.facts


def test_every_measure_has_its_rows() -> None:
    assert set(QUERIES) == set(MEASURE_BY_COLUMN)


def test_a_filter_leaves_the_rows_of_its_cell(sample: DuckDBEngine) -> None:
    cell = max(
        kpi_table(sample, Filters(), ("payer", "cause")).to_pylist(),
        key=lambda row: row["withheld"],
    )
    filters = Filters(payers=(cell["payer"],), causes=(cell["cause"],))
    rows = audit_rows(sample, "withheld", filters).to_pylist()
    assert sum(row["value"] for row in rows) == cell["withheld"]
    assert {(row["payer"], row["cause"]) for row in rows} == {(cell["payer"], cell["cause"])}


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    """150.00 put off for one account and taken later; the payer and the file have names a spreadsheet would run."""
    remits = [
        Remit(
            "T1",
            "20250303",
            [Claim("ACCOUNT-77", "-600.00", status="22"), Claim("ACCOUNT-77", "450.00")],
            [("WO:ACCOUNT-77", "-150.00")],
            payer="=CMD PLAN",
        ),
        Remit(
            "T2",
            "20250417",
            [Claim("D", "2000.00")],
            [("WO:ACCOUNT-77", "150.00")],
            payer="=CMD PLAN",
        ),
    ]
    content = file_835(*remits)
    load([Path("@remits.835")], tmp_path, contents={"@remits.835": content})
    return tmp_path


def test_a_row_leads_to_the_remittance_the_lines_and_the_match(taken: Path) -> None:
    engine = engine_of(taken)
    (row,) = audit_rows(engine, "withheld", Filters(), masks_accounts=False).to_pylist()
    assert (row["value"], row["trace_number"], str(row["payment_date"])) == (
        Decimal("150.00"),
        "T2",
        "2025-04-17",
    )
    assert (row["tier"], row["confidence"], row["patient_control_number"]) == (
        1,
        "certain",
        "ACCOUNT-77",
    )
    archive = engine.query("select archive from load").column("archive")[0].as_py()
    text = archived_bytes(taken, archive, row["byte_start"], row["byte_end"])
    assert text is not None
    assert text.startswith(b"ST*835")
    assert b"*2000.00" in text
    place = row["lines"].split("[")[1].rstrip("]").split("-")
    line = archived_bytes(taken, archive, int(place[0]), int(place[1]))
    assert line is not None
    assert line.startswith(b"PLB*") and b"WO:ACCOUNT-77*150.00" in line  # noqa: PT018


def test_accounts_are_masked_and_no_cell_is_a_formula(taken: Path) -> None:
    text = audit_csv(engine_of(taken), "put_off", Filters()).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert list(row) == list(COLUMNS.values())
    assert (row["Payer"], row["File"]) == ("'=CMD PLAN", "'@remits.835")
    assert row["Patient account"] == "••••T-77"
    assert "ACCOUNT-77" not in text
    assert (row["Value"], row["Month"]) == ("150.00", "2025-03")


def test_an_appeal_leads_to_its_row_in_the_log(sample: DuckDBEngine) -> None:
    rows = audit_rows(sample, "appeals_full", Filters()).to_pylist()
    assert {row["file"] for row in rows} == {"appeals.csv"}
    for row in rows[::20]:
        case = row["what"].split()[1].rstrip(",")
        found = sample.query(
            "select case_number from appeal where load_id = ? and row_number = ?",
            [row["load_id"], row["row_number"]],
        )
        assert found.column("case_number").to_pylist() == [case]


def test_the_command_writes_an_audit(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = taken / "audit.csv"
    asked = ["--warehouse", str(taken), "--audit", "withheld"]
    assert kpis([*asked, "--out", str(out)]) == 0
    assert "1 rows behind withheld" in capsys.readouterr().out
    assert out.stat().st_mode & 0o077 == 0
    (row,) = csv.DictReader(out.open(newline=""))
    assert row["Value"] == "150.00"
    assert kpis([*asked, "--until", "2025-03"]) == 0
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == []
    for wrong in (["profit"], ["withheld", "--secondary"], ["withheld", "--as-of", "2025-05-01"]):
        with pytest.raises(SystemExit) as usage:
            kpis(["--warehouse", str(taken), "--audit", *wrong])
        assert usage.value.code == 2


def test_the_command_audits_rates_differences_and_secondary_figures(
    taken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def audited(*asked: str) -> list[tuple[str, str, str]]:
        assert kpis(["--warehouse", str(taken), *asked]) == 0
        rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
        return [(row["Part"], row["Measure"], row["Value"]) for row in rows]

    assert audited("--audit", "net_cash_impact") == [("taken away", "withheld", "-150.00")]
    assert audited("--audit", "offset_volume_rate") == [
        ("numerator", "withheld", "150.00"),
        ("denominator", "payments", "2000.00"),
    ]
    assert audited("--secondary", "--audit", "suspense_amount") == []
    assert audited("--audit", "known_notice_share", "--as-of", "2025-05-01") == [
        ("numerator", "known_notice_share", "1"),
        ("denominator", "known_notice_share", "1"),
    ]
