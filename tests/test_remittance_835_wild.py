"""835 files as they come in the wild: the same exact facts however they are wrapped, trimmed or padded."""

from __future__ import annotations

import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.ingest import load
from loaders.results import REMITTANCE_TABLES
from loaders.x12.remittance_835 import Reading, read_835
from tests.checks_835 import check_shape
from tests.files_835 import GS, ISA, balance, columns, file_of, one, read, transaction
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

BODY = (
    "LX*1~CLP*A1*1*100.00*80.00*5*12*ICN1*11*1~SVC*HC:99213:25*100*80**1~"
    "DTM*472*20240105~CAS*CO*45*15~CAS*PR*2*5~CLP*A2*22*-40*-40**12*ICN2~"
    "PLB*77*20241231*WO:ICN2*10.01*L6*-.01~"
)
PLAIN = file_of(transaction(BODY, "30")).decode()
MONEY: dict[str, list[tuple[object, ...]]] = {
    "remittance": [(Decimal("30.00"), Decimal("40.00"), Decimal("10.00"), "balanced")],
    "claim_payment": [
        ("A1", "1", Decimal("100.00"), Decimal("80.00"), Decimal("5.00")),
        ("A2", "22", Decimal("-40.00"), Decimal("-40.00"), None),
    ],
    "service_payment": [("99213", "25", Decimal("100.00"), Decimal("80.00"), Decimal("1.000"))],
    "provider_adjustment": [("WO", "ICN2", Decimal("10.01")), ("L6", "", Decimal("-0.01"))],
}
COLUMNS = {
    "remittance": "payment_amount claim_paid provider_adjustment_total balance_state",
    "claim_payment": "patient_control_number claim_status charge paid patient_responsibility",
    "service_payment": "procedure_code modifiers charge paid units",
    "provider_adjustment": "reason_code reference amount",
}


def money_of(reading: Reading) -> dict[str, list[tuple[object, ...]]]:
    """The values that MONEY has."""
    return {name: columns(reading, name, *names.split()) for name, names in COLUMNS.items()}


def without_offsets(reading: Reading) -> dict[str, list[dict[str, object]]]:
    """Every fact but where it stands."""
    return {
        name: [
            {key: value for key, value in row.items() if not key.startswith("byte_")}
            for row in getattr(reading, name).to_pylist()
        ]
        for name in REMITTANCE_TABLES
    }


def severe(reading: Reading) -> list[tuple[str, str]]:
    """Field and severity of what is more than information."""
    return [(p.field, p.severity) for p in reading.problems if p.severity != "info"]


def test_the_plain_file() -> None:
    reading = read_835(PLAIN.encode())
    assert money_of(reading) == MONEY
    assert reading.problems == ()


@pytest.mark.parametrize(
    "ending",
    [
        "~\n",
        "~\r\n",
        "~\r",
        "~\n\n\n",
        "~ \t\r\n",
        "\n~",
        "\r\n~",
        "\n~\n",
        "\n",
        "\r\n",
        "\r",
        "\x1e",
        "\x00",
    ],
)
def test_line_breaks_after_before_and_instead_of_the_terminator(ending: str) -> None:
    reading = read_835(PLAIN.replace("~", ending).encode())
    assert without_offsets(reading) == without_offsets(read_835(PLAIN.encode()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeff", ""),
        ("\r\n \t\n", "\r\n\r\n   \x1a"),
        ("\x00\x00", "\x00" * 600),
        ("Dear provider, please find ISA data below.\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\nContent-Type: application/edi-x12\n\n", "\n"),
        ("\ufeff\ufeff ", "\ufeff"),
    ],
)
def test_what_stands_before_the_first_isa_and_after_the_last_iea(before: str, after: str) -> None:
    reading = read_835((before + PLAIN + after).encode())
    assert without_offsets(reading) == without_offsets(read_835(PLAIN.encode()))
    assert not [p for p in reading.problems if p.severity == "error"]


