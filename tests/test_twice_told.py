"""Payments that an 835 and a table tell of, or two 835s: each counts once, in whatever order they load."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.ingest import load
from loaders.results import FileResult
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

HEADER = "Payer Name,Check Number,Check Date,Check Amount,Account Number,Claim Status,Charge,Paid,PLB Code,PLB Amount\n"
# 1,000.00 and 250.00 paid, 150.00 taken back: what is deposited is 1,100.00.
PAYMENT = Remit(
    "0012345",
    "20250303",
    [Claim("A", "1000.00"), Claim("B", "250.00")],
    [("WO:B9", "150.00")],
)
SENT = file_835(PAYMENT)
ONCE = (Decimal("1250.00"), Decimal("150.00"))
TOLD = (
    HEADER
    + "Northland Health Plan,0012345,03/03/2025,1100.00,A,1,1000.00,1000.00,,\n"
    + "Northland Health Plan,0012345,03/03/2025,1100.00,B,1,250.00,250.00,,\n"
    + "Northland Health Plan,0012345,03/03/2025,1100.00,,,,,WO:B9,150.00\n"
)
ANOTHER = "Northland Health Plan,0099999,03/10/2025,77.70,C,1,77.70,77.70,,\n"
FILES = {"sent.835": SENT, "told.csv": TOLD.encode()}
ORDERS = [
    (at_once, names)
    for at_once in (True, False)
    for names in (("sent.835", "told.csv"), ("told.csv", "sent.835"))
]


def load_files(
    warehouse: Path, files: dict[str, bytes], *names: str, replaces_known: bool = False
) -> list[FileResult]:
    """Load some of the files, in the order named."""
    paths = [Path(name) for name in names or files]
    return load(paths, warehouse, contents=files, replaces_known=replaces_known)


def taken(warehouse: Path) -> tuple[Decimal, Decimal]:
    """Payments before offsets and what was withheld, USD."""
    [row] = kpi_table(engine_of(warehouse), Filters()).to_pylist()
    return row["payments"], row["withheld"]


def kinds(warehouse: Path) -> list[str]:
    """The kind of file that each remittance is kept from."""
    query = "select kind from remittance join load using (load_id) order by payment_date, kind"
    return [row["kind"] for row in rows(engine_of(warehouse), query)]


def facts(warehouse: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of the payment and claim tables, without the number of their load."""
    tables = {"remittance": "* exclude (load_id)", "claim_payment": "*", "provider_adjustment": "*"}
    return {
        name: rows(engine_of(warehouse), f"select {columns} from {name} order by all")
        for name, columns in tables.items()
    }


@pytest.mark.parametrize("name", FILES)
def test_either_alone_comes_to_the_same_figures(name: str, tmp_path: Path) -> None:
    assert [result.status for result in load_files(tmp_path, FILES, name)] == ["loaded"]
    assert taken(tmp_path) == ONCE


@pytest.mark.parametrize(("at_once", "names"), ORDERS)
def test_a_payment_in_both_counts_once_as_the_835_has_it(
    names: tuple[str, str], at_once: bool, tmp_path: Path
) -> None:
    for batch in [names] if at_once else [(name,) for name in names]:
        load_files(tmp_path, FILES, *batch)
    assert taken(tmp_path) == ONCE
    assert kinds(tmp_path) == ["835"]
    load_files(tmp_path / "alone", FILES, "sent.835")
    assert facts(tmp_path) == facts(tmp_path / "alone")


def test_a_table_whose_payments_are_all_known_is_told_to_be_known(tmp_path: Path) -> None:
    load_files(tmp_path, FILES, "sent.835")
    [result] = load_files(tmp_path, FILES, "told.csv")
    assert result.status == "duplicate"
    assert [p.message for p in result.problems if "TRN02" in p.field] == [
        "1 of 1 remittances were loaded before, from sent.835:"
        " same payer, trace number, amount and date."
    ]


@pytest.mark.parametrize("names", [("sent.835", "told.csv"), ("told.csv", "sent.835")])
@pytest.mark.parametrize("trace", ["12345", "12-345", "#0012345"])
def test_a_trace_number_that_a_spreadsheet_changed_is_the_same_payment(
    trace: str, names: tuple[str, str], tmp_path: Path
) -> None:
    files = {**FILES, "told.csv": TOLD.replace("0012345", trace).encode()}
    for name in names:
        load_files(tmp_path, files, name)
    assert (taken(tmp_path), kinds(tmp_path)) == (ONCE, ["835"])


