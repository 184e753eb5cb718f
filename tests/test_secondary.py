"""Secondary figures: each worked out by hand on a small warehouse, and tied to the pages on the sample."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from data.ledger.build import build_ledger
from data.rules import RuleBook, rules_in, write_rules
from data.warehouse import new_snapshot
from kpis.__main__ import main as kpis
from kpis.cards import cards
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.offset_list import OffsetListView, offset_totals
from kpis.overview import open_exposure
from kpis.payers import concentration, lag_distribution, payer_standings
from kpis.printed_lists import SECONDARY_COLUMNS
from kpis.secondary import SECONDARY, SECONDARY_BY_NAME, Figure, secondary_figures
from kpis.secondary_catalog import OF_CATALOG
from kpis.secondary_facts import FACTS
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

Expected = tuple[object, int, str | None]

LETTERS = (
    "Payer,Letter Number,Notice Date,Overpayment Amount,Patient Account\n"
    "Northland Health Plan,L1,2025-02-01,150,B\n"
    "Northland Health Plan,L2,2025-04-01,70,NEVER\n"
)
APPEALS = (
    "Payer,Case Number,Appeal Level,Appeal Status,Date Filed,Decision Date,Amount at Issue,Overturned Amount,"
    "Patient Account\n"
    "Northland Health Plan,C1,1,Partially overturned,2025-03-13,2025-03-23,150,100,B\n"
)


def less(account: str, before: str, after: str, reason: str) -> list[Claim]:
    """A claim reversed and paid again for less, for one reason."""
    difference = f"{Decimal(before) - Decimal(after):.2f}"
    return [
        Claim(account, f"-{before}", status="22"),
        Claim(account, after, adjustments=[("CO", reason, difference)]),
    ]


REMITTANCES = (
    Remit("N0", "20250102", [Claim("B", "600.00", icn="B0"), Claim("C", "400.00")]),
    # 150.00 taken at once under letter L1 of 28 days before.
    Remit("N1", "20250301", [Claim("A", "1000.00"), *less("B", "600.00", "450.00", "50")]),
    # 40.00 come back of it, 13 days after the decision.
    Remit("N2", "20250405", [Claim("E", "500.00")], [("WO:B", "-40.00")]),
    # 60.00 taken for the same cause 45 days later, no notice on file; 30.00 for nothing known.
    Remit(
        "N3",
        "20250415",
        [Claim("F", "800.00"), *less("G", "300.00", "240.00", "50")],
        [("WO:UNHEARD", "30.00")],
    ),
    # Another payer: 90.00 because the contractual write-off grew, and 25.00 put off.
    Remit(
        "M1",
        "20250420",
        [
            Claim("H", "700.00"),
            *less("I", "200.00", "110.00", "45"),
            *less("J", "50.00", "25.00", "16"),
        ],
        [("WO:J", "-25.00")],
        payer="MERIDIAN MUTUAL",
        payer_id="MM01",
    ),
    Remit("BAD", "20250421", [Claim("Z", "10.00")], payment="10.50"),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """REMITTANCES, LETTERS and APPEALS; loaded ten days after the last payment, a month after a first file."""
    folder = tmp_path_factory.mktemp("secondary")
    contents = {
        "remits.835": file_835(*REMITTANCES),
        "letters.csv": LETTERS.encode(),
        "appeals.csv": APPEALS.encode(),
    }
    results = load([Path(name) for name in contents], folder, contents=contents)
    assert [result.status for result in results] == ["loaded"] * 3
    with new_snapshot(folder) as connection:
        connection.execute("update load set loaded_at = timestamp '2025-04-30' where kind = '835'")
        connection.execute("update load set loaded_at = timestamp '2025-03-01' where kind <> '835'")
        judge(connection)
    return folder


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Builds the ledger with two rules for everybody: 60 days to appeal, 30 days' notice."""
    write_rules(connection, RuleBook(()))
    for kind, days in (("appeal", 60), ("earliest withdrawal", 30)):
        connection.execute(
            "insert into rule (rule_id, kind, level, days, basis, receipt_days, confidence, source) "
            "values (?, ?, ?, ?, 'calendar', 0, 'verified', 'yours')",
            [f"own-{kind}", kind, 1 if kind == "appeal" else None, days],
        )
    build_ledger(connection, rules=rules_in(connection))


def by_name(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.kpi.name: figure for figure in figures}