def test_words_behind_the_iea_are_told_and_change_nothing() -> None:
    reading = read_835((PLAIN + "\r\n-- end of report --\r\n").encode())
    assert money_of(reading) == MONEY
    assert [p.severity for p in reading.problems if "not part of an 835" in p.message] == ["info"]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [26, 35, 52, 54, 72, 80, 104, 105, 106, 107, 132])
def test_a_file_broken_into_lines_of_a_fixed_width_is_read_as_if_it_were_not(
    width: int, line_break: str
) -> None:
    lines = [PLAIN[at : at + width] for at in range(0, len(PLAIN), width)]
    data = line_break.join(lines).encode()
    reading = read_835(data)
    assert without_offsets(reading) == without_offsets(read_835(PLAIN.encode()))
    assert reading.problems == ()
    row = reading.claim_payment.to_pylist()[1]
    text = data[row["byte_start"] : row["byte_end"]].replace(line_break.encode(), b"")
    assert text == b"CLP*A2*22*-40*-40**12*ICN2~"


@pytest.mark.parametrize(
    ("clean", "written"),
    [
        ("*22*", "*22 *"),
        ("*22*", "*2\n2*"),
        ("*22*", "* \r\n 22\t*"),
        ("WO:ICN2*", "WO :ICN2 *"),
        ("WO:ICN2*", "W\nO: ICN2*"),
        ("*10.01*", "* 10.01 *"),
        ("*T1*", "*T1        *"),
        ("*20240215~", "*20240215 ~"),
        ("HC:99213:25*", "HC : 99213 :25 *"),
        ("CLP*A2", "CLP *A2"),
        ("CLP*A2", "CL\nP*A2"),
        ("*ICN2~", "*ICN2\n \n~"),
    ],
)
def test_blanks_around_a_value_and_line_breaks_in_it_are_not_part_of_it(
    clean: str, written: str
) -> None:
    assert clean in PLAIN
    reading = read_835(PLAIN.replace(clean, written).encode())
    assert without_offsets(reading) == without_offsets(read_835(PLAIN.encode()))
    assert reading.problems == ()


def test_blanks_within_a_value_are_part_of_it() -> None:
    reading = read_835(PLAIN.replace("Acme, Inc.", " Acme  of:  X ").encode())
    assert columns(reading, "remittance", "payer_name") == [("Acme  of:  X",)]


def test_problems_of_a_wrapped_file_are_told_where_they_stand_in_it() -> None:
    text = PLAIN.replace("*-40*-40*", "*-40*-4X*")
    data = "\n".join(text[at : at + 80] for at in range(0, len(text), 80)).encode()
    error = one(read_835(data), "error")
    at = int(error.location.rpartition(" ")[2])
    assert data[at : at + 50].replace(b"\n", b"").startswith(b"CLP*A2*22*")


def test_codes_in_small_letters_are_those_in_capitals() -> None:
    small = PLAIN.replace("WO:", "wo:").replace("L6*", "l6*").replace("CAS*CO", "CAS*co")
    assert without_offsets(read_835(small.encode())) == without_offsets(read_835(PLAIN.encode()))


def test_a_provider_adjustment_code_in_no_list_is_told_once() -> None:
    body = "CLP*A*1*100*100~PLB*1*20241231*ZZ:A*10*WO:B*5*ZZ:C*1~PLB*1*20241231*zz:A*4~"
    warning = one(read(body, "80"), "warning")
    assert (warning.field, warning.message) == (
        "PLB03",
        "3 provider adjustments have the reason ZZ, which is in no list: kept, shown, and no recoupment.",
    )


def test_each_interchange_is_read_with_its_own_delimiters() -> None:
    texts = [file_of(transaction(BODY, "30", trace=f"T{n}")).decode() for n in range(4)]
    others = ["*~:^", "|\n>!", "\x1d\x1c\x1f\x1e", "+'?\xa7"]
    written = [t.translate(str.maketrans("*~:^", o)) for t, o in zip(texts, others, strict=True)]
    reading = read_835("\r\n".join(written).encode("latin-1"))
    assert columns(reading, "remittance", "trace_number", "balance_state") == [
        (f"T{n}", "balanced") for n in range(4)
    ]
    expected = {name: rows * 4 for name, rows in MONEY.items()}
    assert money_of(reading) == expected