@pytest.mark.parametrize(("at_once", "names"), ORDERS)
def test_a_table_with_one_more_payment_keeps_that_one(
    names: tuple[str, str], at_once: bool, tmp_path: Path
) -> None:
    files = {**FILES, "told.csv": (TOLD + ANOTHER).encode()}
    for batch in [names] if at_once else [(name,) for name in names]:
        load_files(tmp_path, files, *batch)
    assert taken(tmp_path) == (Decimal("1327.70"), Decimal("150.00"))
    assert kinds(tmp_path) == ["835", "remittance"]


def test_a_table_says_how_many_of_its_payments_an_835_has(tmp_path: Path) -> None:
    files = {**FILES, "told.csv": (TOLD + ANOTHER).encode()}
    sent, told = load_files(tmp_path, files)
    assert (sent.status, told.status) == ("loaded", "loaded")
    assert any(p.message.startswith("1 of 2 remittances were loaded before") for p in told.problems)
    other = {**files, "told.csv": (TOLD + ANOTHER).replace("0012345", "12345").encode()}
    _, told = load_files(tmp_path / "other", other)
    assert any(p.message.startswith("1 of 2 payments are also in an 835") for p in told.problems)


def test_the_same_table_again_brings_nothing_back(tmp_path: Path) -> None:
    load_files(tmp_path, FILES)
    changed = {**FILES, "told.csv": (TOLD + "\n").encode()}
    load_files(tmp_path, FILES, "told.csv")
    load_files(tmp_path, changed, "told.csv")
    assert (taken(tmp_path), kinds(tmp_path)) == (ONCE, ["835"])


@pytest.mark.parametrize(
    "other",
    [
        TOLD.replace("1100.00", "1200.00").replace("150.00", "50.00"),
        TOLD.replace("03/03/2025", "03/14/2025"),
        TOLD.replace("0012345", "0012346"),
    ],
    ids=["another amount", "eleven days later", "another trace number"],
)
def test_what_differs_is_another_payment(other: str, tmp_path: Path) -> None:
    load_files(tmp_path, {**FILES, "told.csv": other.encode()})
    assert kinds(tmp_path) == ["835", "remittance"]
    assert taken(tmp_path)[0] == Decimal("2500.00")


def test_a_payment_posted_ten_days_later_is_the_same(tmp_path: Path) -> None:
    late = TOLD.replace("03/03/2025", "03/13/2025").encode()
    load_files(tmp_path, {**FILES, "told.csv": late})
    assert (taken(tmp_path), kinds(tmp_path)) == (ONCE, ["835"])


CORRECTED = replace(PAYMENT, claims=[Claim("A", "1000.00"), Claim("B", "300.00")])
TWO = {"first.835": SENT, "corrected.835": file_835(CORRECTED)}


def test_a_corrected_835_counts_beside_the_first_with_a_warning_of_the_earlier_amount(
    tmp_path: Path,
) -> None:
    load_files(tmp_path, TWO, "first.835")
    [result] = load_files(tmp_path, TWO, "corrected.835")
    assert result.status == "loaded"
    [warning] = [p for p in result.problems if p.severity == "warning"]
    assert (warning.field, warning.value) == ("TRN02", "0012345")
    assert "$1,100.00 on 2025-03-03 (first.835)" in warning.message
    assert "$1,150.00. Both count." in warning.message
    assert "--replace" in warning.remedy
    assert taken(tmp_path)[0] == Decimal("2550.00")


NOTHING = Remit("NOCHECK", "20250303", [Claim("A", "300.00")], [("WO:R1", "300.00")])
OTHERS = (
    replace(NOTHING, claims=[Claim("P", "300.00")], payee_npi="1000000002"),
    replace(NOTHING, claims=[Claim("B", "300.00")]),
)


def test_payments_of_nothing_that_share_a_trace_number_all_count_once(tmp_path: Path) -> None:
    files = {"one.835": file_835(NOTHING, OTHERS[0]), "two.835": file_835(OTHERS[1], NOTHING)}
    [first] = load_files(tmp_path, files, "one.835")
    [second] = load_files(tmp_path, files, "two.835")
    assert (first.status, second.status) == ("loaded", "loaded")
    assert taken(tmp_path) == (Decimal("900.00"), Decimal("900.00"))
    [again] = load_files(tmp_path, {"again.835": file_835(NOTHING, *OTHERS)}, "again.835")
    assert again.status == "duplicate"


def test_a_payment_of_nothing_takes_no_other_payee_s_place(tmp_path: Path) -> None:
    corrected = replace(NOTHING, claims=[Claim("A", "300.00"), Claim("C", "0.00")])
    files = {"both.835": file_835(NOTHING, OTHERS[0]), "new.835": file_835(corrected)}
    load_files(tmp_path, files, "both.835")
    load_files(tmp_path, files, "new.835", replaces_known=True)
    assert taken(tmp_path) == (Decimal("600.00"), Decimal("600.00"))


