"""What the 835 reader gathers into which column, and what it says about the rest."""

from datetime import date
from decimal import Decimal

import pytest

from loaders.results import REMITTANCE_TABLES
from loaders.x12.remittance_835 import read_835, remittance_id
from loaders.x12.texts import without_patients
from tests.files_835 import GS, ISA, columns, file_of, one, read, transaction


def test_header_columns() -> None:
    body = (
        "REF*2U*NOT-PAYER-ID~DTM*405*20240214~N1*PE*Clinic*XX*1234567893~REF*TJ*99~REF*2U*77~"
        "N1*PE*Other*FI*88~"
    )
    reading = read(body, "-0.5")
    assert reading.remittance.drop_columns("remittance_id").to_pylist() == [
        {
            "byte_start": 147,
            "byte_end": 147 + len(transaction(body, "-0.5")),
            "interchange_control_number": "000000001",
            "group_control_number": "2",
            "transaction_control_number": "0001",
            "version": "005010X221A1",
            "handling_code": "I",
            "payment_method": "ACH",
            "payment_amount": Decimal("-0.50"),
            "payment_date": date(2024, 2, 15),
            "trace_number": "T1",
            "originator_id": "9",
            "production_date": date(2024, 2, 14),
            "payer_name": "Acme, Inc.",
            "payer_id": "P1",
            "payee_name": "Clinic",
            "payee_npi": "1234567893",
            "payee_tin": "99",
            "claim_paid": Decimal("0.00"),
            "provider_adjustment_total": Decimal("0.00"),
            "difference": Decimal("-0.50"),
            "balance_state": "unbalanced",
        }
    ]


def test_ids_of_payer_and_payee_fall_back_to_their_own_ref() -> None:
    text = transaction("REF*EO*1~REF*2U*12~N1*XX*Third~REF*2U*13~N1*PE*Clinic*FI*55~REF*TJ*66~")
    reading = read_835(file_of(text.replace("*XV*P1", "")))
    assert columns(reading, "remittance", "payer_id", "payee_npi", "payee_tin") == [
        ("12", None, "55")
    ]


def test_remittance_id_does_not_depend_on_how_the_payer_is_written() -> None:
    key = ("Acme, Inc.", "T1", Decimal("12.5"), date(2024, 2, 15))
    assert remittance_id(*key) == remittance_id("ACME INC", *key[1:2], Decimal("12.50"), key[3])
    assert remittance_id(*key) == 6481629571777006789
    reading = read("CLP*A*1*12.5*12.5~", "12.5")
    assert columns(reading, "claim_payment", "remittance_id") == [(remittance_id(*key),)]


def test_a_remittance_printed_twice_is_read_once() -> None:
    text = transaction("CLP*A*1*5*5~", "5")
    reading = read_835(file_of(text, transaction("", trace="T2"), text))
    assert columns(reading, "remittance", "trace_number") == [("T1",), ("T2",)]
    assert reading.claim_payment.num_rows == 1
    assert "printed twice" in one(reading, "warning").message
    assert one(reading, "warning").location.startswith("segment 14 (ST)")
    assert (one(reading, "warning").field, one(reading, "warning").value) == ("TRN02", "T1")


def test_two_remittances_that_cannot_be_told_apart_by_their_key_both_stay() -> None:
    one_way, other = (transaction(body, day="") for body in ("CLP*A*1*0*0~", "CLP*B*1*0*0~"))
    ids = columns(read_835(file_of(one_way, other)), "remittance", "remittance_id")
    assert len(set(ids)) == 2


