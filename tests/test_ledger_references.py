"""References that are hard to read: of claims that nothing else is about, shared by several, cut short."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kpis.engine import DuckDBEngine
from loaders.ingest import load
from tests.make_835 import Claim, file_835
from tests.test_ledger_cases import PAID, remit, reversal
from tests.warehouses import engine_of, rows

A1 = Claim("ACCT-A1", "600", icn="ICN2500001")
CASES = (
    # A claim that is paid and never reversed is taken back by its number; an item of the same amount is left alone.
    remit("UNREVERSED", "20250106", [A1, *reversal("B2", "600", "450")], ("WO:B2", "-150")),
    remit("UNREVERSED", "20250206", PAID, ("WO:ICN2500001", "150")),
    remit("UNREVERSED", "20250306", PAID, ("WO:acct a1", "40")),
    # By its account; then more than is left of it is given back.
    remit("ACCOUNT", "20250106", [A1]),
    remit("ACCOUNT", "20250206", PAID, ("WO:ACCT-A1", "150")),
    remit("ACCOUNT", "20250306", PAID, ("WO:ICN2500001", "-100")),
    # Inside a longer reference, after its date of service.
    remit("INSIDE", "20250106", [A1]),
    remit("INSIDE", "20250206", PAID, ("WO:20250102ICN2500001", "150")),
    # The refund is acknowledged by the other number of the claim.
    remit("REFUND", "20250106", [A1, *reversal("B2", "600", "450")], ("WO:B2", "-150")),
    remit(
        "REFUND",
        "20250206",
        PAID,
        ("WO:ACCT-A1", "150"),
        ("72:ICN2500001", "-120"),
        ("CS:ICN2500001", "-30"),
    ),
    # No claim was paid as much as is taken, or before it is taken; or two claims bear the account.
    remit("TOOMUCH", "20250106", [A1]),
    remit("TOOMUCH", "20250206", PAID, ("WO:ICN2500001", "600.01")),
    remit("TOOEARLY", "20250106", PAID, ("WO:ICN2500001", "150")),
    remit("TOOEARLY", "20250206", [A1]),
    remit("TWOCLAIMS", "20250106", [A1, Claim("ACCT-A1", "600", icn="ICN2500002")]),
    remit("TWOCLAIMS", "20250206", PAID, ("WO:ACCT-A1", "150")),
    # The start of three control numbers, and the end of two: never one of them for certain.
    remit(
        "CUTSHORT",
        "20250106",
        [*PAID, *reversal("CN770011", "150"), *reversal("CN770012", "150")],
        ("WO:CN770011", "-150"),
        ("WO:CN770012", "-150"),
    ),
    remit("CUTSHORT", "20250107", [*PAID, *reversal("XX770012", "90")], ("WO:XX770012", "-90")),
    remit("CUTSHORT", "20250206", PAID, ("WO:CN7700", "150"), ("WO:770012", "60")),
    # A part of a number led to an item by its amount once; it is no name of the item.
    remit("CUTAGAIN", "20250106", [*PAID, *reversal("CN770011", "150")], ("WO:CN77", "-150")),
    remit("CUTAGAIN", "20250206", PAID, ("WO:CN77", "150")),
    remit("CUTAGAIN", "20250306", [*PAID, *reversal("CN770099", "80")], ("WO:CN770099", "-80")),
    remit("CUTAGAIN", "20250406", PAID, ("WO:CN77", "80")),
    remit("CUTAGAIN", "20250506", PAID, ("WO:CN77", "70")),
    # One project number for three claims; the register calls the first by it. The exact amount goes first.
    remit("PROJECT", "20250106", [*PAID, *reversal("A1", "150")], ("WO:PRJ9", "-150")),
    remit("PROJECT", "20250206", PAID, ("WO:PRJ9", "150")),
    remit("PROJECT", "20250306", [*PAID, *reversal("B2", "250")], ("WO:PRJ9", "-250")),
    remit("PROJECT", "20250313", [*PAID, *reversal("C3", "75")], ("WO:PRJ9", "-75")),
    remit("PROJECT", "20250406", PAID, ("WO:PRJ9", "75")),
    # The reversal comes without its correction: what that adjusts says why, when it comes.
    remit("LATECAUSE", "20250106", [*PAID, Claim("A1", "-600", "22")]),
    remit("LATECAUSE", "20250127", [*PAID, Claim("A1", "450", adjustments=[("CO", "50", "150")])]),
    remit("NOCAUSE", "20250106", [*PAID, Claim("A1", "-600", "22")]),
    remit(
        "LATEREMARK",
        "20250106",
        [*PAID, Claim("A1", "-600", "22", adjustments=[("CO", "45", "-20")])],
    ),
    remit(
        "LATEREMARK",
        "20250127",
        [*PAID, Claim("A1", "450", adjustments=[("CO", "45", "170")], remarks=["N115"])],
    ),
)
REGISTER = (
    "payer,letter number,reference,notice date,amount,patient account\n"
    "PROJECT,LTR1,PRJ9,2025-01-02,150.00,A1\n"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    folder = tmp_path_factory.mktemp("references")
    (folder / "cases.835").write_bytes(file_835(*CASES))
    (folder / "offsets.csv").write_text(REGISTER)
    results = load([folder / "cases.835", folder / "offsets.csv"], folder / "warehouse")
    assert [(each.status, each.quarantined) for each in results] == [("loaded", 0)] * 2
    return engine_of(folder / "warehouse")


def taken(engine: DuckDBEngine, payer: str) -> list[str]:
    """Each taking of a payer: day, USD, tier, confidence, and the account of its receivable."""
    found = rows(
        engine,
        "select strftime(payment_date, '%m-%d') as day, match.amount, tier, confidence, "
        "patient_control_number as account "
        "from match join receivable using (receivable_id) "
        "join posted_remittance on posted_remittance.remittance_id = match.remittance_id "
        f"where receivable.payer_key = '{payer}' and kind = 'taken' order by day, amount desc",
    )
    return [" ".join(map(str, row.values())) for row in found]


def items(engine: DuckDBEngine, payer: str) -> list[str]:
    """The receivables of a payer: account, USD established, withheld, refunded, forgiven, returned, open."""
    found = rows(
        engine,
        "select patient_control_number, established, withheld, refunded, forgiven, returned, open_balance "
        f"from receivable where payer_key = '{payer}' order by established_on, established desc",
    )
    return [" ".join(str(value).removesuffix(".00") for value in row.values()) for row in found]


def test_a_taking_that_names_a_paid_claim_is_about_it_though_nothing_else_is(
    engine: DuckDBEngine,
) -> None:
    assert taken(engine, "UNREVERSED") == [
        "02-06 150.00 1 certain ACCT-A1",
        "03-06 40.00 2 high ACCT-A1",
    ]
    assert items(engine, "UNREVERSED") == [
        "B2 150 0 0 0 0 150",
        "ACCT-A1 150 150 0 0 0 0",
        "ACCT-A1 40 40 0 0 0 0",
    ]
    origins = rows(engine, "select origin from receivable where payer_key = 'ACCOUNT'")
    assert origins == [{"origin": "recovery of a claim never reversed"}]


def test_a_claim_goes_by_both_its_numbers(engine: DuckDBEngine) -> None:
    assert taken(engine, "ACCOUNT") == ["02-06 150.00 1 certain ACCT-A1"]
    assert items(engine, "ACCOUNT") == ["ACCT-A1 150 150 0 0 100 0"]
    assert items(engine, "REFUND") == ["B2 150 0 0 0 0 150", "ACCT-A1 150 0 120 30 0 0"]


def test_a_paid_claim_inside_the_reference_is_found(engine: DuckDBEngine) -> None:
    assert taken(engine, "INSIDE") == ["02-06 150.00 3 high ACCT-A1"]


@pytest.mark.parametrize(
    ("payer", "usd"), [("TOOMUCH", "600.01"), ("TOOEARLY", "150.00"), ("TWOCLAIMS", "150.00")]
)
def test_amount_date_and_a_second_claim_speak_against_it(
    engine: DuckDBEngine, payer: str, usd: str
) -> None:
    (found,) = taken(engine, payer)
    assert found.split()[1:4] == [usd, "9", "suspense"]


def test_no_claim_that_is_taken_back_is_lost(engine: DuckDBEngine) -> None:
    """By PLB only: nothing of it is identified on the remittance, all of it is withheld."""
    found = rows(
        engine,
        "select identified, withheld from remittance_bridge where trace_number = 'INSIDE-20250206'",
    )
    assert found == [{"identified": Decimal(0), "withheld": Decimal("150.00")}]


def test_a_part_of_several_numbers_is_no_reference(engine: DuckDBEngine) -> None:
    assert [line.split()[:4] for line in taken(engine, "CUTSHORT")] == [
        ["02-06", "150.00", "9", "suspense"],
        ["02-06", "60.00", "9", "suspense"],
    ]
    found = rows(
        engine,
        "select adjustment_no, patient_control_number as account, candidate_amount, reason "
        "from suspense_candidate join receivable using (receivable_id) "
        "where payer_key = 'CUTSHORT' order by adjustment_no, rank",
    )
    assert [tuple(row.values()) for row in found] == [
        (1, "CN770011", Decimal("150.00"), "same amount"),
        (1, "CN770012", Decimal("150.00"), "same amount"),
        (2, "CN770012", Decimal("150.00"), "part of the number"),
        (2, "XX770012", Decimal("90.00"), "part of the number"),
    ]


def test_a_part_of_a_number_is_not_learnt_for_good(engine: DuckDBEngine) -> None:
    assert taken(engine, "CUTAGAIN") == [
        "02-06 150.00 1 certain CN770011",
        "04-06 80.00 5 medium CN770099",
        "05-06 70.00 9 suspense None",
    ]


def test_a_number_of_several_claims_puts_off_the_reversal_beside_it(engine: DuckDBEngine) -> None:
    assert items(engine, "PROJECT") == [
        "A1 150 150 0 0 0 0",
        "B2 250 0 0 0 0 250",
        "C3 75 75 0 0 0 0",
    ]


@pytest.mark.parametrize(
    ("payer", "cause", "method"),
    [
        ("LATECAUSE", "Medical necessity", "CARC 50 grew most"),
        ("LATEREMARK", "Medical necessity", "RARC N115"),
        ("NOCAUSE", "Unclassified", "nothing says why"),
    ],
)
def test_a_correction_that_comes_late_says_why(
    engine: DuckDBEngine, payer: str, cause: str, method: str
) -> None:
    found = rows(engine, f"select cause, cause_method from receivable where payer_key = '{payer}'")
    assert found == [{"cause": cause, "cause_method": method}]
