"""Rebuilds everything derived from the facts: runs the models in order, with the replay between them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from data.ledger.decisions import MatchDecision, in_force
from data.ledger.definition import note_definition
from data.ledger.inputs import by_payer, read_facts
from data.ledger.outputs import create_tables, drop_tables, write_stale, write_tables
from data.ledger.payers import replay_payers
from data.ledger.spelling import BARE_MACRO
from data.rules import RuleBook, read_rules, write_rules

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
INTERMEDIATE = ("claim_number", "embedded_number", "appeal_name", "appeal_candidate")
# What a load may use (data/warehouse.py) is enough for 3.4 million claim payments; a longer history needs more.
CLAIMS_WITHOUT_MORE, BYTES_A_CLAIM = 3_400_000, 100


def build_ledger(
    connection: duckdb.DuckDBPyConnection,
    decisions: Iterable[MatchDecision] = (),
    rules: RuleBook | None = None,
) -> None:
    """Replaces every derived table; run it inside the transaction that added the facts.

    `decisions` are what people decided about matches; of several about one adjustment the latest counts. Those
    that the history does not allow are written to stale_decision. `rules` are those about notice and time; None
    means those built in.
    Raises AssertionError where a remittance's cash is not explained to the cent: that is a bug, never bad data.
    """
    make_room(connection)
    _load_reference(connection)
    write_rules(connection, rules or read_rules(None))
    connection.execute(BARE_MACRO)
    models = sorted((DATA / "models").glob("*.sql"))
    for model in models:
        if _number(model) < REPLAY_AFTER:
            connection.execute(model.read_text())
    _replay_all(connection, decisions)
    for model in models:
        if _number(model) >= REPLAY_AFTER:
            connection.execute(model.read_text())
    _drop_intermediate(connection)
    note_definition(connection)
    _describe_columns(connection)


def make_room(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets DuckDB use more memory for a history that would not fit."""
    counted = connection.execute("select count(*) from claim_payment").fetchone()
    assert counted is not None
    if counted[0] > CLAIMS_WITHOUT_MORE:
        connection.execute(f"set memory_limit = '{counted[0] * BYTES_A_CLAIM / 1e6:.0f}MB'")


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
    for name in INTERMEDIATE:
        connection.execute(f"drop table {name}")
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


def _replay_all(connection: duckdb.DuckDBPyConnection, decisions: Iterable[MatchDecision]) -> None:
    create_tables(connection)
    facts = read_facts(connection)
    decided, stale = by_payer(in_force(decisions), facts)
    for found in replay_payers(facts, decided):
        write_tables(connection, found.tables)
        stale += found.stale
    write_stale(connection, stale)