def test_claim_columns_and_byte_ranges() -> None:
    claim = (
        "CLP*ACCT*22*-10*-8*1.5*MA*ICN*11*1~NM1*QC*1*DOE*JO****MI*S1~NM1*82*1*DR*****FI*7~"
        "NM1*82*1*DR*****XX*1000000001~REF*F8*OLD~DTM*232*20240101~DTM*233*20240103~"
        "DTM*050*20240105~\r\n"
    )
    body = f"LX*1~{claim}LX*2~CLP*B*4*0*0~"
    reading = read(body, "-8")
    data = file_of(transaction(body, "-8"))
    start = data.index(b"CLP*ACCT")
    first = reading.claim_payment.drop_columns("remittance_id").to_pylist()[0]
    assert first == {
        "claim_no": 1,
        "byte_start": start,
        "byte_end": start + len(claim) - 2,
        "patient_control_number": "ACCT",
        "claim_status": "22",
        "charge": Decimal("-10.00"),
        "paid": Decimal("-8.00"),
        "patient_responsibility": Decimal("1.50"),
        "filing_indicator": "MA",
        "payer_claim_control_number": "ICN",
        "facility_type": "11",
        "frequency": "1",
        "original_claim_control_number": "OLD",
        "rendering_npi": "1000000001",
        "service_from": date(2024, 1, 1),
        "service_to": date(2024, 1, 3),
        "received_date": date(2024, 1, 5),
        "difference": Decimal("-2.00"),
        "balance_state": "unbalanced",
    }


def test_claim_dates_and_doctor_fall_back_to_the_lines() -> None:
    body = (
        "CLP*A*1*0*0~SVC*HC:1*0*0~DTM*472*20240105~REF*HPI*11~REF*F8*LINE~"
        "SVC*HC:2*0*0~DTM*150*20240102~DTM*151*20240109~REF*HPI*22~DTM*232*20200101~"
    )
    names = ("service_from", "service_to", "rendering_npi", "original_claim_control_number")
    assert columns(read(body), "claim_payment", *names) == [
        (date(2024, 1, 2), date(2024, 1, 9), "11", None)
    ]


def test_line_columns_and_byte_ranges() -> None:
    first = "SVC*HC:99213:25::59*100.00*80*0450*2.5~DTM*150*20240102~CAS*CO*45*20~REF*6R*L1~"
    second = "SVC*NU:0450*5*5~DTM*150*20240101~DTM*472*20240102-20240103~"
    body = f"CLP*A*1*105*85~{first}{second}PLB*1*20241231*WO:R*0~"
    reading = read(body, "85")
    data = file_of(transaction(body, "85"))
    start = data.index(b"SVC")
    end = start + len(first)
    key = columns(reading, "remittance", "remittance_id")[0][0]
    hundred, eighty, five = Decimal("100.00"), Decimal("80.00"), Decimal("5.00")
    head = (key, 1, 1, start, end, "HC", "99213", "25 59", "0450", hundred, eighty)
    last = (Decimal("1.000"), date(2024, 1, 2), None, Decimal("0.00"), "balanced")
    tail = (Decimal("2.500"), date(2024, 1, 2), "L1", Decimal("0.00"), "balanced")
    assert columns(reading, "service_payment", *reading.service_payment.column_names) == [
        head + tail,
        (key, 1, 2, end, end + len(second), "NU", "0450", None, None, five, five, *last),
    ]


def test_remark_codes_in_file_order() -> None:
    body = (
        "CLP*A*1*0*0~LQ*HE*N1~MIA*0****MA1***************MA2*MA3~"
        "SVC*HC:1*0*0~LQ*HE*N2~LQ*RX*75~MOA***MA4****MA5~CLP*B*1*0*0~LQ*HE*N3~"
    )
    assert columns(read(body), "remark", "claim_no", "line_no", "source", "code") == [
        (1, 0, "LQ", "N1"),
        (1, 0, "MIA", "MA1"),
        (1, 0, "MIA", "MA2"),
        (1, 0, "MIA", "MA3"),
        (1, 1, "LQ", "N2"),
        (1, 0, "MOA", "MA4"),
        (1, 0, "MOA", "MA5"),
        (2, 0, "LQ", "N3"),
    ]


def test_what_identifies_patients_is_masked_and_nothing_else() -> None:
    claim = (
        "CLP*A*1*0*0~NM1*QC*1*DOE*JO*X***MI*S1~NM1*IL*1*ROE~nm1*74*1**NEW~NM1*GB*1*GEE~"
        "NM1*82*1*DOCTOR*****XX*7~N3*1 ROAD*B~N4*TOWN*TX~PER*CX*JOE~DMG*D8*19500101~"
        "REF*SY*123456789~REF*1W*M1~REF*EA*R9~REF*F8*KEPT~"
    )
    body = f"N3*PAYER STREET~PER*BL*SUPPORT~{claim}"
    reading, data = read(body), file_of(transaction(body))
    assert [data[a:b].decode() for a, b in zip(*reading.masked, strict=True)] == (
        "DOE JO X MI S1 ROE NEW GEE 1_ROAD B TOWN TX CX JOE D8 19500101 123456789 M1 R9"
    ).replace("_", "\x00").replace(" ", "|").replace("\x00", " ").split("|")
    said = " ".join(f"{p.value} {p.message}" for p in reading.problems)
    assert "DOE" not in said
    assert "19500101" not in said