def test_beside_one_in_quarantine_only_the_other_counts(tmp_path: Path) -> None:
    untied = file_835(replace(PAYMENT, payment="1100.01"))
    load_files(tmp_path, {"untied.835": untied}, "untied.835")
    [result] = load_files(tmp_path, TWO, "corrected.835")
    [warning] = [p for p in result.problems if p.severity == "warning"]
    assert "Only this one counts: the other is in quarantine." in warning.message


def test_a_corrected_835_takes_the_place_of_the_first_where_that_is_asked(tmp_path: Path) -> None:
    load_files(tmp_path, TWO, "first.835")
    [result] = load_files(tmp_path, TWO, "corrected.835", replaces_known=True)
    assert result.status == "loaded"
    assert not [p for p in result.problems if p.severity == "warning"]
    assert taken(tmp_path) == (Decimal("1300.00"), Decimal("150.00"))
    load_files(tmp_path / "alone", TWO, "corrected.835")
    assert facts(tmp_path) == facts(tmp_path / "alone")


@pytest.mark.parametrize("replaces_known", [True, False])
def test_two_835s_of_one_trace_number_in_one_load(replaces_known: bool, tmp_path: Path) -> None:
    load_files(tmp_path, TWO, replaces_known=replaces_known)
    once, both = Decimal("1300.00"), Decimal("2550.00")
    assert taken(tmp_path)[0] == (once if replaces_known else both)


def test_loading_the_first_again_leaves_the_corrected_one(tmp_path: Path) -> None:
    load_files(tmp_path, TWO, "first.835")
    load_files(tmp_path, TWO, "corrected.835", replaces_known=True)
    load_files(tmp_path, TWO, "first.835")
    assert taken(tmp_path) == (Decimal("1300.00"), Decimal("150.00"))


def test_another_payer_s_payment_of_that_trace_number_stays(tmp_path: Path) -> None:
    other = replace(CORRECTED, payer="SOUTHLAND HEALTH PLAN", payer_id="SHP01")
    files = {"first.835": SENT, "other.835": file_835(other)}
    load_files(tmp_path, files, "first.835")
    [result] = load_files(tmp_path, files, "other.835", replaces_known=True)
    assert not [p for p in result.problems if p.severity == "warning"]
    assert taken(tmp_path)[0] == Decimal("2550.00")


@pytest.mark.parametrize("name", FILES)
def test_the_same_bytes_twice_in_one_load_count_once(name: str, tmp_path: Path) -> None:
    files = {name: FILES[name], f"again-{name}": FILES[name]}
    results = load_files(tmp_path, files)
    assert [result.status for result in results] == ["loaded", "duplicate"]
    assert results[1].problems[-1].message == f"The same bytes were loaded before, from {name}."
    assert taken(tmp_path) == ONCE


@pytest.mark.parametrize("at_once", [True, False])
def test_a_whole_835_counts_although_a_damaged_copy_came_first(
    at_once: bool, tmp_path: Path
) -> None:
    """The copy lacks a claim, so it does not balance; payer, trace, amount and date are the same."""
    copy = file_835(replace(PAYMENT, claims=[Claim("A", "1000.00")], payment="1100.00"))
    files = {"copy.835": copy, "whole.835": SENT}
    for batch in [("copy.835", "whole.835")] if at_once else [("copy.835",), ("whole.835",)]:
        load_files(tmp_path, files, *batch)
    assert taken(tmp_path) == ONCE


@pytest.mark.parametrize("trace", ["0012345", "12345"])
def test_a_payment_that_a_table_has_in_part_is_as_its_835_has_it(
    trace: str, tmp_path: Path
) -> None:
    """The table lacks a claim of one payment, which keeps it in quarantine; forty others tell the sign."""
    part = "".join(line for line in TOLD.splitlines(keepends=True) if ",B,1," not in line)
    others = "".join(
        f"Northland Health Plan,7{n},03/10/2025,67.70,C,1,77.70,77.70,,\n"
        f"Northland Health Plan,7{n},03/10/2025,67.70,,,,,WO:C{n},10.00\n"
        for n in range(40)
    )
    files = {**FILES, "told.csv": (part.replace("0012345", trace) + others).encode()}
    load_files(tmp_path, files, "told.csv")
    assert taken(tmp_path) == (Decimal("3108.00"), Decimal("400.00"))
    load_files(tmp_path, files, "sent.835")
    assert taken(tmp_path) == (Decimal("4358.00"), Decimal("550.00"))
