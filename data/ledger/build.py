"""Rebuilds everything derived from the facts: runs the models in order, with the replay between them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data.ledger.inputs import read_notices, read_remittances
from data.ledger.outputs import ledger_tables
from data.ledger.replay import replay

DATA = Path(__file__).resolve().parent.parent
REFERENCE_TABLES = (
    "plb_reason",
    "plan_type",
    "claim_status",
    "cause",
    "code_cause",
    "never_a_cause",
)
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


def _number(model: Path) -> int:
    return int(model.name.split("_", 1)[0])


def _load_reference(connection: duckdb.DuckDBPyConnection) -> None:
    for name in REFERENCE_TABLES:
        connection.execute(
            f"create or replace table {name} as from read_csv(?, header = true, all_varchar = true)",
            [str(DATA / "reference" / f"{name}.csv")],
        )


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
