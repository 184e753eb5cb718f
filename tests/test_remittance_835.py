"""The rules of the 835 reader one by one: the smallest file that shows each, and exact cents."""

from datetime import date
from decimal import Decimal

import pytest

from loaders.x12.remittance_835 import read_835
from tests.files_835 import GS, ISA, balance, columns, file_of, one, read, transaction


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty"),
        (b" \r\n\x00", "The file is empty"),
        (b"%PDF-1.7 " + ISA.encode(), "a PDF document"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        ("ISA*00".encode("utf-16"), "a text in UTF-16"),
        (b"\x01\x02\x03\x04" * 50, "a binary file"),
        (b"\n<!DOCTYPE html><p>ISA", "a web page (HTML)"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b'{"a": 1}', "JSON"),
        (b"Payer,Check\nAcme,1\n", "a table"),
        (b"Payer\tCheck\nAcme\t1\n", "a table"),
        (b"Dear provider, the ISA is attached", "plain text"),
        (b"ST. MARY'S. Statement of 2024", "plain text"),
        (b"ST*837*0001*005010X222A1~BHT*0019~SE*3*0001~", "This is an 837 claim"),
        (b"ISA*00*      ", "The file ends within its first segment"),
        ((ISA + GS + "GE*0*2~IEA*1*1~").encode(), "holds no transaction"),
        ((ISA + "TA1*1*1*1*A*000~IEA*0*1~").encode(), "This is a TA1 interchange acknowledgment"),
        ((ISA + GS.replace("HP", "HC") + "IEA*0*1~").encode(), "This is an 837 claim"),
    ],
)
def test_what_is_no_835_is_refused_by_name(data: bytes, says: str) -> None:
    reading = read_835(data)
    assert reading.refused
    assert says in one(reading, "error").message
    assert one(reading, "error").remedy
    assert reading.remittance.num_rows == 0


@pytest.mark.parametrize(
    ("kind", "version", "says"),
    [
        ("270", "005010X279A1", "This is a 270 eligibility inquiry, not an 835."),
        ("271", "005010X279A1", "This is a 271 eligibility response, not an 835."),
        ("276", "005010X212", "This is a 276 claim status inquiry, not an 835."),
        ("277", "005010X212", "This is a 277 claim status response, not an 835."),
        ("277", "005010X214", "This is a 277CA claim acknowledgment, not an 835."),
        ("278", "005010X217", "This is a 278 authorization request or response, not an 835."),
        ("820", "005010X218", "This is an 820 premium payment, not an 835."),
        ("834", "005010X220A1", "This is an 834 enrolment, not an 835."),
        ("837", "005010X222A1", "This is an 837 claim, not an 835."),
        ("997", "005010", "This is a 997 functional acknowledgment, not an 835."),
        ("999", "005010X231A1", "This is a 999 implementation acknowledgment, not an 835."),
        ("850", "005010", "This is another X12 transaction, not an 835."),
    ],
)
def test_other_transactions_are_refused_by_name(kind: str, version: str, says: str) -> None:
    group = GS.replace("005010X221A1", version)
    reading = read_835(f"{ISA}{group}ST*{kind}*1~SE*2*1~GE*1*2~IEA*1*000000001~".encode())
    assert reading.refused
    assert one(reading, "error").message == says


def test_another_transaction_beside_an_835_is_left_out_and_masked() -> None:
    other = "ST*270*9~NM1*IL*1*DOE~SE*3*9~"
    data = file_of(transaction(""), other)
    reading = read_835(data)
    assert reading.remittance.num_rows == 1
    assert (one(reading, "warning").field, one(reading, "warning").value) == ("ST01", "270")
    assert b"DOE" in [data[a:b] for a, b in zip(*reading.masked, strict=True)]


@pytest.mark.parametrize("keep", ["CLP*A*1*5*5~", "CLP*A*1*5*", "SE*9", "SE*9*000"])
def test_a_file_that_ends_in_a_transaction_is_refused(keep: str) -> None:
    data = file_of(transaction("CLP*A*1*5*5~CLP*B*1*6*6~", "11"))
    cut = data[: data.index(keep.split("*")[0].encode())] + keep.encode()
    reading = read_835(cut)
    assert reading.refused
    message = one(reading, "error").message
    assert f"The file ends at byte {len(cut)}, in the middle of transaction 0001" in message
    assert "segment 3 (ST), byte 147" in message
    assert "complete file" in one(reading, "error").remedy


def test_a_plb_behind_se_that_is_cut_off_is_refused() -> None:
    assert read_835(file_of(transaction(""))[:-36] + b"PLB*1*20241231*WO:R*1").refused


def test_missing_trailers_and_wrong_counts_are_warnings() -> None:
    first = transaction("CLP*A*1*5*5~", "5", trace="T1").partition("SE*")[0]
    second = transaction("", trace="T2").replace("SE*5*0001", "SE*9*0002")
    reading = read_835((ISA + GS + first + second + "IEA*2*77~").encode())
    assert balance(reading) == [(Decimal("0.00"), "balanced"), (Decimal("0.00"), "balanced")]
    found = [(p.severity, p.field, p.value) for p in reading.problems]
    assert found == [
        ("warning", "SE", ""),
        ("warning", "SE01", "9"),
        ("warning", "SE02", "0002"),
        ("warning", "GE", ""),
        ("warning", "IEA01", "2"),
        ("warning", "IEA02", "77"),
    ]