@pytest.mark.parametrize(
    "written",
    [
        "nm1 *QC*1*DOE*JO****MI*DOE1~",
        "NM1\n*QC*1*DOE*JO****MI*DOE1~",
        "NM1* QC*1*DOE*JO****MI*DOE1~",
        "NM1**1*DOE*JO~",
        "NM1*QC1*DOE*JO~",
        "NM9*QC*1*DOE*JO~",
        "DOES*JO~",
        "DOE JO~",
        "NM1*82*1*DOCTOR*****XX*7NM1*QC*1*DOE*JO~",
        "N1*QC*DOE*JO~",
        "NTE*ADD*DOE~",
        "DTM*232*20240101*****DOE~",
        "REF*28*DOE1~",
        "REF*IG*DOE1~",
        "REF*1L*DOE1~",
    ],
)
def test_a_patient_is_masked_however_the_segment_is_written(written: str) -> None:
    data = file_of(transaction(f"CLP*A*1*0*0**12*ICN*11*1~{written}DTM*233*20240101~"))
    hidden = bytes(without_patients(data, read_835(data)))
    assert b"DOE" not in hidden
    assert hidden.endswith(data[data.index(b"DTM*233") :])


@pytest.mark.parametrize(
    "claim",
    [
        "CLP*A*1*0*0**12*ICN*11*1*NM1*QC*1*DOE*JO****MI*DOE1~",
        "CLP*A*1*0*0**12*ICNNM1*QC*1*DOE~",
        "CLP*A*1*0*0**12*ICN~CAS*CO*45*0.00*NM1*QC*1*DOE*DOE****MI*DOE1~",
        "CLP*A*1*0*0**12*ICN~CAS*CO*45*0*1NM1*QC*1*DOE*DOE~",
        "CLP*A*1*0*0**12*ICN~REF*F8*XNM1*IL*1*DOE~",
        "CLP*A*1*0*0**12*ICN~LQ*HE*nm1*QC*1*DOE~",
    ],
)
def test_a_name_that_runs_into_another_segment_is_masked_and_read_as_nothing(claim: str) -> None:
    data = file_of(transaction(claim))
    reading = read_835(data)
    assert b"DOE" not in bytes(without_patients(data, reading))
    assert "DOE" not in "".join(str(getattr(reading, n).to_pylist()) for n in REMITTANCE_TABLES)
    assert "DOE" not in "".join(p.value + p.message for p in reading.problems)
    assert "NM1" in " ".join(p.message for p in reading.problems if p.severity == "warning")


def test_segments_that_are_not_part_of_an_835_are_counted_per_tag() -> None:
    reading = read("ZZZ*1~CLP*A*1*0*0~zzz*2~N7*3~WHAT IS THIS~")
    assert [(p.severity, p.field, p.message) for p in reading.problems] == [
        (
            "info",
            "",
            "1 segment without a proper tag is not part of an 835; kept in the file only.",
        ),
        ("info", "N7", "1 segment N7 is not part of an 835; kept in the file only."),
        ("info", "ZZZ", "2 segments ZZZ are not part of an 835; kept in the file only."),
    ]


def test_segments_out_of_place_are_reported() -> None:
    late = "CLP*B*1*1*1~"
    reading = read_835(file_of(transaction("CAS*CO*45*1~LX*1~SVC*HC:1*1*1~") + late))
    assert reading.claim_payment.num_rows == 0
    assert [(p.severity, p.field) for p in reading.problems] == [
        ("warning", "CLP"),
        ("warning", "CAS"),
        ("warning", "SVC"),
    ]


