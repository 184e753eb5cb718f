"""Tables in every format: what is found in text, workbooks, Parquet and Arrow, and what is refused or passed over."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ingest import load
from loaders.results import Kind
from loaders.tables import workbooks
from loaders.tables.exports import TableReading, read_tables
from loaders.tables.layouts import LAYOUTS, recognise
from loaders.tables.rejected_rows import rejected_csv
from loaders.tables.table_values import money
from loaders.tables.workbooks import cell_text
from tests.xlsx import Cell, workbook

HEADERS = ["Payer", "Letter Number", "ICN", "Notice Date", "Overpayment Amount"]
ROW: list[Cell] = ["Northland", "L1", "I1", date(2026, 3, 31), 150.0]
DAY = date(2026, 3, 31)
QUIET = settings(deadline=None, derandomize=True, max_examples=100, database=None)


def one(data: bytes, kind: str | None = None) -> TableReading:
    readings = read_tables("file", data, kind)
    assert readings is not None
    assert len(readings) == 1
    return readings[0]


def rows_of(reading: TableReading) -> list[dict[str, object]]:
    assert reading.facts is not None, reading.problems
    return reading.facts.to_pylist()


def sheet(*rows: Sequence[Cell]) -> bytes:
    return workbook({"Offsets": [HEADERS, *rows]})


def errors(reading: TableReading) -> list[tuple[str, str, str]]:
    return [(p.location, p.field, p.value) for p in reading.problems if p.severity == "error"]


# Text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str) -> None:
    text = ",".join(HEADERS) + "\nNörthland,L1,I1,2026-03-31,1\n"
    assert rows_of(one(text.encode(encoding)))[0]["payer_name"] == "Nörthland"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\nsome,text,here\n1,2,3\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"a,b\n\x01\x02,\x03\n",
        b"",
    ],
)
def test_what_is_no_table_is_none(data: bytes) -> None:
    assert read_tables("file", data) is None


def test_a_zip_that_is_no_workbook_is_none() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "Payer,Amount\n")
    assert read_tables("file", buffer.getvalue()) is None


def test_a_separator_that_is_stated_is_used() -> None:
    text = "sep=;\n" + ";".join(HEADERS) + "\nNorthland, Inc.;L1;I1;2026-03-31;1,000.00\n"
    row = rows_of(one(text.encode()))[0]
    assert (row["payer_name"], row["amount"], row["row_number"]) == (
        "Northland, Inc.",
        Decimal("1000.00"),
        3,
    )


def test_a_row_with_more_cells_than_headers_is_refused_not_shifted() -> None:
    text = ",".join(HEADERS) + "\nNorthland,L1,I1,2026-03-31,1,234.56\n"
    reading = one(text.encode())
    assert errors(reading) == [("row 2", "row", "")]
    assert reading.problems[0].message == "The row has 6 cells under 5 headers."


def test_quotes_that_do_not_pair_up_refuse_the_file() -> None:
    text = ",".join(HEADERS) + '\n"Northland,L1,I1,2026-03-31,1\nN,L2,I2,2026-03-31,2\n'
    assert errors(one(text.encode())) == [("file", "quotes", "")]


def test_lines_that_end_as_on_an_old_mac_are_read() -> None:
    text = (
        ",".join(HEADERS)
        + '\rNorthland,L1,I1,2026-03-31,"1,150.00"\rNorthland,L2,I2,2026-03-31,5.00\r'
    )
    rows = rows_of(one(text.encode()))
    assert [(row["row_number"], row["amount"]) for row in rows] == [
        (2, Decimal("1150.00")),
        (3, Decimal("5.00")),
    ]


def test_an_impossible_date_is_said_with_its_row_and_value() -> None:
    text = ",".join(HEADERS) + "\nNorthland,L1,I1,03/31/2024,1\nNorthland,L2,I2,13/45/2024,5.00\n"
    [problem] = one(text.encode()).problems
    assert (problem.location, problem.value) == ("row 3", "13/45/2024")
    assert problem.remedy


@pytest.mark.parametrize("kind", ["remittance", "offsets", "appeals", "providers", "payers"])
def test_a_header_without_rows_is_an_export_of_nothing(kind: Kind, tmp_path: Path) -> None:
    headers = [field.headers[0] for field in LAYOUTS[kind].fields]
    data = (",".join(headers) + "\n").encode()
    [result] = load([Path("empty.csv")], tmp_path, kind=kind, contents={"empty.csv": data})
    assert (result.status, result.rows) == ("loaded", 0)
    assert [problem.severity for problem in result.problems] == ["info"]


def test_quotes_in_a_tab_separated_file_are_ordinary_characters() -> None:
    text = "\t".join(HEADERS) + '\n"Northland\tL1\tI1\t2026-03-31\t1\n'
    assert rows_of(one(text.encode()))[0]["payer_name"] == '"Northland'


@pytest.mark.parametrize(
    "last",
    ["Total,,,,3", "Grand Total:,,,,3", "Northland Total,,,,3", "End of report,,,,", "2 rows,,,,"],
)
def test_totals_and_footers_are_no_rows(last: str) -> None:
    text = ",".join(HEADERS) + f"\nNorthland,L1,I1,2026-03-31,1\n{last}\n"
    reading = one(text.encode())
    assert len(rows_of(reading)) == 1
    assert [p.location for p in reading.problems] == ["rows 3"]


def test_a_payer_named_total_is_a_row() -> None:
    text = "Payer,Payer ID,Plan Type,Parent\nTotal Health Plan,123,,\n"
    assert rows_of(one(text.encode()))[0]["name"] == "Total Health Plan"


def test_a_web_page_named_as_a_workbook_says_what_it_is() -> None:
    page = "<html><body><table><tr><td>Payer</td></tr></table></body></html>"
    assert "web page" in one(page.encode()).problems[0].message


# The kind of a table


def kind_of(*headers: str) -> str:
    return one((",".join(headers) + "\n" + ",".join("1" * len(headers)) + "\n").encode()).kind


def test_the_layout_that_knows_most_headers_is_the_kind() -> None:
    register = ("Payer", "Takeback Amount", "Takeback Date", "ICN")
    assert kind_of(*register) == "offsets"
    assert kind_of(*register, "Check Number", "Check Date", "Check Amount", "Claim Status") == (
        "remittance"
    )


def test_a_register_that_names_the_remittance_stays_a_register() -> None:
    register = ("Payer", "Letter Number", "Notice Date", "Amount", "ICN", "Root Cause")
    assert kind_of(*register, "Trace Number", "Paid", "Billed") == "offsets"


def test_two_kinds_that_fit_equally_well_are_not_guessed_between() -> None:
    headers = ("Payer", "NPI", "Amount", "Offset Date", "Specialty", "Reason")
    assert kind_of(*headers) == "offsets"
    assert (
        recognise(["Payer", "Amount", "Letter Number", "NPI", "Specialty", "Provider", "Site"])
        is None
    )


def test_a_payer_list_is_told_only_where_it_holds_little_else() -> None:
    assert kind_of("Payer", "Payer ID", "Plan Type") == "payers"
    assert kind_of("Payer", "Payer ID", "Region", "Manager", "Phone", "Site") == "unknown"


def test_a_payer_list_is_read() -> None:
    text = "Payer Name,Payer ID,Line of Business,Parent Payer\nNorthland HMO,60417,Commercial,Northland\n"
    reading = one(text.encode())
    assert (reading.kind, reading.fact_table) == ("payers", "payer_listing")
    assert rows_of(reading) == [
        {
            "row_number": 2,
            "name": "Northland HMO",
            "payer_id": "60417",
            "plan_type": "Commercial",
            "group_name": "Northland",
        }
    ]


def test_posted_remittance_comes_as_typed_records() -> None:
    text = "Payer,Check Number,Check Date,Check Amount\nNorthland,T1,03/31/2026,$10.00\n"
    reading = one(text.encode())
    assert reading.posted is not None
    assert reading.posted.present == {
        "payer_name",
        "trace_number",
        "payment_date",
        "payment_amount",
    }
    record = reading.posted.records[0]
    assert (record["row_number"], record["payment_date"], record["payment_amount"]) == (
        2,
        DAY,
        Decimal("10.00"),
    )
    assert record["plb_amount"] is None
    assert record["source_text"] == (
        "Payer: Northland | Check Number: T1 | Check Date: 03/31/2026 | Check Amount: $10.00"
    )


# Workbooks


def test_a_workbook_row_has_the_number_the_sheet_shows() -> None:
    data = workbook({"Offsets": [["Offsets of March"], [], HEADERS, ROW]})
    row = rows_of(one(data))[0]
    assert (row["row_number"], row["payer_name"], row["notice_date"], row["amount"]) == (
        4,
        "Northland",
        DAY,
        Decimal("150.00"),
    )


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        (1234.5600000000001, "1234.56"),
        (0.1 + 0.2, "0.30"),
        (100.10 - 99.99, "0.11"),
        (-1000000.10, "-1000000.10"),
        (150, "150.00"),
    ],
)
def test_amounts_of_a_workbook_are_exact_cents(number: float, amount: str) -> None:
    rows = rows_of(one(sheet([*ROW[:4], abs(number)], ["N", "L2", "I2", DAY, abs(number)])))
    assert [row["amount"] for row in rows] == [abs(Decimal(amount))] * 2
    assert money(cell_text(number)) == Decimal(amount)


def test_parts_of_a_cent_are_refused() -> None:
    assert errors(one(sheet([*ROW[:4], 12.345]))) == [("row 2", "amount", "12.345")]


@QUIET
@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_every_amount_in_cents_survives_a_binary_float(cents: int) -> None:
    assert money(cell_text(cents / 100)) == Decimal(cents) / 100


def test_numbers_that_are_names_lose_no_digit_and_gain_none() -> None:
    row = rows_of(one(sheet(["Northland", 1015.0, 20231200000123.0, DAY, 1.0])))[0]
    assert (row["letter_number"], row["payer_claim_control_number"]) == ("1015", "20231200000123")


def test_numbers_of_more_than_fifteen_digits_are_refused_as_damaged() -> None:
    reading = one(sheet(["Northland", "L1", 2023120000012345.0, DAY, 1.0]))
    assert [(p.location, p.field) for p in reading.problems] == [
        ("row 2", "payer claim control number")
    ]
    assert "rounded number" in reading.problems[0].message


@pytest.mark.parametrize("since_1904", [False, True])
def test_workbooks_count_days_from_1900_or_1904(since_1904: bool) -> None:
    styled = workbook({"Offsets": [HEADERS, ROW]}, since_1904)
    assert rows_of(one(styled))[0]["notice_date"] == DAY
    epoch = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    serial = float((DAY - epoch).days)
    plain = workbook({"Offsets": [HEADERS, [*ROW[:3], serial, 150.0]]}, since_1904)
    assert rows_of(one(plain))[0]["notice_date"] == DAY


def test_every_sheet_is_a_table_and_empty_ones_are_none() -> None:
    roster: list[list[Cell]] = [["NPI", "Specialty"], [1234567893.0, "Cardiology"]]
    data = workbook({"Offsets": [HEADERS, ROW], "Sheet2": [], "Providers": roster})
    readings = read_tables("book.xlsx", data)
    assert readings is not None
    assert [(r.path, r.kind, len(rows_of(r))) for r in readings] == [
        ("book.xlsx/Offsets", "offsets", 1),
        ("book.xlsx/Providers", "providers", 1),
    ]
    assert rows_of(readings[1])[0]["npi"] == "1234567893"


def test_a_workbook_of_one_filled_sheet_has_the_path_of_the_file() -> None:
    readings = read_tables("book.xlsx", workbook({"Offsets": [HEADERS, ROW], "Sheet2": []}))
    assert readings is not None
    assert [r.path for r in readings] == ["book.xlsx"]


def test_a_cover_sheet_is_passed_over_with_a_note() -> None:
    cover: list[list[Cell]] = [["Offset report"], ["Made by", "Revenue integrity"]]
    readings = read_tables("b", workbook({"Cover": cover, "Offsets": [HEADERS, ROW]}))
    assert readings is not None
    assert [(r.path, r.kind) for r in readings] == [("b/Offsets", "offsets")]
    assert [(p.severity, p.value) for p in readings[0].problems] == [("info", "Cover")]


def test_a_sheet_that_looks_like_an_export_is_refused_by_itself() -> None:
    other: list[list[Cell]] = [["a", "b", "c"], ["x", 1.0, 2.0], ["y", 3.0, 4.0]]
    readings = read_tables("b", workbook({"Other": other, "Offsets": [HEADERS, ROW]}))
    assert readings is not None
    assert [(r.kind, r.facts is None) for r in readings] == [("unknown", True), ("offsets", False)]


def test_the_kind_said_does_not_turn_another_export_s_sheet_into_it() -> None:
    roster: list[list[Cell]] = [["NPI", "Specialty"], [1234567893.0, "Cardiology"]]
    data = workbook({"Offsets": [HEADERS, ROW], "Providers": roster})
    readings = read_tables("b", data, "offsets")
    assert readings is not None
    assert [r.kind for r in readings] == ["offsets", "providers"]


def test_a_damaged_workbook_is_one_problem() -> None:
    data = sheet(ROW)
    reading = one(data[: len(data) // 2] + data[len(data) // 2 + 200 :])
    assert [(p.severity, p.message) for p in reading.problems] == [
        ("error", "The workbook is damaged.")
    ]


def test_a_workbook_locked_with_a_password_says_so() -> None:
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    assert one(locked).problems[0].message == "The workbook is locked with a password."


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", 1000)
    assert "1 GB" in one(sheet(ROW)).problems[0].message


def test_a_sheet_with_one_cell_far_away_is_refused() -> None:
    data = sheet(ROW)
    far = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            new.writestr(name, old.read(name).replace(b"</sheetData>", row))
    assert "50 million cells" in one(far.getvalue()).problems[0].message


# Parquet and Arrow


def columnar() -> pa.Table:
    return pa.table(
        {
            "Payer": pa.array(["Northland", "Northland"]).dictionary_encode(),
            "Letter Number": pa.array([9007199254740993, 12], pa.int64()),
            "ICN": pa.array(["I1", None]),
            "Notice Date": pa.array(
                [datetime(2026, 3, 31), datetime(2026, 4, 1)], pa.timestamp("ns")
            ),
            "Overpayment Amount": pa.array(
                [Decimal("150.00"), Decimal("0.10")], pa.decimal128(18, 2)
            ),
            "Offset Date": pa.array([DAY, None], pa.date32()),
            "Immediate Recoupment": pa.array([True, None]),
        }
    )


def as_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def as_arrow_file(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def as_arrow_stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("write", [as_parquet, as_arrow_file, as_arrow_stream])
def test_columnar_files_keep_every_digit(write: object) -> None:
    assert callable(write)
    rows = rows_of(one(write(columnar())))
    names = ("letter_number", "notice_date", "amount", "withdrawal_date", "elected_immediate")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("9007199254740993", DAY, Decimal("150.00"), DAY, True),
        ("12", date(2026, 4, 1), Decimal("0.10"), None, False),
    ]


def test_amounts_in_single_precision_are_what_they_show() -> None:
    table = columnar().set_column(4, "Overpayment Amount", pa.array([1234.56, 0.1], pa.float32()))
    assert [row["amount"] for row in rows_of(one(as_parquet(table)))] == [
        Decimal("1234.56"),
        Decimal("0.10"),
    ]


@pytest.mark.parametrize("write", [as_parquet, as_arrow_file, as_arrow_stream])
def test_a_damaged_columnar_file_is_one_problem(write: object) -> None:
    assert callable(write)
    data: bytes = write(columnar())
    reading = one(data[:100])
    assert [p.severity for p in reading.problems] == ["error"]
    assert "damaged" in reading.problems[0].message


# Refused rows


def test_refused_rows_come_back_whole_with_what_is_wrong() -> None:
    text = ",".join(HEADERS) + "\nN,L1,I1,2026-03-31,1\nN,L2,=1+1,2026-02-30,-2 apples\n"
    reading = one(text.encode())
    assert reading.rejected is not None
    lines = rejected_csv(reading.rejected).decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(HEADERS) + ",What is wrong"
    assert lines[1] == "N,L1,I1,2026-03-31,1,"
    assert lines[2].startswith("N,L2,'=1+1,2026-02-30,'-2 apples,")
    assert "is not a date" in lines[2]
    assert "is not an amount" in lines[2]


def test_corrected_rows_load_with_the_added_column_and_the_apostrophes() -> None:
    text = ",".join(HEADERS) + "\n+Care,@L1,=I1,2026-03-31,1\nN,L2,-I2,2026-02-30,2.00\n"
    reading = one(text.encode())
    assert reading.rejected is not None
    corrected = rejected_csv(reading.rejected).replace(b"2026-02-30", b"2026-02-28")
    again = one(corrected)
    assert again.problems == ()
    names = ("payer_name", "letter_number", "payer_claim_control_number")
    assert [tuple(row[name] for name in names) for row in rows_of(again)] == [
        ("+Care", "@L1", "=I1"),
        ("N", "L2", "-I2"),
    ]


def test_rows_refused_again_say_only_what_is_wrong_now() -> None:
    text = ",".join(HEADERS) + "\nN,L1,I1,soon,1 apple\n"
    first = one(text.encode()).rejected
    assert first is not None
    again = one(rejected_csv(first).replace(b"soon", b"2026-03-31")).rejected
    assert again is not None
    assert again.headers == tuple(HEADERS)
    assert [len(row.reasons) for row in again.rows] == [1]


def test_negative_amounts_stay_numbers_in_refused_rows() -> None:
    text = ",".join(HEADERS) + "\nN,L1,I1,2026-03-31,-$2.00\nN,L2,I2,2026-02-30,-3\n"
    rejected = one(text.encode()).rejected
    assert rejected is not None
    assert [row.cells[4] for row in rejected.rows] == ["-$2.00", "-3"]
    assert b",-$2.00," in rejected_csv(rejected)


@QUIET
@given(st.text(alphabet="=+-@'\t1a", min_size=1, max_size=6))
def test_refused_rows_hold_no_formula_and_lose_no_character(cell: str) -> None:
    text = "\t".join(HEADERS).replace("\t", "|") + f"\nN|L1|{cell}|bad|1\n"
    rejected = one(text.encode()).rejected
    assert rejected is not None
    line = rejected_csv(rejected).decode("utf-8-sig").splitlines()[1].split(",")
    was, written = rejected.rows[0].cells[2], line[2]
    assert written.removeprefix("'") == was.removeprefix("'")
    assert not written.startswith(("=", "@", "\t=", "\ta", "+a", "-a"))


def test_a_thousand_bad_cells_are_all_in_the_refused_rows() -> None:
    text = ",".join(HEADERS) + "\n" + "N,L1,I1,soon,1\n" * 1000
    reading = one(text.encode())
    assert reading.rejected is not None
    assert len(reading.problems) == 51
    assert all(len(row.reasons) == 1 for row in reading.rejected.rows)
