"""What gives way to other facts stays known: a corrected file, and an 835 that tells what a table told before."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from data.known_on import known_on
from data.warehouse import current_snapshot
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders import reading
from loaders.ingest import load
from loaders.results import FileResult
from loaders.x12.blocks import blocks_of
from tests.make_835 import Claim, Remit, file_835
from tests.test_known_on import JANUARY, LATE, ledger, loaded_at, result_at
from tests.warehouses import engine_of, rows


def test_a_replaced_remittance_is_shown_as_it_was(tmp_path: Path) -> None:
    loaded_at(tmp_path, "2025-02-03", "january.835", file_835(JANUARY, LATE))
    before = ledger(engine_of(tmp_path))
    corrected = Remit("N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-100.00", "22")])
    loaded_at(tmp_path, "2025-03-03", "corrected.835", file_835(corrected), replaces_known=True)
    after = ledger(engine_of(tmp_path))
    assert after != before
    assert ledger(DuckDBEngine(known_on(tmp_path, 1))) == before
    again = Remit("N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-200.00", "22")])
    loaded_at(tmp_path, "2025-04-03", "again.835", file_835(again), replaces_known=True)
    assert ledger(DuckDBEngine(known_on(tmp_path, 1))) == before
    assert ledger(DuckDBEngine(known_on(tmp_path, 2))) == after
    assert known_on(tmp_path, 3) == current_snapshot(tmp_path)


def test_every_table_of_what_was_replaced_says_what_it_is(tmp_path: Path) -> None:
    for amount in ("1000.00", "900.00"):
        content = file_835(Remit("N1", "20250115", [Claim("A", amount)]))
        load([Path(amount)], tmp_path, contents={amount: content}, replaces_known=True)
    engine = engine_of(tmp_path)
    assert rows(engine, "select count(*) as n from replaced_remittance") == [{"n": 1}]
    assert rows(engine, "select table_name from duckdb_tables() where comment is null") == []
    silent = "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    assert rows(engine, silent) == []


ORIGINAL = file_835(Remit("N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-150.00", "22")]))
CORRECTED = file_835(Remit("N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-100.00", "22")]))
NAMES = {"original.835": ORIGINAL, "copy.835": ORIGINAL, "corrected.835": CORRECTED}


def loads(folder: Path, *names: str, day: int = 1) -> list[FileResult]:
    """Loads files one after the other, a day apart; a name with a ! replaces what is there."""
    return [
        result_at(
            folder,
            f"2025-05-{number:02d}",
            name.removesuffix("!"),
            NAMES[name.removesuffix("!")],
            replaces_known=name.endswith("!"),
        )
        for number, name in enumerate(names, start=day)
    ]


def payments_and_withheld(warehouse: Path) -> tuple[Decimal, Decimal]:
    row = kpi_table(engine_of(warehouse), Filters()).to_pylist()[0]
    return row["payments"], row["withheld"]


@pytest.mark.parametrize(
    ("names", "alone"),
    [
        (("original.835", "corrected.835", "corrected.835!"), "corrected.835"),
        (("original.835", "corrected.835", "original.835!"), "original.835"),
        (("original.835", "corrected.835!", "original.835!"), "original.835"),
        (("original.835", "corrected.835!", "copy.835!"), "original.835"),
        (("original.835", "corrected.835!", "original.835!", "corrected.835!"), "corrected.835"),
    ],
)
def test_a_file_that_was_loaded_before_takes_its_place_where_that_is_asked(
    tmp_path: Path, names: tuple[str, ...], alone: str
) -> None:
    last = loads(tmp_path / "several", *names)[-1]
    loads(tmp_path / "one", alone)
    assert last.status == "loaded"
    assert payments_and_withheld(tmp_path / "several") == payments_and_withheld(tmp_path / "one")
    assert ledger(engine_of(tmp_path / "several")) == ledger(engine_of(tmp_path / "one"))


def test_bytes_whose_payments_are_the_ones_in_force_stay_known(tmp_path: Path) -> None:
    loads(tmp_path, "original.835", "corrected.835!", "original.835!")
    snapshot = current_snapshot(tmp_path)
    again = loads(tmp_path, "original.835!", "copy.835!", "original.835", "corrected.835", day=4)
    assert [result.status for result in again] == ["duplicate"] * 4
    assert [result.remittances for result in again] == [1] * 4
    assert current_snapshot(tmp_path) == snapshot


def test_what_was_known_before_each_replacement_is_shown_as_it_was(tmp_path: Path) -> None:
    seen = []
    for number, name in enumerate(["original.835", "corrected.835", "corrected.835!"], start=1):
        loads(tmp_path, name, day=number)
        seen.append(ledger(engine_of(tmp_path)))
    loads(tmp_path, "original.835!", day=4)
    assert [ledger(DuckDBEngine(known_on(tmp_path, load_id))) for load_id in (1, 2, 3)] == seen


def test_only_what_another_file_changed_is_loaded_again(tmp_path: Path) -> None:
    other = Remit("N2", "20250116", [Claim("C", "70.00")])
    first = Remit("N1", "20250115", [Claim("A", "1000.00")])
    result_at(tmp_path, "2025-05-01", "both.835", file_835(first, other))
    result_at(tmp_path, "2025-05-02", "corrected.835", CORRECTED, replaces_known=True)
    result = result_at(
        tmp_path, "2025-05-03", "both.835", file_835(first, other), replaces_known=True
    )
    assert result.status == "loaded"
    found = rows(
        engine_of(tmp_path), "select trace_number, load_id from remittance order by trace_number"
    )
    assert [(row["trace_number"], row["load_id"]) for row in found] == [("N1", 3), ("N2", 1)]


def test_a_register_sent_again_is_known_although_remittances_are_to_be_replaced(
    tmp_path: Path,
) -> None:
    register = b"Payer,Letter Number,Notice Date,Overpayment Amount\nAcme,L1,2025-01-01,5.00\n"
    contents = {"register.csv": register}
    results = [
        load([Path("register.csv")], tmp_path, contents=contents, replaces_known=True)[0]
        for _ in range(2)
    ]
    assert [result.status for result in results] == ["loaded", "duplicate"]


@pytest.mark.parametrize("replaces_known", [True, False])
def test_what_gave_way_to_a_file_that_is_damaged_further_on_comes_back(
    replaces_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first blocks of a long file are stored before its last one is read."""
    monkeypatch.setattr(reading, "blocks_of", partial(blocks_of, block_bytes=3000))
    monkeypatch.setattr(reading, "BLOCK_BYTES", 3000)
    payment = "1000.00" if replaces_known else "900.00"  # what does not tie gives way unasked
    was = file_835(
        *(Remit(f"N{n}", "20250115", [Claim("A", "1000.00")], payment=payment) for n in range(30))
    )
    whole = file_835(*(Remit(f"N{n}", "20250115", [Claim("A", "900.00")]) for n in range(30)))
    contents = {"was.835": was, "damaged.835": whole[: len(whole) * 2 // 3], "whole.835": whole}
    names = ("was.835", "damaged.835", "damaged.835", "whole.835")
    said = []
    for name in names:
        [result] = load([Path(name)], tmp_path, contents=contents, replaces_known=replaces_known)
        found = rows(
            engine_of(tmp_path),
            "select min(load_id) as load, count(*) as n, (select sum(paid) from claim_payment) as paid from remittance",
        )
        said.append((result.status, *found[0].values()))
    stays = (1, 30, Decimal("30000.00"))
    assert said[:3] == [("loaded", *stays), ("rejected", *stays), ("rejected", *stays)]
    assert said[3][0] == "loaded"
    assert said[3][2:] == (30, Decimal("27000.00"))
    gone = rows(engine_of(tmp_path), "select count(*) as n from replaced_claim_payment")
    assert gone == [{"n": 30}]
