"""What an 835 says beside the columns of the other tables: which elements are kept, as what, and which never are."""

from datetime import date
from decimal import Decimal

from loaders.x12.details import REFERENCES
from loaders.x12.masking import NUMBERS
from tests.files_835 import columns, read

CLAIM = (
    "CLP*A*1*500*400*20*12*ICN*11*7*01*222*1.5*.2~CAS*CO*45*100~NM1*QC*1*DOE*JO****MI*S1~"
    "NM1*74*1*ROE*JO****C*S2~NM1*82*1*DR*****XX*1000000001~NM1*TT*2*NEXT PAYER*****PI*X1~"
    "NM1*PR*1*ROE*JO~NM1*GB*1*GEE~MIA*5***100.5*N1**20~MOA*.5*10*MA18*****1*2~REF*1L*G1~REF*F8*OLD~"
    "REF*EA*R9~REF*SY*123456789~REF*9F*R1~DTM*232*20240101~DTM*050*20240105~DTM*036*20241231~"
    "DTM*222*19500101~AMT*AU*480~AMT*I*3.21~QTY*CA*7~"
)
LINE = (
    "SVC*HC:99213:25*500*400*0450*2*HC:99214:25:59*3~DTM*150*20240101~DTM*151*20240102~"
    "CAS*CO*45*100~REF*6R*L1~REF*0K*POL~AMT*B6*250~QTY*ZK*3~LQ*HE*N130~"
)


def details(body: str) -> list[tuple[object, ...]]:
    """Everything but the remittance and the place in the file."""
    names = ("claim_no", "line_no", "element", "qualifier", "amount", "day", "value")
    return columns(read(body), "remittance_detail", *names)


def test_what_a_claim_and_its_line_say_beside_the_columns() -> None:
    assert details(CLAIM + LINE) == [
        (1, 0, "CLP10", None, None, None, "01"),
        (1, 0, "CLP11", None, None, None, "222"),
        (1, 0, "CLP12", None, None, None, "1.5"),
        (1, 0, "CLP13", None, None, None, ".2"),
        (1, 0, "NM101", "74", None, None, None),
        (1, 0, "NM103", "TT", None, None, "NEXT PAYER"),
        (1, 0, "NM108", "TT", None, None, "PI"),
        (1, 0, "NM109", "TT", None, None, "X1"),
        (1, 0, "MIA01", None, None, None, "5"),
        (1, 0, "MIA04", None, Decimal("100.50"), None, None),
        (1, 0, "MIA07", None, Decimal("20.00"), None, None),
        (1, 0, "MOA01", None, None, None, ".5"),
        (1, 0, "MOA02", None, Decimal("10.00"), None, None),
        (1, 0, "MOA08", None, Decimal("1.00"), None, None),
        (1, 0, "MOA09", None, Decimal("2.00"), None, None),
        (1, 0, "REF02", "9F", None, None, "R1"),
        (1, 0, "DTM02", "036", None, date(2024, 12, 31), None),
        (1, 0, "AMT02", "AU", Decimal("480.00"), None, None),
        (1, 0, "AMT02", "I", Decimal("3.21"), None, None),
        (1, 0, "QTY02", "CA", None, None, "7"),
        (1, 1, "SVC06", "HC", None, None, "99214 25 59"),
        (1, 1, "SVC07", None, None, None, "3"),
        (1, 1, "DTM02", "150", None, date(2024, 1, 1), None),
        (1, 1, "DTM02", "151", None, date(2024, 1, 2), None),
        (1, 1, "REF02", "0K", None, None, "POL"),
        (1, 1, "AMT02", "B6", Decimal("250.00"), None, None),
        (1, 1, "QTY02", "ZK", None, None, "3"),
    ]


def test_what_stands_above_the_claims_has_claim_0_and_its_place() -> None:
    body = (
        "CUR*PR*USD~REF*EV*R1~N1*PE*Clinic*XX*1234567893~REF*PQ*P9~LX*1~"
        "TS3*1234567893*11*20241231*2*600~TS2*1.5~CLP*A*1*0*0~LX*2~CLP*B*1*0*0~AMT*AU*1~"
    )
    assert details(body) == [
        (0, 0, "CUR02", "PR", None, None, "USD"),
        (0, 0, "REF02", "EV", None, None, "R1"),
        (0, 0, "REF02", "PQ", None, None, "P9"),
        (0, 0, "LX01", None, None, None, "1"),
        (0, 0, "TS301", None, None, None, "1234567893"),
        (0, 0, "TS302", None, None, None, "11"),
        (0, 0, "TS303", None, None, date(2024, 12, 31), None),
        (0, 0, "TS304", None, None, None, "2"),
        (0, 0, "TS305", None, Decimal("600.00"), None, None),
        (0, 0, "TS201", None, Decimal("1.50"), None, None),
        (0, 0, "LX01", None, None, None, "2"),
        (2, 0, "AMT02", "AU", Decimal("1.00"), None, None),
    ]
    places = columns(read(body), "remittance_detail", "byte_start")
    claims = columns(read(body), "claim_payment", "byte_start")
    assert places[9] < claims[0] < places[10] < claims[1] < places[11]


def test_what_is_no_amount_or_more_than_a_day_keeps_its_text() -> None:
    body = "CLP*A*1*0*0~AMT*AU*1.234~DTM*036*20240101-20240131~DTM*036*NEVER~AMT*I~QTY*CA~"
    assert details(body) == [
        (1, 0, "AMT02", "AU", None, None, "1.234"),
        (1, 0, "DTM02", "036", None, date(2024, 1, 1), "20240101-20240131"),
        (1, 0, "DTM02", "036", None, None, "NEVER"),
    ]


def test_what_stands_outside_a_claim_or_a_remittance_is_not_told_of_one() -> None:
    assert details("NM1*74*1*ROE~MOA*.5~LX*1~NM1*TT*2*PAYER~SE*1*1~AMT*AU*1~REF*9F*1~") == [
        (0, 0, "LX01", None, None, None, "1")
    ]


def test_no_number_of_a_person_is_kept() -> None:
    assert not set(REFERENCES) & {*NUMBERS, "SY", "1W", "EA", "28", "A6", "IG", "1L"}
    body = "CLP*A*1*0*0~" + "".join(
        f"REF*{code}*1~" for code in ("28", "A6", "IG", "1W", "1L", "ZZ")
    )
    assert details(body) == []
