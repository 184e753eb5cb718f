"""The offset register against the remittances: rows never seen, and withdrawals no row announces."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

REGISTER = (
    "Payer,Letter Number,ICN,Notice Date,Overpayment Amount\n"
    "Northland Health Plan,L1,,2025-03-03,500\n"  # taken by its letter number
    "Northland Health Plan,L2,B,2025-03-03,300\n"  # put off with its reversal, never taken
    "Northland Health Plan,L3,,2025-03-03,700\n"  # nothing ever came
    "Nobody Insurance,L4,,2025-03-03,10\n"  # a payer that never paid
)
REMITTANCES = (
    Remit(
        "T1",
        "20250310",
        [
            Claim("B", "-600", status="22"),
            Claim("B", "300", adjustments=[("CO", "50", "300")]),
            Claim("K", "500"),
        ],
        [("WO:B", "-300")],
    ),
    Remit("T2", "20250403", [Claim("C", "900")], [("WO:L1", "500"), ("WO:UNKNOWN", "40")]),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """Remittances and register, the register sent twice."""
    folder = tmp_path_factory.mktemp("register")
    again = REGISTER.replace("\n", "\r\n")
    contents = {
        "r.835": file_835(*REMITTANCES),
        "offsets.csv": REGISTER.encode(),
        "again.csv": again.encode(),
    }
    load([Path(name) for name in contents], folder, contents=contents)
    return engine_of(folder)


def test_every_row_of_the_register_is_seen_or_never_seen(engine: DuckDBEngine) -> None:
    found = rows(
        engine,
        "select letter_number, state, receivable_id is not null as opens from register_check "
        "join current_notice using (notice_id) order by letter_number",
    )
    assert [(row["letter_number"], row["state"], row["opens"]) for row in found] == [
        ("L1", "seen on a remittance", True),
        ("L2", "seen on a remittance", True),
        ("L3", "never seen on a remittance", True),
        ("L4", "never seen on a remittance", True),
    ]


def test_a_withdrawal_no_row_announces_is_untracked(engine: DuckDBEngine) -> None:
    found = rows(
        engine,
        "select untracked_withdrawal.withheld, receivable.reference from untracked_withdrawal "
        "join receivable using (receivable_id)",
    )
    assert [(str(row["withheld"]), row["reference"]) for row in found] == [("40.00", "UNKNOWN")]


def test_every_withdrawal_of_the_sample_is_tracked_or_untracked(sample: DuckDBEngine) -> None:
    (row,) = rows(
        sample,
        """
        select
            (select count(*) from receivable where first_withdrawal is not null and withheld > 0) as withdrawn
          , (select count(*) from untracked_withdrawal) as untracked
          , (
                select count(distinct register_check.receivable_id)
                from register_check
                join receivable on receivable.receivable_id = register_check.receivable_id
                where register_check.state = 'seen on a remittance'
                  and receivable.first_withdrawal is not null and receivable.withheld > 0
            ) as tracked
          , (select count(*) from register_check) as checked
          , (select count(*) from current_notice) as register_rows
        """,
    )
    assert row["tracked"] + row["untracked"] == row["withdrawn"]
    assert row["checked"] == row["register_rows"]
