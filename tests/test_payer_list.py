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


REGISTER = "Payer,Payer ID,Letter ID,Letter Date,Overpayment Amount\n"
APPEALS = "Payer,Case #,Appeal Status,Decision Date,Amount at Issue,Overturned Amount,Letter ID\n"


def test_a_name_without_an_id_is_the_payer_its_id_says_elsewhere(tmp_path: Path) -> None:
    contents = {
        "remit.835": file_835(
            Remit("T1", "20250401", [Claim("A", "5000.00")], [("WO:00077", "150.30")])
        ),
        "register.csv": (REGISTER + "Northland HP,NHP01,00077,2025-02-01,150.30\n").encode(),
        "appeals.csv": (APPEALS + "NORTHLAND H.P.,101,Overturned,2025-05-10,150.30,150.30,00077\n").encode(),
    }  # fmt: skip
    load([Path(name) for name in contents], tmp_path, contents=contents)
    engine = engine_of(tmp_path)
    assert rows(engine, "select name from payer") == [{"name": "NORTHLAND HEALTH PLAN"}]
    figures = kpi_table(engine, Filters(), ["payer"]).to_pylist()
    assert [(row["payer"], row["withheld"], row["amount_overturned"]) for row in figures] == [
        ("NORTHLAND HEALTH PLAN", Decimal("150.30"), Decimal("150.30"))
    ]
    (case,) = rows(engine, "select receivable_id, mechanism from appeal_case")
    assert case["receivable_id"] is not None


def test_a_name_that_stands_for_several_payers_is_given_to_none_of_them(tmp_path: Path) -> None:
    contents = {
        "remit.835": file_835(
            Remit("T1", "20250401", [Claim("A", "100.00")]),
            Remit("T2", "20250401", [Claim("B", "100.00")], payer="OTHER HEALTH", payer_id="OH01"),
        ),
        "register.csv": (
            REGISTER + "Blue,NHP01,L1,2025-02-01,10.00\nBlue,OH01,L2,2025-02-01,20.00\n"
        ).encode(),
        "appeals.csv": (APPEALS + "Blue,101,Overturned,2025-05-10,10.00,10.00,L1\n").encode(),
    }
    load([Path(name) for name in contents], tmp_path, contents=contents)
    assert rows(engine_of(tmp_path), "select payer_key from appeal_case") == [{"payer_key": "BLUE"}]