@pytest.mark.parametrize(
    "isa",
    [
        "ISA*00**00**ZZ*PAYER*ZZ*CLINIC*240215*1200*^*00501*000000001*0*P*:~",
        "ISA*00* *00* *ZZ*PAYER *ZZ*CLINIC *240215*1200*^*00501*1*0*P*:~",
        ISA.replace("PAYER          ", "A PAYER WHOSE NAME IS TOO LONG FOR THE ELEMENT"),
    ],
)
def test_an_isa_that_was_trimmed_or_is_too_long(isa: str) -> None:
    reading = read_835(PLAIN.replace(ISA, isa).encode())
    assert money_of(reading) == MONEY


def test_tags_in_small_letters() -> None:
    lines = [line.partition("*") for line in PLAIN.split("~")]
    small = "~".join(tag.lower() + mark + rest for tag, mark, rest in lines)
    assert without_offsets(read_835(small.encode())) == without_offsets(read_835(PLAIN.encode()))


@pytest.mark.parametrize("gone", [("SE",), ("GE",), ("IEA",), ("GE", "IEA"), ("SE", "GE")])
def test_a_missing_trailer_is_a_warning(gone: tuple[str, ...]) -> None:
    kept = [line for line in PLAIN.split("~") if line.partition("*")[0] not in gone]
    reading = read_835("~".join(kept).encode())
    assert money_of(reading) == MONEY
    assert set(gone) <= {field for field, severity in severe(reading) if severity == "warning"}


def test_a_wrong_count_of_segments_is_a_warning() -> None:
    assert "SE*13*" in PLAIN
    reading = read_835(PLAIN.replace("SE*13*", "SE*99*").encode())
    assert money_of(reading) == MONEY
    assert ("SE01", "warning") in severe(reading)


def test_repeated_header_numbers_and_parties_do_not_split_a_remittance() -> None:
    body = "N1*PR*Second Payer*XV*P2~N1*PE*Clinic*XX*1000000001~N1*PE*Other*XX*1000000002~"
    body += "LX*1~LX*1~CLP*A*1*5*5~LX*1~CLP*B*1*6*6~LX*2~"
    reading = read(body, "11")
    names = ("payer_name", "payee_name", "payee_npi", "claim_paid", "balance_state")
    assert columns(reading, "remittance", *names) == [
        ("Acme, Inc.", "Clinic", "1000000001", Decimal("11.00"), "balanced")
    ]
    assert columns(reading, "claim_payment", "claim_no", "patient_control_number") == [
        (1, "A"),
        (2, "B"),
    ]


def test_several_plb_segments_of_several_providers_are_numbered_through() -> None:
    body = "CLP*A*1*100*100~PLB*1*20241231*WO:A*10*FB:B*-20~PLB*2*20241231*WO:C*30~PLB*1*20241231*72:D*-5.5~"
    reading = read(body, "85.50")
    assert columns(reading, "provider_adjustment", "adjustment_no", "provider_id", "amount") == [
        (1, "1", Decimal("10.00")),
        (2, "1", Decimal("-20.00")),
        (3, "2", Decimal("30.00")),
        (4, "1", Decimal("-5.50")),
    ]
    assert balance(reading) == [(Decimal("0.00"), "balanced")]


def test_plb_segments_before_and_behind_se_both_count() -> None:
    text = transaction("CLP*A*1*100*100~PLB*1*20241231*WO:A*10~", "70") + "PLB*1*20241231*WO:B*20~"
    assert balance(read_835(file_of(text))) == [(Decimal("0.00"), "balanced")]


def test_a_plb_behind_ge_belongs_to_no_remittance() -> None:
    data = file_of(transaction("CLP*A*1*9*9~", "9")).replace(b"IEA", b"PLB*1*20241231*WO:R*5~IEA")
    reading = read_835(data)
    assert balance(reading) == [(Decimal("0.00"), "balanced")]
    assert reading.provider_adjustment.num_rows == 0
    assert one(reading, "warning").field == "PLB"