SMALL: dict[str, Expected] = {
    "recoupment_lag_median_days": (28.0, 1, "150.00"),
    "recoupment_lag_p90_days": (28.0, 1, "150.00"),
    "recoupment_lag_weighted_days": (28.0, 1, "150.00"),
    "known_notice_share": (0.25, 1, "150.00"),
    "identified_rate": (355 / 4000, 5, "355.00"),
    "open_receivables": (Decimal("25.00"), 1, "25.00"),
    "forward_balance": (Decimal("0.00"), 0, "0.00"),
    "suspense_amount": (Decimal("30.00"), 1, "30.00"),
    "suspense_age_days": (5.0, 1, "30.00"),
    "no_notice_amount": (Decimal("180.00"), 3, "180.00"),
    "early_amount": (Decimal("150.00"), 1, "150.00"),
    "notice_age_days": (30.0, 1, "150.00"),
    "past_look_back_amount": (Decimal("0.00"), 0, "0.00"),
    "top_payer_share": (240 / 330, 2, "240.00"),
    "payer_concentration": (6033, 2, "330.00"),
    "cross_entity_amount": (Decimal("0.00"), 0, "0.00"),
    "cross_plan_amount": (Decimal("0.00"), 0, "0.00"),
    "repeated_cause_share": (0.5, 1, "60.00"),
    "refund_share": (0.0, 0, "0.00"),
    "hidden_takebacks": (Decimal("90.00"), 1, "90.00"),
    "untracked_amount": (Decimal("180.00"), 3, "180.00"),
    "unseen_register_amount": (Decimal("70.00"), 1, "70.00"),
    "appeal_window_at_risk": (Decimal("0.00"), 0, "0.00"),
    "appeal_window_expired": (Decimal("0.00"), 0, "0.00"),
    "appeal_rate": (0.25, 1, "150.00"),
    "notice_to_appeal_days": (40.0, 1, "150.00"),
    "appeal_to_decision_days": (10.0, 1, "150.00"),
    "decision_to_cash_days": (13.0, 1, "100.00"),
    "won_unpaid": (Decimal("60.00"), 1, "60.00"),
    "recovery_rate_cash": (40 / 330, 1, "40.00"),
    "appeal_success_rate_strict": (0.0, 1, "150.00"),
    "appeal_dollars_rate": (100 / 150, 1, "100.00"),
    "offset_volume_rate_by_count": (3 / 5, 3, "330.00"),
    "posting_delay_days": ((118 + 60 + 25 + 15 + 10) / 5, 5, None),
    "unbalanced_share": (1 / 6, 1, "0.50"),
}


@pytest.mark.parametrize("name", [kpi.name for kpi in SECONDARY])
def test_each_figure_is_what_the_small_warehouse_comes_to(small: Path, name: str) -> None:
    kpi = SECONDARY_BY_NAME[name]
    (figure,) = secondary_figures(engine_of(small), Filters(), kpis=(kpi,))
    value, count, amount = SMALL[name]
    assert figure.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert (figure.count, figure.amount) == (count, None if amount is None else Decimal(amount))


def test_deadlines_depend_on_the_day_asked_for(small: Path) -> None:
    kpis_asked = [SECONDARY_BY_NAME[f"appeal_window_{name}"] for name in ("at_risk", "expired")]
    found = [
        [
            (figure.value, figure.count)
            for figure in secondary_figures(
                engine_of(small), Filters(), (), as_of, days, kpis_asked
            )
        ]
        for as_of, days in (
            (date(2025, 6, 1), 30),
            (date(2025, 6, 14), 0),
            (date(2025, 6, 15), 30),
            (date(2025, 7, 1), 30),
        )
    ]
    nothing = (Decimal("0.00"), 0)
    assert found == [
        [(Decimal("180.00"), 3), nothing],
        [(Decimal("90.00"), 2), nothing],
        [(Decimal("90.00"), 1), (Decimal("90.00"), 2)],
        [nothing, (Decimal("180.00"), 3)],
    ]


def test_by_payer_and_month_every_sum_adds_up_to_the_whole(sample: DuckDBEngine) -> None:
    sums = [kpi for kpi in SECONDARY if kpi.unit == "usd"]
    whole = by_name(secondary_figures(sample, Filters(), kpis=sums))
    for by in (("payer",), ("month",), ("payer", "month")):
        parts: dict[str, Decimal] = {}
        for figure in secondary_figures(sample, Filters(), by, kpis=sums):
            assert isinstance(figure.value, Decimal)
            parts[figure.kpi.name] = parts.get(figure.kpi.name, Decimal(0)) + figure.value
        assert {name: parts.get(name, Decimal(0)) for name in whole} == {
            name: figure.value for name, figure in whole.items()
        }


def test_figures_are_those_of_the_pages(sample: DuckDBEngine) -> None:
    filters = Filters(date(2025, 6, 1), date(2026, 6, 1))
    found = by_name(secondary_figures(sample, filters))
    standings = payer_standings(sample, filters)
    concentrated = concentration(standings)
    assert concentrated is not None
    assert found["payer_concentration"].value == concentrated.hhi
    assert found["top_payer_share"].value == pytest.approx(concentrated.top_share)
    unannounced = offset_totals(sample, OffsetListView(filters, state="No notice"))
    assert found["no_notice_amount"].value == unannounced.withheld
    assert found["no_notice_amount"].count == unannounced.offsets
    assert lag_distribution(sample, filters).withdrawn >= found["appeal_rate"].count
    exposed = sum(row.put_off + row.forwarded for row in open_exposure(sample, filters))
    assert found["open_receivables"].value == exposed
    (row,) = kpi_table(sample, filters).to_pylist()
    assert found["identified_rate"].amount == row["established"]
    assert found["refund_share"].amount == row["refunded"]


