"""Figures: filters, roll-ups, no value, and the command that prints them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from kpis.__main__ import main as kpis
from kpis.catalog import KPIS, MEASURES, Unit
from kpis.cube import DIMENSIONS, kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import Value, change_text, exact_change, exact_usd, short_usd, short_value
from kpis.periods import Period, add_months, parse_month, preset_period
from kpis.printed_lists import COLUMNS
from kpis.targets import target_book
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

ADDITIVE = [measure.column for measure in MEASURES if measure.column != "payments"]
APPEALS = (
    "Payer,Case Number,Appeal Level,Appeal Status,Decision Date,Amount at Issue,"
    "Overturned Amount,Patient Account\n"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two payers, two months; Northland takes 150.00 put off 45 days before, Union takes nothing."""
    folder = tmp_path_factory.mktemp("small")
    remits = [
        Remit(
            "N1",
            "20250303",
            [
                Claim("A", "1000.00"),
                Claim("B", "-600.00", status="22"),
                Claim("B", "450.00", adjustments=[("CO", "50", "150.00")]),
            ],
            [("WO:B", "-150.00")],
        ),
        Remit("N2", "20250417", [Claim("D", "2000.00")], [("WO:B", "150.00")]),
        Remit("U1", "20250310", [Claim("U", "500.00")], payer="UNION TRUST", payer_id="UT1"),
    ]
    (folder / "remits.835").write_bytes(file_835(*remits))
    (folder / "appeals.csv").write_text(
        APPEALS
        + "Northland Health Plan,C1,1,Upheld,2025-05-02,150,,B\n"
        + "Northland Health Plan,C1,2,Partially overturned,2025-06-03,150,100,B\n"
        + "Northland Health Plan,C2,1,Pending,,80,,B\n"
        + "Northland Health Plan,C3,1,Withdrawn,2025-06-04,80,,B\n"
    )
    load([folder / "remits.835", folder / "appeals.csv"], folder / "warehouse")
    return folder / "warehouse"


def printed(
    capsys: pytest.CaptureFixture[str], warehouse: Path, *options: str
) -> list[dict[str, object]]:
    assert kpis(["--warehouse", str(warehouse), "--format", "json", *options]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_the_command_prints_every_column(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, small, "--by", "payer,month") == [
        _row("NORTHLAND HEALTH PLAN", "2025-03", payments="1000.00", offset_volume_rate=0.0),
        _row(
            "NORTHLAND HEALTH PLAN",
            "2025-04",
            payments="2000.00",
            withheld="150.00",
            offset_volume_rate=0.075,
            recoupment_lag_days=45.0,
            lag_count=1,
            net_cash_impact="-150.00",
            recovery_rate=0.0,
        ),
        _row("NORTHLAND HEALTH PLAN", "2025-06", appeal_success_rate=1.0, appeals_decided=1),
        _row("UNION TRUST", "2025-03", payments="500.00", offset_volume_rate=0.0),
    ]


def _row(payer: str, month: str, **values: object) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("payments", "withheld", "recovered", "refunded", "net_cash_impact"), "0.00"
    )
    blank: dict[str, object] = (
        dict.fromkeys(COLUMNS) | nothing | {"lag_count": 0, "appeals_decided": 0}
    )
    return {"payer": payer, "month": month} | blank | values


