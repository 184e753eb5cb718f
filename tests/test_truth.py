"""The KPIs against what the simulator knows, for every payer and month, to the cent."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.simulate import main as simulate
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.ingest import load
from loaders.sample import SAMPLE
from tests.warehouses import engine_of, rows

Truth = dict[str, list[dict[str, Any]]]
CELL = ("payer", "month", "plan_type", "specialty", "facility", "cause", "mechanism")
MEASURES = (
    "payments",
    "withheld",
    "recovered",
    "refunded",
    "forgiven",
    "lag_days",
    "lag_count",
    "appeals_full",
    "appeals_partial",
    "appeals_upheld",
)


@pytest.fixture(scope="module", params=["sample", "other seed"])
def known(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DuckDBEngine, Truth]:
    exports = SAMPLE
    if request.param == "sample":
        engine = request.getfixturevalue("sample")
    else:
        exports = tmp_path_factory.mktemp("exports")
        simulate([str(exports), "--months", "26", "--claims", "5000", "--seed", "11"])
        warehouse = tmp_path_factory.mktemp("warehouse")
        load([exports], warehouse)
        engine = engine_of(warehouse)
    return engine, json.loads((exports / "truth.json").read_text())


def test_every_payer_and_month(known: tuple[DuckDBEngine, Truth]) -> None:
    engine, truth = known
    found = {
        (row["payer"], f"{row['month']:%Y-%m}"): {name: row[name] for name in MEASURES}
        for row in kpi_table(engine, Filters(), ("payer", "month")).to_pylist()
    }
    expected = {
        (row["payer"], row["month"]): {name: Decimal(str(row[name])) for name in MEASURES}
        for row in truth["payer_months"]
    }
    nothing = dict.fromkeys(MEASURES, Decimal(0))
    assert {key: row for key, row in found.items() if row != nothing} == {
        key: row for key, row in expected.items() if row != nothing
    }


def test_every_cell_of_the_cube(known: tuple[DuckDBEngine, Truth]) -> None:
    engine, truth = known
    expected: dict[tuple[str, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for cell in truth["cells"]:
        sums = expected[tuple(cell[name] for name in CELL)]
        sums[0] += Decimal(cell["withheld"])
        sums[1] += Decimal(cell["recovered"])
    found = {
        (row["payer"], f"{row['month']:%Y-%m}", *(row[name] for name in CELL[2:])): [
            row["withheld"],
            row["recovered"],
        ]
        for row in kpi_table(engine, Filters(), CELL).to_pylist()
        if row["withheld"] or row["recovered"]
    }
    assert found == {key: sums for key, sums in expected.items() if any(sums)}


def test_every_remittance(known: tuple[DuckDBEngine, Truth]) -> None:
    engine, truth = known
    columns = (
        "payments",
        "identified",
        "adjustments",
        "net_withheld",
        "other",
        "withheld",
        "recovered",
        "bpr02",
    )
    found = rows(
        engine,
        "select payer.name as payer, trace_number, payments, identified, adjustments, net_withheld, other, "
        "withheld, returned + recovered as recovered, payment_amount as bpr02 "
        "from remittance_bridge join payer using (payer_key)",
    )
    assert {
        (row["payer"], row["trace_number"]): [row[name] for name in columns] for row in found
    } == {
        (row["payer"], row["trace"]): [Decimal(row[name]) for name in columns]
        for row in truth["remittances"]
    }


def test_every_lag(known: tuple[DuckDBEngine, Truth]) -> None:
    engine, truth = known
    found = rows(
        engine,
        "select payer.name as payer, patient_control_number as account, first_withdrawal, lag_days "
        "from receivable join payer using (payer_key) where lag_state = 'counted'",
    )
    expected = [
        (row["payer"], row["patient_control_number"], row["first_withdrawal"], row["lag_days"])
        for row in truth["receivables"]
        if row["lag_days"] is not None and row["lag_days"] >= 0
    ]
    assert sorted(
        (r["payer"], r["account"], str(r["first_withdrawal"]), r["lag_days"]) for r in found
    ) == sorted(expected)


def test_open_balances_and_unanswered_letters(known: tuple[DuckDBEngine, Truth]) -> None:
    engine, truth = known
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for row in truth["receivables"]:
        expected[row["payer"]] += Decimal(row["open"])
    found = rows(
        engine,
        "select payer.name as payer, sum(amount) as amount from ("
        "select payer_key, open_balance as amount from receivable "
        "union all select payer_key, amount from open_letter) as still_to_come "
        "join payer using (payer_key) group by payer.name having sum(amount) > 0",
    )
    assert {row["payer"]: row["amount"] for row in found} == {
        payer: amount for payer, amount in expected.items() if amount
    }


def test_loading_in_another_order_or_twice_changes_nothing(
    tmp_path: Path, sample: DuckDBEngine
) -> None:
    files = sorted(path for path in SAMPLE.rglob("*") if path.suffix in (".835", ".csv"))
    load(files[::-1][:90], tmp_path)
    load(files, tmp_path)
    again = load(files[:5], tmp_path)
    assert {result.status for result in again} == {"duplicate"}
    other = engine_of(tmp_path)
    for table in ("remittance_bridge", "receivable", "kpi_cube"):
        query = f"select * from {table} order by all"
        assert rows(other, query) == rows(sample, query)
