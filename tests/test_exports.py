"""Offset registers, appeal logs and rosters: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from loaders.tables.exports import TableReading, read_tables
from loaders.tables.layouts import LAYOUTS, recognise
from loaders.tables.table_values import (
    UnreadableValueError,
    calendar_date,
    day_first,
    identifier,
    is_rounded_column,
    money,
    quantity,
)

REGISTER = "Payer,Letter Number,ICN,Notice Date,Overpayment Amount\n"
APPEALS = "Payer,Case Number,Appeal Level,Appeal Status,Decision Date,Amount at Issue\n"


def read_export(data: bytes, kind: str | None = None) -> TableReading | None:
    """The one table of a file."""
    readings = read_tables("export.csv", data, kind)
    return readings[0] if readings else None


def facts(text: str, encoding: str = "utf-8") -> list[dict[str, object]]:
    reading = read_export(text.encode(encoding))
    assert reading is not None
    assert reading.facts is not None, reading.problems
    return reading.facts.to_pylist()


def refusal(text: str) -> list[tuple[str, str, str]]:
    """Location, field and value of each problem of a refused table."""
    reading = read_export(text.encode())
    assert reading is not None
    assert reading.facts is None
    assert all(p.severity == "error" and p.message and p.remedy for p in reading.problems)
    return [(p.location, p.field, p.value) for p in reading.problems]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("(1,234.56)", "-1234.56"),
        ("-$1,234.56", "-1234.56"),
        ("$-1,234.56", "-1234.56"),
        ("1,234.56-", "-1234.56"),
        ("1,234.56CR", "-1234.56"),
        ("\u22121,234.56", "-1234.56"),
        ("12", "12.00"),
        (".5", "0.50"),
        ("1234.500", "1234.50"),
        ("$(1,234.56)", "-1234.56"),
        ("$ 1,234.56", "1234.56"),
        ("1234.", "1234.00"),
    ],
)
def test_money_as_people_write_it(written: str, amount: str) -> None:
    assert money(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    ["1.234,56", "12.345", "abc", "1,23", "$", "--5", "1e5", "(-5.00)", "-5.00-", "9" * 16],
)
def test_money_that_cannot_be_trusted_is_refused(written: str) -> None:
    with pytest.raises(UnreadableValueError):
        money(written)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1.234,56", "1234.56"), ("-1.234", "-1234.00"), ("12,5", "12.50"), ("($2,00)", "-2.00")],
)
def test_money_with_a_decimal_comma_where_that_is_said(written: str, amount: str) -> None:
    assert money(written, decimal_comma=True) == Decimal(amount)


def test_money_with_a_decimal_point_is_refused_where_a_comma_is_said() -> None:
    with pytest.raises(UnreadableValueError):
        money("1,234.56", decimal_comma=True)


@pytest.mark.parametrize(("written", "number"), [("2", "2"), ("-1.5", "-1.5"), ("1,000", "1000")])
def test_quantities(written: str, number: str) -> None:
    assert quantity(written) == Decimal(number)


@pytest.mark.parametrize("written", ["", " ", "-", "N/A", "nan"])
def test_blank_cells_are_no_value(written: str) -> None:
    assert money(written) is None
    assert calendar_date(written) is None
    assert identifier(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "03/31/2026",
        "3/31/26",
        "2026-03-31",
        "20260331",
        "31-MAR-2026",
        "46112",
        "2026-03-31 00:00:00",
        "2026-03-31T23:59:59Z",
        "2026/3/31",
        "31-Mar-26",
        "March 31, 2026",
        "46112.75",
    ],
)
def test_dates_as_people_write_them(written: str) -> None:
    assert calendar_date(written) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "written", ["02/30/2026", "13/13/2026", "2026-13-01", "soon", "01/01/1899", "260331"]
)
def test_dates_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(UnreadableValueError):
        calendar_date(written)


def test_serials_count_from_1904_where_that_is_said() -> None:
    assert calendar_date("44650", since_1904=True) == date(2026, 3, 31)


def test_two_digit_years_are_not_in_the_far_future() -> None:
    assert calendar_date("3/31/99") == date(1999, 3, 31)
    assert calendar_date("3/31/26") == date(2026, 3, 31)


def test_a_column_says_whether_the_day_comes_first() -> None:
    assert day_first(["03/04/2026", "31/03/2026"])
    assert not day_first(["03/04/2026", "03/31/2026"])
    with pytest.raises(UnreadableValueError, match="mixes"):
        day_first(["31/03/2026", "03/31/2026"])
    assert not day_first(["13/45/2024", "03/31/2026"])
    assert day_first(["13/45/2024", "31/03/2026"])


def test_identifiers_keep_their_zeros_and_refuse_rounded_numbers() -> None:
    assert identifier('="00123"') == "00123"
    assert identifier("00123") == "00123"
    with pytest.raises(UnreadableValueError, match="rounded"):
        identifier("2.02312E+13")


@pytest.mark.parametrize("written", ["2E10", "12E+4X", "E+13"])
def test_identifiers_with_letters_are_not_taken_for_rounded_numbers(written: str) -> None:
    assert identifier(written) == written


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("12345.0", "", "678.0"), ["12345", None, "678"]),
        (("12345.0", "", "A7.0"), ["12345.0", None, "A7.0"]),
    ],
)
def test_a_column_of_numbers_that_all_end_in_point_zero_is_read_without_it(
    written: tuple[str, ...], read: list[str | None]
) -> None:
    rows = "".join(f"Northland,L{at},{icn},2024-01-05,1\n" for at, icn in enumerate(written))
    found = [row["payer_claim_control_number"] for row in facts(REGISTER + rows)]
    assert found == read


def test_a_column_of_long_numbers_that_all_end_in_zeros_was_rounded() -> None:
    assert is_rounded_column(["2023120000012300000"])
    assert is_rounded_column(["1234567890123450", "2234567890123450", "3234567890123450"])


def test_one_long_number_that_ends_in_zero_may_be_chance() -> None:
    assert not is_rounded_column(["1234567890123450", "L1", ""])
    assert not is_rounded_column(["2023120000012300000", "2023120000012300001"])


def test_a_rounded_column_refuses_the_table() -> None:
    text = REGISTER + "N,L1,2023120000012300000,2026-03-31,1\n"
    assert refusal(text) == [("whole column", "payer claim control number", "")]


def test_numbers_that_lost_a_digit_are_a_warning_once() -> None:
    header = "Payer,Check Number,Check Date,Check Amount,TIN,NPI\n"
    text = header + "N,T1,2026-03-31,1,12345678,123456789\nN,T2,2026-03-31,1,12345679,1234567893\n"
    reading = read_export(text.encode())
    assert reading is not None
    assert [(p.severity, p.location, p.field, p.value) for p in reading.problems] == [
        ("warning", "row 2", "payee tin", "12345678"),
        ("warning", "row 2", "rendering npi", "123456789"),
    ]
    assert "and in 1 more rows" in reading.problems[0].message


def test_a_register_row() -> None:
    row = facts(REGISTER + "Northland,LTR1,ICN7,03/31/2026,$150.00\n")[0]
    assert (row["payer_name"], row["letter_number"], row["payer_claim_control_number"]) == (
        "Northland",
        "LTR1",
        "ICN7",
    )
    assert (row["notice_date"], row["amount"], row["row_number"]) == (
        date(2026, 3, 31),
        Decimal("150.00"),
        2,
    )
    assert row["elected_immediate"] is False
    assert (
        row["source_text"]
        == "Payer: Northland | Letter Number: LTR1 | ICN: ICN7 | Notice Date: 03/31/2026 | Overpayment Amount: $150.00"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding(encoding: str) -> None:
    assert (
        facts(REGISTER + "Nörthland,L,I,2026-03-31,1\n", encoding)[0]["payer_name"] == "Nörthland"
    )


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
def test_every_usual_separator(separator: str) -> None:
    text = (REGISTER + "Northland,LTR1,ICN7,2026-03-31,150\n").replace(",", separator)
    assert facts(text)[0]["amount"] == Decimal("150.00")


def test_titles_totals_and_repeated_headers_are_no_rows() -> None:
    text = (
        "Offsets of March\n\n"
        + REGISTER
        + "N,L1,I,2026-03-31,1\n"
        + REGISTER
        + "N,L2,I,2026-03-31,2\nTotal,,,,3\n"
    )
    assert [row["amount"] for row in facts(text)] == [Decimal("1.00"), Decimal("2.00")]


def test_a_register_with_every_amount_negative_is_read_as_taken() -> None:
    text = REGISTER + "N,L1,I,2026-03-31,-1\nN,L2,I,2026-03-31,(2.00)\n"
    assert [row["amount"] for row in facts(text)] == [Decimal("1.00"), Decimal("2.00")]


def test_a_negative_amount_among_positive_ones_is_refused() -> None:
    text = REGISTER + "N,L1,I,2026-03-31,-1\nN,L2,I,2026-03-31,2\n"
    assert refusal(text) == [("row 2", "amount", "-1.00")]


def test_the_same_row_sent_again_has_the_same_number() -> None:
    first = facts(REGISTER + "N,L1,I,2026-03-31,1\nN,L2,I,2026-03-31,2\n")
    again = facts(REGISTER + "N,L2,I,03/31/2026,2.00\n")
    assert again[0]["notice_id"] == first[1]["notice_id"] != first[0]["notice_id"]


def test_bad_cells_refuse_the_whole_table_and_are_all_named() -> None:
    text = REGISTER + "N,L1,I,2026-02-30,1\nN,L2,I,2026-03-31,twelve\nN,L3,I,2026-03-31,3\n"
    assert refusal(text) == [
        ("row 2", "notice date", "2026-02-30"),
        ("row 3", "amount", "6 letters"),
    ]


def test_an_unknown_header_is_refused_with_what_is_needed() -> None:
    reading = read_export(b"colour,shape\nred,round\n")
    assert reading is not None
    assert reading.facts is None
    assert "colour, shape" in reading.problems[0].message
    assert "payer name" in reading.problems[0].remedy


def test_a_table_without_a_header_shows_no_cell_of_it() -> None:
    reading = read_export(b"Jane Invented,03/31/2026,12.50\nJoe Invented,03/30/2026,3.00\n")
    assert reading is not None
    assert "There is no header" in reading.problems[0].message
    assert "Jane" not in str(reading.problems)


def test_a_missing_column_is_named_where_the_kind_was_said() -> None:
    reading = read_export(b"Payer,Notice Date\nN,2026-03-31\n", "offsets")
    assert reading is not None
    assert [(p.field, p.location) for p in reading.problems] == [("amount", "row 1")]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Overturned in full", "full"),
        ("Partially overturned", "partial"),
        ("UPHELD", "upheld"),
        ("Pending", "pending"),
        ("Withdrawn", "withdrawn"),
        ("Dismissed", "dismissed"),
    ],
)
def test_appeal_statuses(status: str, outcome: str) -> None:
    row = facts(APPEALS + f"N,C1,Level 2,{status},2026-03-31,10\n")[0]
    assert (row["outcome"], row["level"]) == (outcome, 2)


def test_a_decided_appeal_needs_its_date() -> None:
    assert refusal(APPEALS + "N,C1,1,Upheld,,10\n") == [("row 2", "decision date", "")]


def test_an_unknown_appeal_status_is_refused() -> None:
    assert refusal(APPEALS + "N,C1,1,Maybe,2026-03-31,10\n") == [("row 2", "outcome", "5 letters")]


def test_a_roster_row_needs_ten_digits() -> None:
    header = "NPI,Provider Name,Specialty,Facility\n"
    assert facts(header + "1234567890,Dr A,Cardiology,Main\n")[0]["specialty"] == "Cardiology"
    assert refusal(header + "12345,Dr A,Cardiology,Main\n") == [("row 2", "npi", "12345")]


def test_columns_that_are_not_used_are_named_and_not_kept() -> None:
    reading = read_export(
        (REGISTER.strip() + ",Patient Name\nN,L1,I,2026-03-31,1,Jane Invented\n").encode()
    )
    assert reading is not None
    assert reading.facts is not None
    assert "Jane" not in str(reading.facts.to_pylist())
    assert [(p.severity, p.value) for p in reading.problems] == [("info", "Patient Name")]


def test_what_is_no_table_is_none() -> None:
    assert read_export(b"\x00\x01\x02") is None
    assert read_export(b"") is None


def test_the_documentation_has_every_field_and_header_as_the_field_lists_do() -> None:
    text = (Path(__file__).parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")
    for layout in LAYOUTS.values():
        section = text.split(f"(`--kind {layout.kind}`)")[1].split("\n#")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert rows == [
            f"| {field.name.replace('_', ' ')} | {'yes' if field.required else ''} "
            f"| {', '.join(f'`{header}`' for header in field.headers)} |"
            for field in layout.fields
        ]


def test_of_several_headers_of_a_field_the_first_in_its_list_wins() -> None:
    text = "Amount,Payer,Offset Amount,Notice Date,Overpayment Amount\n1,N,2,2026-03-31,3\n"
    assert facts(text)[0]["amount"] == Decimal("3.00")


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
def test_a_table_with_every_field_is_told_as_its_kind(kind: str) -> None:
    layout = recognise([field.headers[0] for field in LAYOUTS[kind].fields])
    assert layout is not None
    assert layout.kind == kind