def test_an_se_at_the_very_end_needs_no_terminator_if_its_number_is_right() -> None:
    reading = read_835(f"{ISA}{GS}{transaction('')}".rstrip("~").encode())
    assert not reading.refused
    assert {p.field for p in reading.problems} == {"GE", "IEA"}


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("BPR*I*5", "BPR*I*five", "BPR02", "4 letters"),
        ("BPR*I*5", "BPR*I*", "BPR02", ""),
        ("20240215~TRN", "240215~TRN", "BPR16", "240215"),
        ("20240215~TRN", "~TRN", "BPR16", ""),
        ("TRN*1*T1", "TRN*1*", "TRN02", ""),
        ("TRN*1*T1*9~", "", "TRN", ""),
        ("BPR*I*5*C*ACH************20240215~", "", "BPR", ""),
        ("CLP*A*1*5*5", "CLP*A*1*5*x", "CLP04", "1 letter"),
        ("CLP*A*1*5*5", "CLP*A*1*5", "CLP04", ""),
        ("PLB*1*20241231*WO:R*0", "PLB*1*20241231*WO:R*1.234", "PLB04", "1.234"),
        ("PLB*1*20241231*WO:R*0", "PLB*1*20241231*WO:R", "PLB04", ""),
    ],
)
def test_a_remittance_that_cannot_be_checked_is_unchecked(
    old: str, new: str, field: str, value: str
) -> None:
    text = transaction("CLP*A*1*5*5~PLB*1*20241231*WO:R*0~", "5")
    assert old in text
    reading = read_835(file_of(text.replace(old, new)))
    assert columns(reading, "remittance", "balance_state") == [("unchecked",)]
    problem = one(reading, "error")
    assert (problem.field, problem.value) == (field, value)
    assert "quarantine" in problem.remedy
    assert problem.location.startswith("segment ")


def test_an_unbalanced_remittance_says_its_signed_difference() -> None:
    reading = read("CLP*A*1*10.00*8.00~CAS*CO*45*2~PLB*1*20241231*WO:R*3~", "4.99")
    assert balance(reading) == [(Decimal("-0.01"), "unbalanced")]
    problem = one(reading, "error")
    assert (problem.field, problem.value) == ("BPR02", "4.99")
    assert problem.location == "segment 4 (BPR), byte 159"
    assert "differs by -0.01 from claims 8.00 minus provider adjustments 3.00" in problem.message
    assert "kept in quarantine" in problem.message


def test_unbalanced_claims_and_lines_are_warnings_of_which_twenty_are_listed() -> None:
    body = "CLP*A*1*10*8~CAS*CO*45*1~SVC*HC:1*10*9.5~" * 15
    reading = read(body, "120")
    assert set(columns(reading, "claim_payment", "difference", "balance_state")) == {
        (Decimal("1.00"), "unbalanced")
    }
    assert set(columns(reading, "service_payment", "difference", "balance_state")) == {
        (Decimal("0.50"), "unbalanced")
    }
    warnings = [p for p in reading.problems if p.severity == "warning"]
    assert len(warnings) == 21
    assert [(p.field, p.value) for p in warnings[:2]] == [("CLP04", "1.00"), ("SVC03", "0.50")]
    assert warnings[20].message == "And 10 more claims or service lines do not balance."


def test_a_claim_with_an_unreadable_adjustment_is_unchecked_and_the_remittance_ties() -> None:
    reading = read("CLP*A*1*10*8~CAS*CO*45*two*3~", "8")
    assert balance(reading) == [(Decimal("0.00"), "balanced")]
    assert columns(reading, "claim_payment", "difference", "balance_state") == [(None, "unchecked")]
    assert columns(reading, "claim_adjustment", "reason_code", "amount", "quantity") == [
        ("45", None, Decimal("3.000"))
    ]
    assert one(reading, "warning").location == "segment 8 (CAS), byte 240"
    assert (one(reading, "warning").field, one(reading, "warning").value) == ("CAS03", "3 letters")


def test_cas_triplets_may_have_gaps() -> None:
    reading = read("CLP*A*1*10*1~CAS*CO*45*2*1****97*3**B1**4~SVC*HC:1~CAS*PR**4~", "1")
    names = ("line_no", "adjustment_no", "group_code", "reason_code", "amount", "quantity")
    assert columns(reading, "claim_adjustment", *names) == [
        (0, 1, "CO", "45", Decimal("2.00"), Decimal("1.000")),
        (0, 2, "CO", "97", Decimal("3.00"), None),
        (0, 3, "CO", "B1", None, Decimal("4.000")),
        (1, 4, "PR", None, Decimal("4.00"), None),
    ]


def test_plb_pairs_split_reason_and_reference() -> None:
    body = "PLB*77*20241231*WO:A:B*1***L6*-2*:X*3~PLB*78**FB:T 1*4~"
    reading = read(body, "-6")
    start = file_of(transaction(body, "-6")).index(b"PLB")
    end = start + body.index("~") + 1
    assert columns(
        reading, "provider_adjustment", *reading.provider_adjustment.column_names[1:]
    ) == [
        (1, start, end, "77", date(2024, 12, 31), "WO", "A:B", Decimal("1.00")),
        (2, start, end, "77", date(2024, 12, 31), "L6", "", Decimal("-2.00")),
        (3, start, end, "77", date(2024, 12, 31), None, "X", Decimal("3.00")),
        (4, end, start + len(body), "78", None, "FB", "T 1", Decimal("4.00")),
    ]
    assert balance(reading) == [(Decimal("0.00"), "balanced")]


def test_a_plb_behind_se_counts() -> None:
    reading = read_835(file_of(transaction("CLP*A*1*9*9~", "4") + "PLB*1*20241231*WO:R*5~"))
    assert balance(reading) == [(Decimal("0.00"), "balanced")]
