"""Random remittances, exported at every grain and with either sign, come to the facts of their 835."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.posted.remittance import assemble
from loaders.x12.remittance_835 import Reading, read_835
from tests.make_835 import Claim, Remit, file_835
from tests.posted_exports import (
    Cells,
    Facts,
    adjustment_grain,
    claim_grain,
    facts,
    keyed_set,
    rows_of,
    table,
)

SEEDS = st.integers(0, 2**32)
QUIET = settings(deadline=None, derandomize=True, max_examples=60, database=None)
REASONS = ("45", "97", "50", "B13", "1")
CODES = ("WO", "FB", "72", "B2", "L6", "CS", "ZZ")
MONEY_TABLES = ("remittance", "claim_payment", "provider_adjustment")


def amount(random: Random) -> str:
    return f"{Decimal(random.randint(-50000, 90000)) / 100:.2f}"


def claims_of(random: Random, account: str) -> list[Claim]:
    """A paid claim, or a reversal with its correction."""

    def adjustments() -> list[tuple[str, str, str]]:
        reasons = random.sample(REASONS, random.randint(0, 3))
        return [(random.choice(["CO", "PR", "OA"]), reason, amount(random)) for reason in reasons]

    paid = f"{Decimal(random.randint(0, 90000)) / 100:.2f}"
    if random.random() < 0.6:
        status = random.choice("1234")
        return [Claim(account, paid, status, f"I{account}", adjustments=adjustments())]
    return [
        Claim(account, f"-{paid}", "22", f"I{account}", adjustments=adjustments()),
        Claim(account, amount(random), "1", f"I{account}", adjustments=adjustments()),
    ]


def reading_of(seed: int) -> Reading:
    """Random remittances that tie, and one that tells the sign of each kind of adjustment."""
    random = Random(seed)
    sure = Remit(
        "SURE", "20250301", [Claim("S", "9.00", adjustments=[("CO", "45", "1.00")])], [("L6:S", "2.00")]
    )  # fmt: skip
    remits = [sure]
    for number in range(random.randint(1, 6)):
        claims = [
            claim
            for n in range(random.randint(0, 4))
            for claim in claims_of(random, f"A{number}-{n}")
        ]
        plb = [
            (f"{random.choice(CODES)}:R{n}", amount(random)) for n in range(random.randint(0, 3))
        ]
        day = date(2025, 3, 1) + timedelta(days=random.randint(0, 300))
        if claims or plb:
            remits.append(Remit(f"T{number}", f"{day:%Y%m%d}", claims, plb))
    return read_835(file_835(*remits))


def found(rows: list[Cells], *names: str) -> Facts:
    [read] = assemble([table("export.csv", rows)])
    assert read.facts is not None, read.result.problems
    tables = read.facts.tables
    return facts(lambda name: tables[name].to_pylist(), *names)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("grain", "names"),
    [(claim_grain, MONEY_TABLES), (adjustment_grain, (*MONEY_TABLES, "claim_adjustment"))],
)
@QUIET
@given(seed=SEEDS)
def test_an_export_comes_to_the_facts_of_its_835(
    grain: Callable[[Reading, int], list[Cells]], names: tuple[str, ...], sign: int, seed: int
) -> None:
    reading = reading_of(seed)
    assert found(grain(reading, sign), *names) == facts(rows_of(reading), *names)


@QUIET
@given(seed=SEEDS, sign=st.sampled_from([1, -1]))
def test_the_order_of_rows_changes_no_amount(seed: int, sign: int) -> None:
    reading = reading_of(seed)
    rows = adjustment_grain(reading, sign)
    mixed = found(Random(seed).sample(rows, len(rows)), "remittance")["remittance"]
    assert sorted(mixed, key=str) == sorted(
        facts(rows_of(reading), "remittance")["remittance"], key=str
    )


@QUIET
@given(seed=SEEDS, sign=st.sampled_from([1, -1]))
def test_tables_joined_by_a_key_come_to_the_same_in_any_order(seed: int, sign: int) -> None:
    reading = reading_of(seed)
    tables = [table(path, rows) for path, rows in keyed_set(reading, sign).items() if rows]
    reads = assemble(Random(seed).sample(tables, len(tables)))
    [whole] = [read for read in reads if read.facts and read.facts.tables]
    assert whole.facts is not None
    made = whole.facts.tables
    assert facts(lambda name: made[name].to_pylist()) == facts(rows_of(reading))


@QUIET
@given(seed=SEEDS)
def test_every_row_stands_once_in_the_archive(seed: int) -> None:
    rows = adjustment_grain(reading_of(seed))
    [read] = assemble([table("export.csv", rows)])
    assert read.facts is not None
    assert read.facts.archive is not None
    lines = read.facts.archive.decode().splitlines()
    assert sorted(lines) == sorted(set(lines))
    assert len(lines) == len(rows)
    spans = read.facts.tables["remittance"].select(["byte_start", "byte_end"]).to_pylist()
    assert [span["byte_start"] for span in spans] == [0, *(s["byte_end"] for s in spans[:-1])]
    assert spans[-1]["byte_end"] == len(read.facts.archive)