def test_since_and_until_include_both_months(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = printed(capsys, small, "--by", "month", "--since", "2025-03", "--until", "2025-04")
    assert [row["month"] for row in rows] == ["2025-03", "2025-04"]


def test_a_payer_may_be_spelled_any_way(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(capsys, small, "--by", "payer", "--payer", "union-trust")
    assert [(row["payer"], row["payments"]) for row in rows] == [("UNION TRUST", "500.00")]


def test_csv_has_the_same_columns(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpis(["--warehouse", str(small), "--format", "csv", "--by", "cause"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["cause"], row["withheld"], row["payments"]) for row in rows] == [
        ("Medical necessity", "150.00", "3500.00")
    ]
    assert list(rows[0]) == ["cause", *COLUMNS]


def test_the_table_says_no_value(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpis(["--warehouse", str(small), "--payer", "Union Trust"]) == 0
    assert "no value" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [
        ["--by", "colour"],
        ["--since", "March"],
        ["--until", "2025-13"],
        ["--format", "xml"],
        ["--since", "2025-05", "--until", "2025-04"],
        ["--as-of", "2025-06-01"],
        ["--within", "5"],
        ["--secondary", "--within", "-5"],
        ["--audit", "withheld", "--format", "json"],
        ["--audit", "withheld", "--by", "payer"],
    ],
)
def test_wrong_usage_ends_with_2(small: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit) as usage:
        kpis(["--warehouse", str(small), *options])
    assert usage.value.code == 2


@pytest.mark.parametrize("asked", [[], ["--secondary"], ["--audit", "withheld"]])
def test_what_is_asked_for_is_written_to_the_file_named(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str]
) -> None:
    out = tmp_path / "figures.csv"
    asked = ["--warehouse", str(small), "--format", "csv", *asked]
    assert kpis(asked) == 0
    printed = capsys.readouterr().out
    assert kpis([*asked, "--out", str(out)]) == 0
    assert out.read_bytes().decode() == printed
    assert str(out) in capsys.readouterr().out
    assert out.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_ends_with_2(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for asked in ([], ["--audit", "withheld"]):
        assert kpis(["--warehouse", str(small), *asked, "--out", "/nonexist/x.csv"]) == 2
        assert "/nonexist/x.csv cannot be written: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["--audit withheld", "", "--secondary --format json"])
def test_a_reader_that_stops_reading_is_no_failure(small: Path, asked: str) -> None:
    command = f"{sys.executable} -m kpis --warehouse {small} {asked}"
    ended = subprocess.run(
        f"set -o pipefail; {command} | true",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_unknown_payer_ends_with_2(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpis(["--warehouse", str(small), "--payer", "Nobody"]) == 2
    assert "Nobody" in capsys.readouterr().err


def test_no_warehouse_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kpis(["--warehouse", str(tmp_path)]) == 1
    assert "python -m loaders" in capsys.readouterr().err


def test_one_case_counts_once_with_its_latest_decision(small: Path) -> None:
    row = kpi_table(engine_of(small), Filters()).to_pylist()[0]
    assert (row["appeals_full"], row["appeals_partial"], row["appeals_upheld"]) == (0, 1, 0)
    assert (row["amount_at_issue"], row["amount_overturned"]) == (
        Decimal("150.00"),
        Decimal("100.00"),
    )


@pytest.mark.parametrize("by", [c for n in (1, 2) for c in combinations(DIMENSIONS, n)])
def test_every_roll_up_adds_up_to_the_whole(sample: DuckDBEngine, by: tuple[str, ...]) -> None:
    whole = kpi_table(sample, Filters()).to_pylist()[0]
    parts = kpi_table(sample, Filters(), by).to_pylist()
    for name in ADDITIVE:
        assert sum(row[name] for row in parts) == whole[name]
    if not {"cause", "mechanism"} & set(by):
        assert sum(row["payments"] for row in parts) == whole["payments"]


def test_causes_are_measured_against_all_payments_of_their_slice(sample: DuckDBEngine) -> None:
    whole = kpi_table(sample, Filters()).to_pylist()[0]
    causes = kpi_table(sample, Filters(), ("cause",)).to_pylist()
    assert {row["payments"] for row in causes} == {whole["payments"]}
    assert sum(row["offset_volume_rate"] for row in causes) == pytest.approx(
        whole["offset_volume_rate"]
    )


def test_filters_pick_what_the_roll_up_shows(sample: DuckDBEngine) -> None:
    since, until = date(2025, 3, 1), date(2025, 9, 1)
    rows = kpi_table(sample, Filters(since, until), ("payer", "specialty", "cause")).to_pylist()
    for row in rows[::17]:
        filters = Filters(
            since,
            until,
            payers=(row["payer"],),
            specialties=(row["specialty"],),
            causes=(row["cause"],),
        )
        found = kpi_table(sample, filters).to_pylist()[0]
        assert {name: found[name] for name in ADDITIVE} == {name: row[name] for name in ADDITIVE}
        assert found["payments"] == row["payments"]


def test_an_unknown_dimension_is_refused(sample: DuckDBEngine) -> None:
    with pytest.raises(ValueError, match="colour"):
        kpi_table(sample, Filters(), ("colour",))


def test_every_figure_says_what_it_means() -> None:
    for kpi in KPIS:
        assert kpi.title
        assert kpi.formula
        assert kpi.definition.endswith(".")
        assert kpi.edge_cases.endswith(".")
    assert all(measure.definition.endswith(".") for measure in MEASURES)
    assert {kpi.name for kpi in KPIS} >= {name for name, _ in target_book().bands}


def test_target_bands() -> None:
    lag = target_book().of("recoupment_lag_days")
    assert lag is not None
    assert [lag.status(days) for days in (None, 14.9, 15, 30, 30.1)] == [
        None,
        "below target",
        "on target",
        "on target",
        "above target",
    ]


def test_periods() -> None:
    year = preset_period("12m", date(2024, 11, 1), date(2026, 10, 1))
    assert year == Period(date(2025, 11, 1), date(2026, 11, 1))
    assert year.prior() == Period(date(2024, 11, 1), date(2025, 11, 1))
    assert preset_period("ytd", date(2024, 11, 1), date(2026, 10, 1)).months == 10
    assert str(year) == "Nov 2025 to Oct 2026"
    assert add_months(date(2026, 1, 1), -1) == date(2025, 12, 1)
    with pytest.raises(ValueError, match="2026-3"):
        parse_month("2026-3")


def test_money_reads_short_and_exact() -> None:
    assert [
        short_usd(Decimal(a))
        for a in ("1240000", "312400", "999499", "999500", "980.4", "-2500", "0")
    ] == ["$1.24M", "$312K", "$999K", "$1.00M", "$980", "−$2.50K", "$0"]
    assert exact_usd(Decimal("-1234.5")) == "−$1,234.50"
    assert short_value(None, "share") == "no value"
    assert change_text(0.031, 0.025, "share") == "+0.60 points"
    assert change_text(None, 0.025, "share") is None


@pytest.mark.parametrize(
    ("now", "before", "unit", "told"),
    [
        (Decimal("1241000"), Decimal("1229000"), "usd", ("$1.24M", "$1.23M", "+$0.01M")),
        (Decimal("-61240"), Decimal("980"), "usd", ("−$61.2K", "$1.0K", "−$62.2K")),
        (Decimal("980.4"), Decimal("-20.1"), "usd", ("$980", "−$20", "+$1,000")),
        (Decimal(0), Decimal("312400"), "usd", ("$0", "$312K", "−$312K")),
        (Decimal(5), Decimal(5), "usd", ("$5", "$5", "$0")),
        (0.152, 0.041, "share", ("15.2 %", "4.1 %", "+11.1 points")),
        (0.0312, 0.0714, "share", ("3.12 %", "7.14 %", "−4.02 points")),
        (12.25, 10.0, "days", ("12.2 days", "10.0 days", "+2.2 days")),
    ],
)
def test_a_change_is_told_in_the_unit_and_digits_of_its_figures(
    now: Value, before: Value, unit: Unit, told: tuple[str, str, str]
) -> None:
    shown = (short_value(now, unit, before), short_value(before, unit, now))
    assert (*shown, change_text(now, before, unit)) == told


def test_a_change_beside_figures_in_full_is_told_in_full() -> None:
    assert exact_change(Decimal("1241.10"), Decimal("1241.20"), "usd") == "−$0.10"
    assert exact_change(0.15, 0.1499, "share") == "+0.0100 points"
    assert exact_change(3, None, "count") is None
