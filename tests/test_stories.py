"""The worked examples E1 to E14, loaded as 835 files: every remittance and receivable to the cent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.ingest import load
from tests.stories import BRIDGE, ITEM, STORIES, Story
from tests.warehouses import engine_of, rows

FIXTURES = Path(__file__).parent / "fixtures"
SOME = 4


@pytest.fixture(scope="module", params=STORIES, ids=[story.file for story in STORIES])
def story(request: pytest.FixtureRequest) -> Story:
    found: Story = request.param
    return found


@pytest.fixture(scope="module")
def engine(story: Story, tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    folder = tmp_path_factory.mktemp("story")
    results = load([FIXTURES / f"{story.file}.835"], folder)
    assert [result.status for result in results] == ["loaded"]
    assert not [p for result in results for p in result.problems]
    return engine_of(folder)


def test_every_remittance_comes_to_the_cent(story: Story, engine: DuckDBEngine) -> None:
    found = rows(
        engine,
        "select trace_number, payments, identified, adjustments, net_withheld, other, withheld, "
        "returned + recovered as recovered_in_all, payment_amount from remittance_bridge",
    )
    assert {
        row["trace_number"]: tuple(row[name] for name in BRIDGE) for row in found
    } == story.expected_bridge()


def test_every_remittance_ties_to_the_deposit(engine: DuckDBEngine) -> None:
    found = rows(
        engine,
        "select payments - net_withheld - other as bridge, payment_amount from remittance_bridge",
    )
    assert all(row["bridge"] == row["payment_amount"] for row in found)


def test_every_receivable_comes_to_the_cent(story: Story, engine: DuckDBEngine) -> None:
    found = rows(engine, f"select {', '.join(ITEM)} from receivable")
    assert sorted(tuple(row[name] for name in ITEM) for row in found) == story.expected_items()


def test_lag_runs_from_the_put_off_to_the_first_withdrawal(
    story: Story, engine: DuckDBEngine
) -> None:
    found = rows(engine, "select lag_days, lag_state from receivable order by established")
    counted = tuple(row["lag_days"] if row["lag_state"] == "counted" else None for row in found)
    assert counted == story.lags


def test_the_cube_adds_up_to_the_bridge(story: Story, engine: DuckDBEngine) -> None:
    total = kpi_table(engine, Filters()).to_pylist()[0]
    bridge = story.expected_bridge().values()
    for name in ("payments", "withheld"):
        assert total[name] == sum((row[BRIDGE.index(name)] for row in bridge), Decimal(0))
    assert total["recovered"] == sum(
        (row[BRIDGE.index("recovered_in_all")] for row in bridge), Decimal(0)
    )


def test_a_refund_beyond_its_debt_is_neither_withheld_nor_recovered(tmp_path: Path) -> None:
    load([FIXTURES / "E10_refund_too_much.835"], tmp_path)
    found = rows(
        engine_of(tmp_path), "select excess_refund, withheld, returned from remittance_bridge"
    )
    assert found == [{"excess_refund": Decimal("30.00"), "withheld": 0, "returned": 0}]


def test_all_stories_together_come_to_the_same_in_any_order(tmp_path: Path) -> None:
    files = sorted(FIXTURES.glob("E*.835"))
    forwards, backwards = tmp_path / "forwards", tmp_path / "backwards"
    load(files, forwards)
    for end in range(len(files), 0, -SOME):
        load(files[max(end - SOME, 0) : end], backwards)
    everything = "select * exclude (load_id) from remittance_bridge order by remittance_id".replace(
        " exclude (load_id)", ""
    )
    assert rows(engine_of(forwards), everything) == rows(engine_of(backwards), everything)
    items = "select * from receivable order by receivable_id"
    assert rows(engine_of(forwards), items) == rows(engine_of(backwards), items)