@pytest.mark.parametrize("damaged", ["\x10ST*835*", "XT*835*"])
def test_a_plb_of_a_transaction_whose_st_is_damaged_is_not_given_to_the_one_before(
    damaged: str,
) -> None:
    good = transaction("CLP*A*1*9*9~", "9", trace="T1")
    bad = transaction("CLP*B*1*8*8~", "3", trace="T2").replace("ST*835*", damaged)
    tail = "PLB*1*20241231*WO:R*5~"
    text = f"{ISA}{GS}{good}GE*1*2~{GS}{bad}{tail}GE*1*2~IEA*2*000000001~"
    assert balance(read_835(text.encode())) == [(Decimal("0.00"), "balanced")]


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("9999999999999999.99", Decimal("9999999999999999.99")),
        ("-9999999999999999.99", Decimal("-9999999999999999.99")),
        ("0000000000000000000001.10", Decimal("1.10")),
        ("10000000000000000.00", None),
        ("99999999999999999999999999999999999999999999", None),
    ],
)
def test_amounts_of_up_to_eighteen_digits_are_exact_and_longer_ones_unknown(
    amount: str, value: Decimal | None
) -> None:
    reading = read(f"CLP*A*1*{amount}*{amount}~", amount)
    assert columns(reading, "claim_payment", "paid") == [(value,)]
    known = ("balanced", Decimal("0.00")) if value is not None else ("unchecked", None)
    assert columns(reading, "remittance", "balance_state", "difference") == [known]


def test_empty_amounts_are_unknown_not_nothing() -> None:
    reading = read("CLP*A*1**5*~CAS*CO*45*~SVC*HC:1**~", "5")
    assert columns(reading, "claim_payment", "charge", "paid", "balance_state") == [
        (None, Decimal("5.00"), "unchecked")
    ]
    assert columns(reading, "claim_adjustment", "amount") == [(None,)]
    assert columns(reading, "service_payment", "charge", "paid") == [(None, None)]
    assert balance(reading) == [(Decimal("0.00"), "balanced")]


def test_control_bytes_in_an_amount_make_it_unknown() -> None:
    for byte in "\x00\x07\x1a\x85\xa0\xb2\xe9":
        text = transaction("CLP*A*1*5*5" + byte + "~", "5")
        reading = read_835(f"{ISA}{GS}{text}GE*1*2~IEA*1*000000001~".encode("latin-1"))
        assert columns(reading, "remittance", "balance_state") == [("unchecked",)], byte


def total(folder: Path) -> Decimal:
    """Payments before offsets, USD."""
    amount: Decimal = kpi_table(engine_of(folder), Filters()).to_pylist()[0]["payments"]
    return amount


