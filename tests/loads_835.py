"""Loads damaged 835 files beside a good one and checks that nothing reaches a figure but what balances."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from data.warehouse import current_snapshot
from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.ingest import load
from loaders.x12.remittance_835 import read_835
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

GOOD = file_835(
    Remit(
        "GOOD1",
        "20250303",
        [
            Claim("A", "1000.00"),
            Claim("B", "-600.00", status="22"),
            Claim("B", "450.00", adjustments=[("CO", "97", "150.00")]),
        ],
        [("WO:B9", "75.25")],
    )
)


def check_load(texts: Sequence[bytes]) -> None:
    """Load a good file, then the others in one load.

    What is posted is what balances in the readings of the files alone; a refused file brings nothing; and
    where nothing balances no figure changes.
    """
    with tempfile.TemporaryDirectory(prefix="takeback-damaged-") as folder:
        warehouse = Path(folder)
        load([Path("good.835")], warehouse, contents={"good.835": GOOD})
        before = kpi_table(engine_of(warehouse), Filters())
        contents = {f"{number:04d}.835": text for number, text in enumerate(texts)}
        results = load([Path(n) for n in contents], warehouse, contents=contents, kind="835")
        readings = {name: read_835(text) for name, text in contents.items()}
        expected = balanced_in([GOOD, *contents.values()])
        posted = rows(engine_of(warehouse), "select remittance_id from posted_remittance")
        assert {row["remittance_id"] for row in posted} == expected
        bridged = rows(engine_of(warehouse), "select remittance_id from remittance_bridge")
        assert {row["remittance_id"] for row in bridged} <= expected
        for result in results:
            if result.status == "rejected":
                assert result.remittances == 0
                assert result.problems[0].remedy
            else:
                assert not readings[result.path].refused, result.path
        brought = rows(
            engine_of(warehouse), "select distinct file from remittance join load using (load_id)"
        )
        refused = {name for name, reading in readings.items() if reading.refused}
        assert not refused & {row["file"] for row in brought}
        if len(expected) == 1:
            assert kpi_table(engine_of(warehouse), Filters()).equals(before)
        assert current_snapshot(warehouse) is not None


def balanced_in(texts: Sequence[bytes]) -> set[int]:
    """Remittances of which some file has a print that balances."""
    found: set[int] = set()
    for text in texts:
        remittance = read_835(text).remittance
        ids = remittance.column("remittance_id").to_numpy().tolist()
        states = remittance.column("balance_state").to_pylist()
        found |= {i for i, state in zip(ids, states, strict=True) if state == "balanced"}
    return found
