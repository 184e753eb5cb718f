"""A reversal and its correction on two remittances: of one day, or the correction first; loaded as 835 files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.test_same_claim import Visit, told
from tests.warehouses import engine_of

BRIDGE = "payments, identified, net_withheld, withheld, recovered, corrected, payment_amount"
ITEM = "established, withheld, returned, recovered, corrected, open_balance, cause"
OTHER = Claim("OTHER", "1000")


def paid(amount: str, icn: str = "C1", original: str = "", charge: str = "625") -> Visit:
    return Visit("777", amount, icn=icn, original_icn=original, charge=charge)


def reversed_claim(amount: str = "600", icn: str = "C1", original: str = "") -> Visit:
    return Visit("777", f"-{amount}", "22", icn, original, charge="-625")


def of(payer: str, *remits: tuple[str, list[Visit], *tuple[tuple[str, str], ...]]) -> list[Remit]:
    """Remittances of one payer, each of its day of 2025, its claims and adjustments, numbered as they come."""
    return [
        Remit(f"{payer}{n}", f"2025{day}", [OTHER, *claims], plb, payer, payer)
        for n, (day, claims, *plb) in enumerate(remits)
    ]


FIRST = ("0103", [paid("600")])
CASES = [
    # The same day, whichever has the lower number; and one to seven days before.
    *of("REVERSALFIRST", FIRST, ("0303", [reversed_claim()]), ("0303", [paid("450")])),
    *of("CORRECTIONFIRST", FIRST, ("0303", [paid("450")]), ("0303", [reversed_claim()])),
    *of("DAYBEFORE", FIRST, ("0302", [paid("450", "C2", "C1")]), ("0303", [reversed_claim()])),
    *of("THREEDAYS", FIRST, ("0228", [paid("450")]), ("0303", [reversed_claim()])),
    *of("WEEK", FIRST, ("0224", [paid("450")]), ("0303", [reversed_claim()])),
    *of("EIGHTDAYS", FIRST, ("0223", [paid("450")]), ("0303", [reversed_claim()])),
    # Another number, and nothing but the account with its charge and day; another charge is another claim.
    *of("BYACCOUNT", FIRST, ("0303", [paid("450", "C2")]), ("0303", [reversed_claim()])),
    *of(
        "OTHERCHARGE",
        FIRST,
        ("0303", [paid("450", "C2", charge="500")]),
        ("0303", [reversed_claim()]),
    ),
    # Both replace the same claim.
    *of(
        "BOTHREPLACE",
        ("0303", [paid("450", "C3", "C1")]),
        ("0303", [reversed_claim("600", "C2", "C1")]),
    ),
    # Nothing of before is known: less than is reversed cannot be what is reversed, and just that much is.
    *of("UNKNOWNFIRST", ("0303", [paid("450")]), ("0303", [reversed_claim()])),
    *of("ORIGINAL", ("0301", [paid("600")]), ("0303", [reversed_claim()])),
    *of("ORIGINALSAMEDAY", ("0303", [paid("600")]), ("0303", [reversed_claim()])),
    *of("PARTREVERSED", ("0301", [paid("600")]), ("0303", [reversed_claim("150")])),
    *of(
        "INTWOPARTS", ("0228", [paid("100")]), ("0302", [paid("500")]), ("0303", [reversed_claim()])
    ),
    # The same pay again; and, voided and paid again, the second payment that is reversed in its turn.
    *of("SAMEPAY", FIRST, ("0302", [paid("600")]), ("0303", [reversed_claim()])),
    *of(
        "VOIDAGAIN",
        FIRST,
        ("0113", [reversed_claim()]),
        ("0301", [paid("600")]),
        ("0303", [reversed_claim()]),
    ),
    # Re-processed for more, after 150 was taken: the surplus comes back.
    *of(
        "WON",
        FIRST,
        ("0203", [reversed_claim(), paid("450")]),
        ("0303", [paid("700")]),
        ("0303", [reversed_claim("450")]),
    ),
    # One claim is paid as two.
    *of(
        "SPLIT",
        FIRST,
        ("0303", [paid("300", "C1A", "C1"), paid("200", "C1B", "C1")]),
        ("0303", [reversed_claim()]),
    ),
    # The reversal is put off beside it, as the correction is paid elsewhere; then it is taken.
    *of(
        "PUTOFF",
        FIRST,
        ("0302", [paid("450")]),
        ("0303", [reversed_claim()], ("WO:C1", "-600")),
        ("0403", [], ("WO:C1", "600")),
    ),
    # What has its correction beside it takes none from elsewhere.
    *of("BESIDE", FIRST, ("0303", [paid("500")]), ("0303", [reversed_claim(), paid("450")])),
]
UNPAIRED = "600 600 0 0 0 0 Unclassified"
PAIRED = "600 600 0 0 450 0 Unclassified"
EXPECTED = {
    "REVERSALFIRST": [PAIRED],
    "CORRECTIONFIRST": [PAIRED],
    "DAYBEFORE": [PAIRED],
    "THREEDAYS": [PAIRED],
    "WEEK": [PAIRED],
    "EIGHTDAYS": [UNPAIRED],
    "BYACCOUNT": [PAIRED],
    "OTHERCHARGE": [UNPAIRED],
    "BOTHREPLACE": [PAIRED],
    "UNKNOWNFIRST": [PAIRED],
    "ORIGINAL": [UNPAIRED],
    "ORIGINALSAMEDAY": [UNPAIRED],
    "PARTREVERSED": ["150 150 0 0 0 0 Unclassified"],
    "INTWOPARTS": [UNPAIRED],
    "SAMEPAY": ["600 600 0 0 600 0 Unclassified"],
    "VOIDAGAIN": ["600 600 0 600 0 0 Unclassified", UNPAIRED],
    "WON": ["150 150 0 150 0 0 Unclassified", "450 450 0 0 450 0 Unclassified"],
    "SPLIT": ["600 600 0 0 500 0 Unclassified"],
    "PUTOFF": [PAIRED],
    "BESIDE": ["150 150 0 0 0 0 Unclassified"],
}


def loaded(folder: Path, remits: list[Remit]) -> DuckDBEngine:
    (folder / "cases.835").write_bytes(file_835(*remits))
    (result,) = load([folder / "cases.835"], folder / "warehouse")
    assert (result.status, result.quarantined) == ("loaded", 0)
    return engine_of(folder / "warehouse")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    return loaded(tmp_path_factory.mktemp("split"), CASES)


def items(engine: DuckDBEngine, payer: str) -> list[str]:
    return told(
        engine,
        f"select {ITEM} from receivable where payer_key = '{payer}' order by established_on",
    )


@pytest.mark.parametrize("payer", EXPECTED)
def test_a_correction_on_another_remittance_is_found(engine: DuckDBEngine, payer: str) -> None:
    assert items(engine, payer) == EXPECTED[payer]


def test_each_remittance_ties_by_itself_and_the_credit_stands_with_the_reversal(
    engine: DuckDBEngine,
) -> None:
    sql = f"select {BRIDGE} from remittance_bridge where payer_key = 'WON' order by trace_number"
    assert told(engine, sql) == [
        "1600 0 0 0 0 0 1600",
        "1000 150 150 150 0 0 850",
        "1700 0 0 0 0 0 1700",
        "1000 450 450 450 150 450 550",
    ]


def test_what_is_credited_leads_to_the_claim_that_pays_it(engine: DuckDBEngine) -> None:
    sql = """
        select kind, match.amount, trace_number, claim_payment.paid
        from match
        join claim_payment using (remittance_id, claim_no)
        join posted_remittance using (remittance_id)
        where payer_key = 'SPLIT' and kind = 'corrected'
        order by 2
    """
    assert told(engine, sql) == ["corrected 200 SPLIT1 200", "corrected 300 SPLIT1 300"]


def test_a_correction_paid_before_is_not_the_original_payment(engine: DuckDBEngine) -> None:
    sql = """
        select posted_remittance.payer_key, original_payment.paid
        from original_payment
        join posted_remittance using (remittance_id)
        where payer_key in ('THREEDAYS', 'UNKNOWNFIRST', 'SAMEPAY')
        order by 1, posted_remittance.payment_date
    """
    assert told(engine, sql) == ["SAMEPAY 600", "THREEDAYS 600"]
    sql = "select payment_date from original_payment join receivable using (receivable_id) "
    assert told(engine, sql + "where payer_key = 'SAMEPAY'") == ["2025-01-03"]


def test_the_order_of_loading_changes_nothing(tmp_path: Path) -> None:
    shuffled = random.Random(7).sample(CASES, len(CASES))
    again = loaded(tmp_path, shuffled)
    assert {payer: items(again, payer) for payer in EXPECTED} == EXPECTED


def test_the_cause_and_the_code_that_grew_are_read_from_both_remittances(tmp_path: Path) -> None:
    first = Claim("A1", "600", icn="C1", adjustments=[("CO", "45", "25")])
    taken = Claim("A1", "-600", "22", "C1", adjustments=[("CO", "45", "-25")])
    less = Claim("A1", "450", icn="C1", adjustments=[("CO", "45", "25"), ("CO", "50", "150")])
    engine = loaded(
        tmp_path,
        [
            Remit("T0", "20250103", [OTHER, first], (), "NORTH", "NORTH"),
            Remit("T1", "20250302", [OTHER, less], (), "NORTH", "NORTH"),
            Remit("T2", "20250303", [OTHER, taken], (), "NORTH", "NORTH"),
        ],
    )
    assert items(engine, "NORTH") == ["600 600 0 0 450 0 Medical necessity"]
    sql = (
        "select reason_code, before, after, growth, pays_less, names_no_cause from hidden_takeback"
    )
    assert told(engine, sql) == ["50 0 150 150 150 False"]
