"""Offset registers, appeal logs and rosters: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from loaders.exports import read_export
from loaders.table_values import UnreadableValueError, calendar_date, day_first, identifier, money

REGISTER = "Payer,Letter Number,ICN,Notice Date,Overpayment Amount\n"
APPEALS = "Payer,Case Number,Appeal Level,Appeal Status,Decision Date,Amount at Issue\n"


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
    ],
)
def test_money_as_people_write_it(written: str, amount: str) -> None:
    assert money(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["1.234,56", "12.345", "abc", "1,23", "$", "--5", "1e5"])
def test_money_that_cannot_be_trusted_is_refused(written: str) -> None:
    with pytest.raises(UnreadableValueError):
        money(written)


@pytest.mark.parametrize("written", ["", " ", "-", "N/A"])
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


def test_a_column_says_whether_the_day_comes_first() -> None:
    assert day_first(["03/04/2026", "31/03/2026"])
    assert not day_first(["03/04/2026", "03/31/2026"])
    with pytest.raises(UnreadableValueError, match="mixes"):
        day_first(["31/03/2026", "03/31/2026"])


def test_identifiers_keep_their_zeros_and_refuse_rounded_numbers() -> None:
    assert identifier('="00123"') == "00123"
    assert identifier("00123") == "00123"
    with pytest.raises(UnreadableValueError, match="rounded"):
        identifier("2.02312E+13")


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
    assert refusal(text) == [("row 2", "notice date", "2026-02-30"), ("row 3", "amount", "twelve")]


def test_an_unknown_header_is_refused_with_what_is_needed() -> None:
    reading = read_export(b"colour,shape\nred,round\n")
    assert reading is not None
    assert reading.facts is None
    assert "colour, shape" in reading.problems[0].message
    assert "payer name" in reading.problems[0].remedy


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
    assert refusal(APPEALS + "N,C1,1,Maybe,2026-03-31,10\n") == [("row 2", "outcome", "Maybe")]


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
