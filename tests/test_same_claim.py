"""Which claims are one claim: reversals and their corrections, claims paid again, accounts that several claims bear."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from loaders.ingest import load
from tests.make_835 import Claim, file_835
from tests.test_ledger_cases import remit
from tests.warehouses import engine_of, rows

BRIDGE = "payments, identified, withheld, recovered, corrected"
ITEM = "payer_claim_control_number, established, withheld, recovered, corrected, cause"


@dataclass(frozen=True)
class Visit(Claim):
    """A claim of its own day of service, charged more than it is paid."""

    charge: str = ""
    day: str = "20250102"

    def segments(self) -> list[str]:
        first, *others, _day = super().segments()
        elements = first.split("*")
        elements[3] = self.charge or elements[3]
        return ["*".join(elements), *others, f"DTM*232*{self.day}"]


def old(paid: str, status: str = "1") -> Visit:
    return Visit("777", paid, status, "C1", charge="625", day="20250105")


def new(paid: str) -> Visit:
    return Visit("777", paid, icn="N9", charge="900", day="20250210")


REVERSED = Visit("777", "-600", "22", icn="C1", charge="-625", day="20250105")
OTHER = Claim("OTHER", "1000")
CASES = (
    # A new claim of the same account is not the correction of the reversal beside it.
    remit("UNRELATED", "20250303", [OTHER, REVERSED, new("800")]),
    # Charged alike, it is: some payers give a correction another number, and name the account only.
    remit("BYACCOUNT", "20250303", [OTHER, REVERSED, Visit("777", "450", icn="C2", charge="625")]),
    # The correction names what the reversal names: the claim that both replace.
    remit(
        "BOTHREPLACE",
        "20250303",
        [
            new("500"),
            Visit("777", "-300", "22", icn="B", original_icn="A", charge="-325"),
            Visit("777", "200", icn="B", original_icn="A", charge="325"),
        ],
    ),
    # One reversal, paid as two claims; two reversals, paid as one.
    remit(
        "SPLIT",
        "20250303",
        [
            OTHER,
            REVERSED,
            Visit("777", "300", icn="C1A", original_icn="C1", charge="400"),
            Visit("777", "200", icn="C1B", original_icn="C1", charge="225"),
        ],
    ),
    remit(
        "MERGED",
        "20250303",
        [
            OTHER,
            Claim("A1", "-300", "22", "I1"),
            Claim("A1", "-300", "22", "I1"),
            Claim("A1", "450", icn="I1"),
        ],
    ),
    # A later claim of the account is neither the late correction nor money come back; the one that names the claim is.
    remit("LATER", "20250303", [OTHER, REVERSED]),
    remit("LATER", "20250310", [new("800")]),
    remit("LATER", "20250317", [Visit("777", "450", icn="C1R", original_icn="C1", charge="625")]),
    # Another claim of the account is paid on top: nothing of this one comes back.
    remit("ONTOP", "20250303", [OTHER, REVERSED, old("450")]),
    remit(
        "ONTOP",
        "20250510",
        [
            Visit("777", "-500", "22", icn="C2", charge="-825", day="20250301"),
            Visit("777", "600", icn="C2", charge="825", day="20250301"),
        ],
    ),
    # Denied, then paid after all: a correction of nothing leaves nothing to reverse.
    remit("WON", "20250303", [OTHER, REVERSED, old("0", "4")]),
    remit("WON", "20250510", [Visit("777", "600", icn="C1R", original_icn="C1", charge="625")]),
    # The letter is about the other claim of the account.
    remit("LETTER", "20250203", [old("600"), new("800")]),
    remit("LETTER", "20250303", [OTHER, REVERSED, old("450")]),
    # A claim taken back by its number, and re-processed later: the taking was about that claim all along.
    remit("TAKENFIRST", "20250103", [old("600")]),
    remit("TAKENFIRST", "20250303", [OTHER], ("WO:C1", "150")),
    remit(
        "TAKENFIRST",
        "20250510",
        [OTHER, Visit("777", "-450", "22", icn="C1"), old("600")],
    ),
)
REGISTER = (
    "payer,letter number,payer claim number,patient account,notice date,amount,root cause\n"
    "LETTER,LTR9,N9,777,2025-02-20,800.00,Medical necessity\n"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    folder: Path = tmp_path_factory.mktemp("same_claim")
    (folder / "cases.835").write_bytes(file_835(*CASES))
    (folder / "offsets.csv").write_text(REGISTER)
    load([folder / "cases.835", folder / "offsets.csv"], folder / "warehouse")
    return engine_of(folder / "warehouse")


def told(engine: DuckDBEngine, sql: str) -> list[str]:
    """Every row of a statement in one line, whole dollars without cents."""
    found = rows(engine, sql)
    return [" ".join(str(value).removesuffix(".00") for value in row.values()) for row in found]


def bridges(engine: DuckDBEngine, payer: str) -> list[str]:
    """P, R, G, V and what was corrected, of every remittance of a payer."""
    where = f"where payer_key = '{payer}' order by payment_date"
    return told(engine, f"select {BRIDGE} from remittance_bridge {where}")


def items(engine: DuckDBEngine, payer: str) -> list[str]:
    return told(engine, f"select {ITEM} from receivable where payer_key = '{payer}' order by 1")


@pytest.mark.parametrize(
    ("payer", "expected"),
    [
        ("UNRELATED", ["1800 600 600 0 0"]),
        ("BYACCOUNT", ["1000 150 150 0 0"]),
        ("BOTHREPLACE", ["500 100 100 0 0"]),
        ("SPLIT", ["1000 100 100 0 0"]),
        ("MERGED", ["1000 150 150 0 0"]),
        ("LATER", ["1000 600 600 0 0", "800 0 0 0 0", "450 0 0 0 450"]),
        ("ONTOP", ["1000 150 150 0 0", "100 0 0 0 0"]),
        ("WON", ["1000 600 600 0 0", "600 0 0 600 0"]),
        ("TAKENFIRST", ["600 0 0 0 0", "1000 0 150 0 0", "1150 0 0 150 0"]),
    ],
)
def test_what_each_remittance_paid_took_and_brought_back(
    engine: DuckDBEngine, payer: str, expected: list[str]
) -> None:
    assert bridges(engine, payer) == expected


@pytest.mark.parametrize(
    ("payer", "expected"),
    [
        ("UNRELATED", ["C1 600 600 0 0 Unclassified"]),
        ("LATER", ["C1 600 600 0 450 Unclassified"]),
        ("WON", ["C1 600 600 600 0 Unclassified"]),
        ("LETTER", ["C1 150 150 0 0 Unclassified"]),
        ("TAKENFIRST", ["C1 150 150 150 0 Unclassified"]),
    ],
)
def test_which_item_it_was(engine: DuckDBEngine, payer: str, expected: list[str]) -> None:
    assert items(engine, payer) == expected


def test_the_letter_of_another_claim_stays_open(engine: DuckDBEngine) -> None:
    sql = "select lag_state, letter_number from receivable where payer_key = 'LETTER'"
    assert told(engine, sql) == ["no notice on file None"]
    assert told(engine, "select letter_number, amount from open_letter") == ["LTR9 800"]


def test_every_claim_of_a_split_is_shown_behind_the_reversal(engine: DuckDBEngine) -> None:
    sql = (
        "select claim_no, reversal_claim_no, paid from takeback_correction "
        "join posted_remittance using (remittance_id) where payer_key = 'SPLIT' order by claim_no"
    )
    assert told(engine, sql) == ["3 2 300", "4 2 200"]


def test_payments_by_dimension_add_up_to_the_bridge(engine: DuckDBEngine) -> None:
    cube = told(engine, "select payer_key, sum(payments) from kpi_cube group by 1 order by 1")
    sql = "select payer_key, sum(payments) from remittance_bridge group by 1 order by 1"
    assert cube == told(engine, sql)
