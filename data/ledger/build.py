"""Rebuilds everything derived from the facts: runs the models in order, with the replay between them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data.ledger.inputs import read_notices, read_remittances
from data.ledger.outputs import ledger_tables
from data.ledger.replay import replay

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


def build_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """Replaces every derived table; run it inside the transaction that added the facts.

    Raises AssertionError where a remittance's cash is not explained to the cent: that is a bug, never bad data.
    """
    _load_reference(connection)
    models = sorted((DATA / "models").glob("*.sql"))
    for model in models:
        if _number(model) < REPLAY_AFTER:
            connection.execute(model.read_text())
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
    for name in ledger_tables({}):
        connection.execute(f"drop table {name}")


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


def _replay_all(connection: duckdb.DuckDBPyConnection) -> None:
    remittances = read_remittances(connection)
    notices = read_notices(connection)
    ledgers = {
        payer: replay(remittances.get(payer, []), notices.get(payer, []))
        for payer in sorted(remittances.keys() | notices.keys())
    }
    for name, table in ledger_tables(ledgers).items():
        connection.register("replayed", table)
        connection.execute(f"create or replace table {name} as from replayed")
        connection.unregister("replayed")
