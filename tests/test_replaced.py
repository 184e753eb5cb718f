"""What gives way to other facts stays known: a corrected file, and an 835 that tells what a table told before."""

from __future__ import annotations

from pathlib import Path

from data.known_on import known_on
from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.test_known_on import JANUARY, LATE, ledger, loaded_at
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