def zipped(members: dict[str, bytes]) -> bytes:
    """A .zip archive in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def remit(trace: str, amount: str) -> bytes:
    """A file of one remittance with one claim."""
    return file_835(Remit(trace, "20250303", [Claim(trace, amount)]))


def test_a_zip_in_which_a_gz_stands(tmp_path: Path) -> None:
    packed = zipped(
        {"in/a.835.gz": gzip.compress(remit("T1", "10.00")), "b.835": remit("T2", "0.50")}
    )
    results = load([Path("all.zip")], tmp_path, contents={"all.zip": packed})
    assert [(r.path, r.status) for r in results] == [
        ("all.zip/in/a.835.gz", "loaded"),
        ("all.zip/b.835", "loaded"),
    ]
    assert total(tmp_path) == Decimal("10.50")


def test_a_damaged_gz_in_a_zip_is_refused_and_the_rest_loads(tmp_path: Path) -> None:
    packed = zipped(
        {"a.gz": gzip.compress(remit("T1", "10.00"))[:40], "b.835": remit("T2", "0.50")}
    )
    results = load([Path("all.zip")], tmp_path, contents={"all.zip": packed})
    assert [r.status for r in results] == ["rejected", "loaded"]
    assert total(tmp_path) == Decimal("0.50")


@pytest.mark.parametrize(
    "empty",
    [
        ISA + "TA1*1*1*1*A*000~IEA*0*000000001~",
        ISA + GS + "GE*0*2~IEA*1*000000001~",
        ISA + "IEA*0*000000001~",
        ISA + GS.replace("HP", "HC") + "GE*0*2~IEA*1*000000001~",
    ],
    ids=["TA1", "empty group", "empty interchange", "empty group of claims"],
)
def test_a_file_without_an_835_is_refused_beside_good_ones_as_it_is_alone(
    empty: str, tmp_path: Path
) -> None:
    files = {"a.835": remit("T1", "10.00"), "b.835": empty.encode(), "c.835": remit("T2", "0.50")}
    results = load([Path(name) for name in files], tmp_path, contents=files)
    assert [r.status for r in results] == ["loaded", "rejected", "loaded"]


def test_a_payer_s_name_is_the_same_whatever_is_read_beside_it(tmp_path: Path) -> None:
    named = file_835(Remit("T1", "20250303", [Claim("A", "100.00")], payer="SOCIÉTÉ"))
    latin = file_835(Remit("T2", "20250303", [Claim("B", "7.00")], payer="MÜLLER"))
    load([Path("a.835")], tmp_path, contents={"a.835": named})
    again = {"again.835": named.replace(b"~\n", b"~"), "b.835": latin.decode().encode("latin-1")}
    results = load([Path(name) for name in again], tmp_path, contents=again)
    assert [r.status for r in results] == ["duplicate", "loaded"]
    assert total(tmp_path) == Decimal("107.00")


@pytest.mark.parametrize(
    "text",
    [
        b"~" * 400_000,
        b"ISA*" * 100_000,
        b"ST*835*1~" * 40_000,
        ISA.encode() + b"ISA*00*" * 60_000,
        (ISA + GS).encode() + b" " * 400_000 + b"~",
        (ISA + GS + "ST*835*1~").encode() + b"\r\n" * 200_000 + b"SE*2*1~",
        ISA.encode() * 3000,
        (ISA + GS).encode() + b"CLP" * 130_000,
        b"GS*HP*" + b"A" * 400_000,
        PLAIN.encode().replace(b"CAS*CO*45*15~", b"CAS" + b"*CO*45*1" * 40_000 + b"~"),
    ],
    ids=[
        "terminators",
        "ISA",
        "ST",
        "ISA starts",
        "blanks",
        "breaks",
        "ISAs",
        "no end",
        "GS",
        "long CAS",
    ],
)
def test_long_texts_of_one_thing_are_read_or_refused_like_short_ones(text: bytes) -> None:
    """Half a megabyte of what a search might go over again and again."""
    check_shape(read_835(text))


@pytest.mark.parametrize("between", ["", "\n", "\r\n"])
def test_an_isa_without_its_component_separator_is_read(between: str) -> None:
    body = "CLP*A*1*5*5~SVC*HC:99213:25*5*5~PLB*1*20241231*WO:R1*2~"
    whole = file_of(transaction(body, amount="3")).decode()
    data = whole.replace("*P*:~", "*P*~").replace("~", f"~{between}").encode()
    for reading in (read_835(data), read_835(data + data.replace(b"*T1*", b"*T2*"))):
        assert set(reading.remittance.column("balance_state").to_pylist()) == {"balanced"}
        line = reading.service_payment.to_pylist()[0]
        assert (line["procedure_code"], line["modifiers"]) == ("99213", "25")
        assert reading.provider_adjustment.to_pylist()[0]["reference"] == "R1"


def test_a_name_that_runs_on_from_an_unknown_segment_is_told_and_not_kept() -> None:
    whole = file_835(Remit("T1", "20250303", [Claim("A", "10.00")]))
    reading = read_835(whole.replace(b"NM1*QC*1*PATIENT", b"ABC*1*NM1*QC*1*PATIENT"))
    assert not reading.refused
    messages = [problem.message for problem in reading.problems]
    assert (
        "An NM1 follows segment without a terminator between them and was not read: 1." in messages
    )
    assert not any("PATIENT" in f"{problem}" for problem in reading.problems)