def test_the_lag_by_dollars_weighs_what_the_first_withdrawal_took(tmp_path: Path) -> None:
    """100.00 after 10 days, of which 40.00 were taken at first; 360.00 after 50 days."""
    letters = (
        "Payer,Letter Number,Notice Date,Overpayment Amount\n"
        "Northland Health Plan,SOON,2025-03-01,100\n"
        "Northland Health Plan,LATE,2025-03-01,360\n"
    )
    remits = file_835(
        Remit("T1", "20250311", [Claim("A", "900")], [("WO:SOON", "40.00")]),
        Remit("T2", "20250420", [Claim("B", "900")], [("WO:SOON", "60.00"), ("WO:LATE", "360.00")]),
    )
    contents = {"r.835": remits, "offsets.csv": letters.encode()}
    load([Path(name) for name in contents], tmp_path, contents=contents)
    weighted = (SECONDARY_BY_NAME["recoupment_lag_weighted_days"],)
    (figure,) = secondary_figures(engine_of(tmp_path), Filters(), kpis=weighted)
    assert figure.value == pytest.approx((10 * 40 + 50 * 360) / 400)
    assert (figure.count, figure.amount) == (2, Decimal("400.00"))
    (card,) = [
        one
        for one in cards(engine_of(tmp_path), Filters())
        if one.count == 2 and one.kpi.unit == "days"
    ]
    assert card.value == 30.0
    assert card.rests_on == "2 withdrawals with a lag · $400.00 withheld at first"


@pytest.mark.parametrize("by", [(), ("payer", "month")])
def test_what_the_catalog_defines_is_the_catalog_s_value(
    sample: DuckDBEngine, by: tuple[str, ...]
) -> None:
    for kpi in OF_CATALOG:
        told = {
            (figure.payer, figure.month): figure.value
            for figure in secondary_figures(sample, Filters(), by, kpis=(kpi,))
        }
        cells = {
            (row.get("payer"), row.get("month")): row[kpi.name]
            for row in kpi_table(sample, Filters(), by).to_pylist()
        }
        found = {cell: value for cell, value in told.items() if value is not None}
        assert found == pytest.approx({c: v for c, v in cells.items() if v is not None})
        assert found


def test_causes_are_measured_against_all_payments(sample: DuckDBEngine) -> None:
    rate = [SECONDARY_BY_NAME["identified_rate"]]
    (one,) = secondary_figures(sample, Filters(causes=("Upcoding",)), kpis=rate)
    (cell,) = kpi_table(sample, Filters(causes=("Upcoding",))).to_pylist()
    assert one.amount == cell["established"]
    assert one.value == pytest.approx(float(cell["established"] / cell["payments"]))


def test_one_payer_by_itself_has_no_concentration(sample: DuckDBEngine) -> None:
    share = [SECONDARY_BY_NAME["top_payer_share"]]
    figures = secondary_figures(sample, Filters(), ("payer",), kpis=share)
    assert {figure.value for figure in figures} == {None}


def test_nothing_loaded_has_no_figures(tmp_path: Path) -> None:
    off = file_835(Remit("BAD", "20250301", [Claim("Z", "10.00")], payment="10.01"))
    load([Path("off.835")], tmp_path, contents={"off.835": off})
    found = by_name(secondary_figures(engine_of(tmp_path), Filters()))
    assert found["identified_rate"].value is None
    assert found["suspense_amount"].value == Decimal("0.00")
    assert found["unbalanced_share"].value == 1.0


def test_the_command_prints_them(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--warehouse", str(small), "--secondary", "--by", "payer"]
    assert kpis([*asked, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert list(rows[0]) == ["payer", *SECONDARY_COLUMNS]
    assert [
        (row["payer"], row["value"], row["count"])
        for row in rows
        if row["kpi"] == "open_receivables"
    ] == [("MERIDIAN MUTUAL", "25.00", 1), ("NORTHLAND HEALTH PLAN", "0.00", 0)]
    assert kpis([*asked, "--format", "csv", "--payer", "Meridian Mutual"]) == 0
    printed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["payer"] for row in printed} <= {"MERIDIAN MUTUAL", ""}
    assert kpis([*asked[:-2], "--as-of", "2025-06-14", "--within", "0"]) == 0
    assert "Appeal window closing" in capsys.readouterr().out
    assert kpis([*asked[:-1], "cause"]) == 2
    assert "'cause' is no dimension here" in capsys.readouterr().err


def test_every_figure_says_what_it_means_and_is_made_of_known_rows() -> None:
    assert len(SECONDARY_BY_NAME) == len(SECONDARY)
    assert {kpi.facts for kpi in SECONDARY} == set(FACTS)
    for kpi in SECONDARY:
        assert kpi.definition.endswith(".")
        assert kpi.edge_cases.endswith(".")
