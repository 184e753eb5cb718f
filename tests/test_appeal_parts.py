"""Appeals that dispute several claims, and the receivable an appeal is about."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.ingest import load
from loaders.results import FileResult
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

HEADER = "Payer,Case Number,Level,ICN,Amount at Issue,Status,Decision Date,Overturned Amount"


def log(*lines: str) -> bytes:
    """Rows from the case number on, all of one payer."""
    return "\n".join([HEADER, *(f"Northland Health Plan,{line}" for line in lines), ""]).encode()


def sent(folder: Path, *files: bytes) -> list[FileResult]:
    """Loads the files one after the other, as months would bring them."""
    results = []
    for number, data in enumerate(files):
        name = Path(f"{number}.835" if data.startswith(b"ISA") else f"{number}.csv")
        results += load([name], folder, contents={str(name): data})
    assert {result.status for result in results} == {"loaded"}
    return results


def decided(folder: Path) -> tuple[int, int, int, str, str]:
    """Cases won in full, in part and lost, USD at issue and overturned."""
    (row,) = kpi_table(engine_of(folder), Filters()).to_pylist()
    won = (row["appeals_full"], row["appeals_partial"], row["appeals_upheld"])
    return (*won, str(row["amount_at_issue"]), str(row["amount_overturned"]))


WON = "CASE1,1,ICN10001,500.00,overturned,2025-06-01,500.00"
LOST = "CASE1,1,ICN20002,300.00,upheld,2025-06-03,0"
WON_TOO = "CASE1,1,ICN20002,300.00,overturned,2025-06-03,300.00"
PENDING = "CASE1,1,ICN20002,300.00,pending,,"
WITHDRAWN = "CASE1,1,ICN20002,300.00,withdrawn,,"
NO_CLAIM = "CASE1,1,,800.00,upheld,2025-07-01,0"
WON_HIGHER = "CASE1,2,ICN20002,300.00,overturned,2025-09-01,300.00"
LOST_HIGHER = "CASE1,2,,800.00,upheld,2025-09-01,0"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([[WON, LOST, "CASE2,1,ICN30003,100.00,pending,,"]], (0, 1, 0, "800.00", "500.00")),
        ([[LOST, WON]], (0, 1, 0, "800.00", "500.00")),
        ([[WON, WON_TOO]], (1, 0, 0, "800.00", "800.00")),
        ([[WON, PENDING]], (0, 0, 0, "0.00", "0.00")),
        ([[WON, WITHDRAWN]], (1, 0, 0, "500.00", "500.00")),
        ([[WON, PENDING], [LOST]], (0, 1, 0, "800.00", "500.00")),
        ([[WON, PENDING], [WON, LOST]], (0, 1, 0, "800.00", "500.00")),
        ([[WON, LOST], [WON, WON_TOO]], (1, 0, 0, "800.00", "800.00")),
        ([[WON, LOST], [NO_CLAIM]], (0, 0, 1, "800.00", "0.00")),
        ([[NO_CLAIM], [WON, LOST]], (0, 1, 0, "800.00", "500.00")),
        ([[WON, LOST, WON_HIGHER]], (1, 0, 0, "800.00", "800.00")),
        ([[WON, LOST, LOST_HIGHER]], (0, 0, 1, "800.00", "0.00")),
    ],
    ids=[
        "won and lost",
        "in any order",
        "won both",
        "one undecided",
        "one withdrawn",
        "decided later, new rows only",
        "decided later, sent whole",
        "corrected",
        "then as a whole",
        "first as a whole",
        "the lost one won a level higher",
        "a level higher as a whole",
    ],
)
def test_a_case_counts_once_with_the_dollars_of_all_its_claims(
    tmp_path: Path, files: list[list[str]], found: tuple[int, int, int, str, str]
) -> None:
    sent(tmp_path, *(log(*lines) for lines in files))
    assert decided(tmp_path) == found


def test_a_row_that_another_of_its_file_replaces_is_named(tmp_path: Path) -> None:
    (result,) = sent(tmp_path, log(PENDING, WON, LOST))
    assert [(p.severity, p.location) for p in result.problems] == [("warning", "rows 2, 4")]
    assert decided(tmp_path) == (0, 1, 0, "800.00", "500.00")


TWO_OF_ONE_ACCOUNT = file_835(
    Remit(
        "T1",
        "20250610",
        [
            Claim("111", "5000"),
            Claim("777888", "-600", status="22", icn="ICN10001"),
            Claim("777888", "450", icn="ICN10001"),
            Claim("777888", "-800", status="22", icn="ICN20002"),
            Claim("777888", "500", icn="ICN20002"),
        ],
    )
)
REGISTER = (
    b"Payer,Letter ID,ICN,Letter Date,Overpayment Amount,Root Cause\n"
    b"Northland Health Plan,LTR1,ICN10001,2025-05-01,150.00,Upcoding\n"
    b"Northland Health Plan,LTR2,ICN20002,2025-05-02,300.00,Medical necessity\n"
)
NAMED = "Payer,Case Number,Letter Number,Patient Account,ICN,Amount at Issue,Status,Decision Date,Overturned Amount\n"


@pytest.mark.parametrize(
    ("letter", "account", "icn", "at_issue", "withheld"),
    [
        ("LTR2", "777888", "", "300.00", "300.00"),
        ("LTR1", "777888", "", "150.00", "150.00"),
        ("LTR2", "777888", "", "120.00", "300.00"),
        ("LTR1", "777888", "ICN20002", "", "300.00"),
        ("", "777888", "", "300.00", "300.00"),
        ("", "777888", "", "150.00", "150.00"),
        ("", "777888", "", "120.00", None),
        ("LTR9", "777888", "", "", None),
    ],
    ids=[
        "letter",
        "the other letter",
        "letter alone",
        "claim first",
        "amount",
        "other amount",
        "tie",
        "unknown letter",
    ],
)
def test_an_account_of_several_items_says_nothing_unless_something_else_agrees(
    tmp_path: Path, letter: str, account: str, icn: str, at_issue: str, withheld: str | None
) -> None:
    line = (
        f"Northland Health Plan,CASE9,{letter},{account},{icn},{at_issue},overturned,2025-08-01,\n"
    )
    sent(tmp_path, TWO_OF_ONE_ACCOUNT, REGISTER, (NAMED + line).encode())
    (case,) = rows(
        engine_of(tmp_path),
        "select receivable.withheld from appeal_case left join receivable using (receivable_id)",
    )
    assert case["withheld"] == (Decimal(withheld) if withheld else None)


def test_an_account_of_one_item_names_it(tmp_path: Path) -> None:
    line = "Northland Health Plan,CASE9,,111,,20.00,overturned,2025-08-01,20.00\n"
    taken = Remit("T1", "20250610", [Claim("A", "500"), Claim("111", "-100", "22"), Claim("111", "60")])  # fmt: skip
    sent(tmp_path, file_835(taken), (NAMED + line).encode())
    (case,) = rows(engine_of(tmp_path), "select receivable_id from appeal_case")
    assert case["receivable_id"] is not None
