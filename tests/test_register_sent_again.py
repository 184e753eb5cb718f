"""An offset register sent again, whole, in part or corrected: which of its rows are in force."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from loaders.ingest import load
from loaders.results import FileResult
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

HEADER = (
    "Payer,Letter ID,Reference,ICN,Account,Letter Date,Offset Date,Overpayment Amount,Root Cause"
)


def register(*lines: str) -> bytes:
    """Rows from the letter number on, all of one payer."""
    return "\n".join([HEADER, *(f"Northland Health Plan,{line}" for line in lines), ""]).encode()


def sent(folder: Path, *files: bytes) -> list[FileResult]:
    """Loads the files one after the other, as months would bring them."""
    results = []
    for number, data in enumerate(files):
        name = Path(f"{number}.835" if data.startswith(b"ISA") else f"{number}.csv")
        results += load([name], folder, contents={str(name): data})
    assert {result.status for result in results} == {"loaded"}
    return results


def in_force(folder: Path) -> list[str]:
    """Offset date and amount of the rows in force."""
    found = rows(
        engine_of(folder),
        "select coalesce(strftime(withdrawal_date, '%m-%d'), '') || ' ' || amount as told "
        "from current_notice order by told",
    )
    return [row["told"] for row in found]


INSTALMENTS = (
    ",REF500100,,,,2025-05-01,100,",
    ",REF500100,,,,2025-06-01,100,",
    ",REF500100,,,,2025-07-01,100,",
    ",,,,,2025-05-01,75,",
    ",,,,,2025-06-01,75,",
)
INSTALMENTS_IN_FORCE = ["05-01 100.00", "05-01 75.00", "06-01 100.00", "06-01 75.00", "07-01 100.00"]  # fmt: skip
TAKEN_IN_THREE = file_835(
    *(
        Remit(f"T{month}", f"20250{month}01", [Claim(f"A{month}", "5000")], [("WO:REF500100", "100")])
        for month in (5, 6, 7)
    )
)  # fmt: skip


def test_every_instalment_is_a_row_in_force_and_none_of_them_goes_to_suspense(tmp_path: Path) -> None:  # fmt: skip
    sent(tmp_path, TAKEN_IN_THREE, register(*INSTALMENTS))
    assert in_force(tmp_path) == INSTALMENTS_IN_FORCE
    engine = engine_of(tmp_path)
    assert rows(engine, "select * from untracked_withdrawal") == []
    found = rows(engine, "select reference, withheld, open_balance from receivable")
    assert (
        found
        == [
            {
                "reference": "REF500100",
                "withheld": Decimal("100.00"),
                "open_balance": Decimal("0.00"),
            }
        ]
        * 3
    )
    (unseen,) = rows(
        engine,
        "select sum(amount) as usd from register_check join current_notice using (notice_id) "
        "where state = 'never seen on a remittance'",
    )
    assert unseen["usd"] == Decimal("150.00")


@pytest.mark.parametrize(
    "files",
    [
        [INSTALMENTS[:2], INSTALMENTS],
        [INSTALMENTS, INSTALMENTS[::-1]],
        [[line] for line in INSTALMENTS],
        [[line] for line in INSTALMENTS[::-1]],
        [INSTALMENTS[3:], INSTALMENTS[:3], INSTALMENTS[1:4]],
    ],
    ids=["whole", "in another order", "month by month", "months late", "overlapping"],
)
def test_a_register_may_be_sent_again_whole_or_month_by_month(
    tmp_path: Path, files: list[list[str]]
) -> None:
    sent(tmp_path, *(register(*lines) for lines in files))
    assert in_force(tmp_path) == INSTALMENTS_IN_FORCE


def test_a_corrected_amount_replaces_the_amount_it_corrects(tmp_path: Path) -> None:
    letter = "LTR100,,ICN10001,,2025-05-01,,{},"
    taken = Remit("T1", "20250610", [Claim("111", "5000")], [("WO:LTR100", "450")])
    sent(tmp_path, file_835(taken), register(letter.format(500)), register(letter.format(450)))
    assert in_force(tmp_path) == [" 450.00"]
    assert rows(engine_of(tmp_path), "select state from register_check") == [
        {"state": "seen on a remittance"}
    ]


def test_a_letter_keeps_its_receivable_when_its_amount_is_corrected(tmp_path: Path) -> None:
    def item() -> object:
        return rows(engine_of(tmp_path), "select receivable_id from open_letter")

    sent(tmp_path, register("LTR100,,ICN1,,2025-05-01,,500,"))
    before = item()
    sent(tmp_path, register("LTR100,,ICN1,,2025-05-02,,450,Upcoding"))
    assert item() == before


@pytest.mark.parametrize(
    "later",
    [
        ["LTR1,,ICN1,,2025-05-01,2025-06-01,100,"],
        ["LTR1,REF7,ICN1,777,2025-05-01,2025-06-01,100,"],
        ["ltr-1,,ICN1,,,2025-06-01,60,", "LTR1,,ICN1,,,2025-07-01,40,"],
    ],
    ids=["when", "when, and more numbers", "in two"],
)
def test_a_row_gives_way_once_the_register_says_when_it_was_taken(
    tmp_path: Path, later: list[str]
) -> None:
    other = "LTR1,,ICN2,,2025-05-01,,30,"
    sent(tmp_path, register("LTR1,,ICN1,,2025-05-01,,100,", other), register(*later))
    (total,) = rows(engine_of(tmp_path), "select sum(amount) as usd from current_notice")
    assert total["usd"] == Decimal("130.00")


def test_what_is_still_to_be_taken_stands_beside_what_was_taken(tmp_path: Path) -> None:
    month = register("LTR1,,ICN1,,,2025-06-01,60,", "LTR1,,ICN1,,,,40,")
    sent(tmp_path, register("LTR1,,ICN1,,,,100,"), month)
    assert in_force(tmp_path) == [" 40.00", "06-01 60.00"]


def test_rows_that_differ_in_one_file_all_count_and_a_later_file_replaces_them_all(
    tmp_path: Path,
) -> None:
    first = register("LTR1,,ICN1,,2025-05-01,,100,Upcoding", "LTR1,,ICN1,,2025-05-01,,100,Units")
    sent(tmp_path, first)
    assert in_force(tmp_path) == [" 100.00", " 100.00"]
    ids = rows(engine_of(tmp_path), "select distinct notice_id from current_notice")
    assert len(ids) == 2
    sent(tmp_path, register("LTR1,,ICN1,,2025-05-01,,180,Upcoding"))
    assert in_force(tmp_path) == [" 180.00"]


def test_rows_that_are_wholly_alike_count_once_and_are_named(tmp_path: Path) -> None:
    line = "LTR1,,ICN1,,2025-05-01,2025-06-01,100,"
    (result,) = sent(tmp_path, register(line, "LTR2,,ICN2,,2025-05-01,,70,", line))
    assert in_force(tmp_path) == [" 70.00", "06-01 100.00"]
    assert [(p.severity, p.location) for p in result.problems] == [("info", "rows 2, 4")]


def test_an_account_alone_is_told_by_its_notice_date_as_well(tmp_path: Path) -> None:
    sent(
        tmp_path,
        register(",,,777,2025-05-01,,100,", ",,,777,2025-08-01,,100,"),
        register(",,,777,2025-08-01,,90,"),
    )
    assert in_force(tmp_path) == [" 100.00", " 90.00"]
