"""An appeal of a letter about several overpayments: no dollar of it is counted twice, and none is lost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kpis.appeal_lists import deadlines, won_unpaid
from kpis.appeals import appeal_funnel
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.test_same_claim import told
from tests.warehouses import engine_of

PAYER = "NORTHLAND HEALTH PLAN"
CLAIMS = {"A1": "100", "B2": "250", "C3": "75"}
REGISTER = "payer,letter number,payer claim number,notice date,amount\n" + "".join(
    f"{PAYER},LTR9,{name},2025-01-02,{amount}.00\n" for name, amount in CLAIMS.items()
)
LOG = "Payer,Case Number,Level,Letter Number,ICN,Filed Date,Amount at Issue,Status,Decision Date,Overturned Amount\n"
WHOLE = f"{PAYER},CASE1,1,LTR9,,2025-03-01,425.00,overturned,2025-04-01,425.00\n"
REVERSED = [Claim(name, f"-{amount}", "22") for name, amount in CLAIMS.items()]


def after(folder: Path, log: str, *given_back: str) -> DuckDBEngine:
    """Three claims of one letter taken, an appeal log, and what is given back of them in May."""
    plb = [(f"WO:{name}", f"-{CLAIMS[name]}") for name in given_back]
    remits = [
        Remit("T1", "20250203", [Claim("OTHER", "1000"), *REVERSED], (), PAYER),
        Remit("T2", "20250505", [Claim("OTHER2", "1000")], plb, PAYER),
    ]
    (folder / "remits.835").write_bytes(file_835(*remits))
    (folder / "offsets.csv").write_text(REGISTER)
    (folder / "appeals.csv").write_text(LOG + log)
    found = [folder / name for name in ("remits.835", "offsets.csv", "appeals.csv")]
    assert {result.status for result in load(found, folder / "warehouse")} == {"loaded"}
    return engine_of(folder / "warehouse")


def unpaid(engine: DuckDBEngine) -> list[object]:
    return [row["unpaid"] for row in won_unpaid(engine, Filters()).to_pylist()]


def stages(engine: DuckDBEngine) -> list[tuple[str, int, Decimal]]:
    return [(each.name, each.count, each.amount) for each in appeal_funnel(engine, Filters())]


def test_a_letter_won_and_paid_on_every_item_is_paid(tmp_path: Path) -> None:
    engine = after(tmp_path, WHOLE, *CLAIMS)
    assert unpaid(engine) == []
    assert stages(engine) == [
        (name, 3, Decimal(425)) for name in ("Withdrawn", "Appealed", "Decided", "Won", "Paid")
    ]


def test_what_of_a_letter_won_has_not_come_back_is_unpaid_once(tmp_path: Path) -> None:
    engine = after(tmp_path, WHOLE, "A1", "C3")
    assert unpaid(engine) == [Decimal(250)]
    assert stages(engine)[-2:] == [("Won", 3, Decimal(425)), ("Paid", 2, Decimal(175))]


def test_no_item_of_an_appealed_letter_waits_for_an_appeal(tmp_path: Path) -> None:
    engine = after(tmp_path, WHOLE)
    assert told(engine, "select count(*) from withdrawal_check where is_appealed") == ["3"]
    assert deadlines(engine, Filters(), "expired").num_rows == 0
    assert told(engine, "select count(*), count(distinct counted_with) from appealed_item") == [
        "3 1"
    ]


@pytest.mark.parametrize(
    "row",
    [
        f"{PAYER},CASE1,1,LTR9,,2025-03-01,250.00,overturned,2025-04-01,250.00\n",
        f"{PAYER},CASE1,1,LTR9,B2,2025-03-01,200.00,overturned,2025-04-01,200.00\n",
    ],
)
def test_an_amount_or_a_number_of_one_item_of_the_letter_means_that_item(
    tmp_path: Path, row: str
) -> None:
    engine = after(tmp_path, row)
    sql = (
        "select payer_claim_control_number from appealed_item join receivable using (receivable_id)"
    )
    assert told(engine, sql) == ["B2"]


def test_a_case_of_several_claims_is_paid_by_what_came_back_of_each(tmp_path: Path) -> None:
    rows = "".join(
        f"{PAYER},CASE1,1,,{name},2025-03-01,{usd},overturned,2025-04-01,{usd}\n"
        for name, usd in CLAIMS.items()
    )
    other = f"{PAYER},CASE2,1,,B2,2025-03-01,250.00,upheld,2025-04-01,0\n"
    engine = after(tmp_path, rows + other, "A1", "C3")
    assert unpaid(engine) == [Decimal(250)]