def test_elements_past_the_last_are_reported() -> None:
    cas = "CAS*CO" + "*45*0*" * 6 + "*46*9~"
    plb = "PLB*1*20241231" + "*WO:R*0" * 6 + "*FB:R*7~"
    reading = read(f"CLP*A*1*0*0~{cas}{plb}")
    assert columns(reading, "remittance", "balance_state") == [("unchecked",)]
    assert (one(reading, "error").field, one(reading, "error").value) == (
        "PLB15",
        "3 letters, 1 other",
    )
    assert (one(reading, "warning").field, one(reading, "warning").value) == ("CAS20", "46")


def test_two_payments_in_one_transaction_are_not_checked() -> None:
    reading = read("BPR*I*0*C*ACH************20240215~")
    assert columns(reading, "remittance", "balance_state") == [("unchecked",)]
    assert "more than one BPR" in one(reading, "error").message


def test_a_file_without_isa_loads_with_a_warning() -> None:
    text = transaction("CLP*A*1*5*5~SVC*HC>1>25*5*5~PLB*1*20241231*WO>R*0~", "5")
    reading = read_835(b"\xef\xbb\xbf" + text.encode())
    assert columns(reading, "service_payment", "procedure_code", "modifiers") == [("1", "25")]
    assert columns(reading, "provider_adjustment", "reason_code", "reference") == [("WO", "R")]
    assert columns(reading, "remittance", "version", "balance_state") == [(None, "balanced")]
    assert "delimiters were inferred" in one(reading, "warning").message


def test_interchanges_with_different_delimiters_in_one_file() -> None:
    first = file_of(transaction("CLP*A*1*5*5~SVC*HC:1:25*5*5~", "5")).decode()
    second = file_of(transaction("CLP*B*1*6*6~SVC*HC:2:59*6*6~", "6", trace="T2")).decode()
    other = second.translate(str.maketrans("*:~^", "|>\n!"))
    reading = read_835(f"cover page\r\n{first}\r\n  {other}\r\n".encode())
    assert columns(reading, "service_payment", "procedure_code", "modifiers") == [
        ("1", "25"),
        ("2", "59"),
    ]
    assert [p.severity for p in reading.problems] == ["info"]
    assert "10 bytes before the first ISA" in reading.problems[0].message


@pytest.mark.parametrize("junk", [b"", b"cover page\r\n"])
def test_nothing_is_loaded_where_the_first_interchange_cannot_be_read(junk: bytes) -> None:
    damaged = bytearray(file_of(transaction("", "5")))
    damaged[34] = ord("!")
    reading = read_835(junk + damaged + file_of(transaction("", "6", trace="T2")))
    assert reading.refused
    place = len(junk) + len(damaged)
    assert f"can be read stands at byte {place};" in one(reading, "error").message


def test_nothing_is_loaded_where_a_later_interchange_cannot_be_read() -> None:
    first, last = (file_of(transaction("", usd, trace=f"T{usd}")) for usd in ("5", "6"))
    damaged = bytearray(first.replace(b"*", b"|"))
    damaged[34] = ord("!")
    reading = read_835(first + damaged + last)
    assert reading.refused
    assert one(reading, "error").location.endswith(f"byte {len(first)}")


@pytest.mark.parametrize("old", ["~", "*"])
def test_version_4010_and_odd_delimiters_read_alike(old: str) -> None:
    text = file_of(transaction("CLP*A*1*5*5~SVC*HC:1*5*5~", "5")).decode()
    text = text.replace("*^*00501*", "*U*00401*").replace("005010X221A1", "004010X091A1")
    reading = read_835(text.replace(old, "\x1e").encode())
    assert columns(reading, "remittance", "version", "balance_state") == [
        ("004010X091A1", "balanced")
    ]
    assert reading.problems == ()


def test_text_that_is_not_utf_8_and_control_bytes_are_kept() -> None:
    text = transaction("CLP*A\x02*1*0*0~").replace("Acme, Inc.", "Caf\xe9")
    data = f"{ISA}{GS}{text}GE*1*2~IEA*1*000000001~".encode("latin-1")
    reading = read_835(data)
    assert columns(reading, "remittance", "payer_name") == [("Caf\xe9",)]
    assert columns(reading, "claim_payment", "patient_control_number") == [("A\x02",)]


def test_amounts_too_large_to_add_are_not_checked() -> None:
    body = "CLP*A*1*9999999999999999.99*9999999999999999.99~" * 2
    reading = read(body, "0")
    assert columns(reading, "remittance", "claim_paid", "balance_state") == [(None, "unchecked")]
