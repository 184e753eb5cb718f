"""What a ledger was built by, so that one of another version, or of other reference tables, is told apart."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

_DATA = Path(__file__).resolve().parent.parent
_MADE_OF = ("schema.sql", "models/*.sql", "reference/*.csv", "ledger/*.py")
IS_NOTED = "select count(*) as n from duckdb_tables() where table_name = 'ledger_definition'"
NOTED = "select definition from ledger_definition"
"""What a snapshot says of itself, and whether it does: one of a version before this was noted does not."""
_TABLE = """
create or replace table ledger_definition (definition varchar not null);
comment on table ledger_definition is 'One row: what the derived tables were built by.';
comment on column ledger_definition.definition is 'Hash of schema, models, reference tables and replay.';
"""


def ledger_definition() -> str:
    """A hash of everything that decides what the derived tables look like and hold, as it is on the disk now."""
    digest = hashlib.sha256()
    for pattern in _MADE_OF:
        for file in sorted(_DATA.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def note_definition(connection: duckdb.DuckDBPyConnection) -> None:
    """Writes beside the derived tables what they were built by."""
    connection.execute(_TABLE)
    connection.execute("insert into ledger_definition values (?)", [ledger_definition()])


def built_by(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What the derived tables were built by; None where that is not noted."""
    if connection.execute(IS_NOTED).fetchone() == (0,):
        return None
    row = connection.execute(NOTED).fetchone()
    return str(row[0]) if row else None
