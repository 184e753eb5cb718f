"""Payer lists: which names are one payer, and what plan it is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.freshness import freshness
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

LIST = "Payer Name,Payer ID,Plan Type,Parent Payer\nNorthland Health Plan,NHP01,medicaid,Northland Group\n"


def test_names_that_stand_for_one_payer_are_one(tmp_path: Path) -> None:
    contents = {
        "remit.835": file_835(Remit("T1", "20250303", [Claim("A", "100.00")])),
        "takebacks.csv": (
            b"Payer,Check Number,Check Date,Check Amount,PLB Code,PLB Amount\n"
            b"Northland Group,T9,2025-03-04,50.00,WO:X1,10.00\n"
            b"Northland Group,T8,2025-03-05,40.00,WO:X2,5.00\n"
        ),
        "payers.csv": LIST.encode(),
    }
    results = load([Path(name) for name in contents], tmp_path, contents=contents)
    assert [result.status for result in results] == ["loaded"] * 3, results
    engine = engine_of(tmp_path)
    assert rows(engine, "select name, plan_type from payer") == [
        {"name": "Northland Group", "plan_type": "Medicaid"}
    ]
    figures = kpi_table(engine, Filters(), ["payer"]).to_pylist()
    assert [(row["payer"], row["payments"], row["withheld"]) for row in figures] == [
        ("Northland Group", Decimal("205.00"), Decimal("15.00"))
    ]
    state = freshness(engine)
    assert (state.plb_only, state.plb_only_payers) == (2, "Northland Group")


@pytest.mark.parametrize("order", [1, -1])
def test_a_list_may_come_before_or_after_the_remittances_and_adds_no_payer(
    tmp_path: Path, order: int
) -> None:
    remit = {"remit.835": file_835(Remit("T1", "20250303", [Claim("A", "100.00")]))}
    listing = {"payers.csv": (LIST + "Nobody Health,NB1,Commercial,\n").encode()}
    for contents in (remit, listing)[::order]:
        load([Path(name) for name in contents], tmp_path, contents=contents)
    engine = engine_of(tmp_path)
    assert rows(engine, "select name, plan_type from payer") == [
        {"name": "Northland Group", "plan_type": "Medicaid"}
    ]
    assert freshness(engine).plb_only == 0
