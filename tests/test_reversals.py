"""The reversal log: every reversal once, whatever else is about its claim."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.reversals import ReversalTotals, reversal_rows, reversal_totals
from loaders.ingest import load
from tests.make_835 import Claim, file_835
from tests.test_ledger_cases import PAID, remit, reversal
from tests.warehouses import engine_of, rows

# More is taken under the claim's number than its reversal left: that is an item of its own, about the same claim.
TWICE = (
    remit("TWICE", "20250106", [*PAID, *reversal("A1", "600", "450")], ("WO:A1", "-150")),
    remit("TWICE", "20250206", PAID, ("WO:A1", "200")),
    remit("TWICE", "20250306", [*PAID, Claim("B2", "-80", "22")]),
)


@pytest.fixture
def twice(tmp_path: Path) -> DuckDBEngine:
    (tmp_path / "twice.835").write_bytes(file_835(*TWICE))
    load([tmp_path / "twice.835"], tmp_path / "warehouse")
    return engine_of(tmp_path / "warehouse")


def test_a_reversal_stands_once_with_its_own_item(twice: DuckDBEngine) -> None:
    assert reversal_totals(twice, Filters()) == ReversalTotals(
        2, Decimal("230.00"), Decimal("0.00"), 1, Decimal("80.00")
    )
    own = "select receivable_id from receivable where origin = 'claim reversal' order by established_on desc"
    listed = reversal_rows(twice, Filters()).column("receivable_id").to_pylist()
    assert listed == [row["receivable_id"] for row in rows(twice, own)]


def test_the_log_of_the_sample_adds_up_to_its_reversals(sample: DuckDBEngine) -> None:
    (all_of_them,) = rows(
        sample,
        "select count(*) as reversals, sum(greatest(-delta, 0)) as taken_back from takeback",
    )
    totals = reversal_totals(sample, Filters())
    assert all_of_them == {"reversals": totals.reversals, "taken_back": totals.taken_back}
