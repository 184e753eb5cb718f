"""Rebuilds everything derived from the facts: runs the models in order, with the replay between them."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path

import duckdb

from data.ledger.inputs import read_payers
from data.ledger.outputs import create_tables, drop_tables, write_ledgers
from data.ledger.replay import PayerLedger, replay

DATA = Path(__file__).resolve().parent.parent
REFERENCE_TABLES = {
    "plb_reason": "One row per provider adjustment reason code, with the class the product gives it.",
    "plan_type": "One row per claim filing indicator (CLP06) that is known.",
    "claim_status": "One row per claim status (CLP02).",
    "cause": "One row per root cause, with the control that prevents it.",
    "code_cause": "One row per reason or remark code that tells a root cause.",
    "never_a_cause": "One row per reason code that never is a root cause.",
}
REPLAY_AFTER = 40
PIECES_AT_ONCE = 20_000


def build_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaces every derived table; run it inside the transaction that added the facts.

    Raises AssertionError where a remittance's cash is not explained to the cent: that is a bug, never bad data.
    """
    _load_reference(connection)
    models = sorted((DATA / "models").glob("*.sql"))
    for model in models:
        if _number(model) < REPLAY_AFTER:
            connection.execute(model.read_text())
    with _without_cycle_search():
        _replay_all(connection)
    for model in models:
        if _number(model) >= REPLAY_AFTER:
            connection.execute(model.read_text())
    _drop_intermediate(connection)
    _describe_columns(connection)


def _number(model: Path) -> int:
    return int(model.name.split("_", 1)[0])


def _load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    for name, grain in REFERENCE_TABLES.items():
        connection.execute(
            f"create or replace table {name} as from read_csv(?, header = true, all_varchar = true)",
            [str(DATA / "reference" / f"{name}.csv")],
        )
        connection.execute(f"comment on table {name} is '{grain}'")


def _drop_intermediate(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop view embedded_number")
    drop_tables(connection)


def _describe_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Gives the columns that no model describes the meaning their name has everywhere."""
    silent = connection.execute(
        "select undescribed.table_name, undescribed.column_name, coalesce(meaning.meaning, fact.comment) "
        "from duckdb_columns() as undescribed "
        "left join read_csv(?, header = true, all_varchar = true) as meaning "
        "on meaning.column_name = undescribed.column_name "
        "left join (select column_name, min(comment) as comment from duckdb_columns() "
        "where comment is not null group by column_name) as fact "
        "on fact.column_name = undescribed.column_name "
        "where undescribed.comment is null and not undescribed.internal",
        [str(DATA / "reference" / "column_meaning.csv")],
    ).fetchall()
    for table, column, meaning in silent:
        if meaning is not None:
            text = meaning.replace("'", "''")
            connection.execute(f"comment on column {table}.{column} is '{text}'")


@contextlib.contextmanager
def _without_cycle_search() -> Iterator[None]:
    """The replay makes many objects and no cycles: to look for some would take a quarter of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _replay_all(connection: duckdb.DuckDBPyConnection) -> None:
    create_tables(connection)
    ledgers: dict[str, PayerLedger] = {}
    for facts in read_payers(connection):
        ledgers[facts.payer_key] = replay(facts.remittances, facts.notices)
        if sum(len(ledger.pieces) for ledger in ledgers.values()) > PIECES_AT_ONCE:
            write_ledgers(connection, ledgers)
            ledgers = {}
    write_ledgers(connection, ledgers)
