"""Facts that gave way to others: kept beside the facts in force, so that an earlier view can show them.

A remittance that is sent again, or that an 835 tells better than a table did, takes the place of what was
there. What was there moves to `replaced_<table>`, one per fact table, with the load it gave way to.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

PREFIX = "replaced_"
_GAVE_WAY = (
    "First load of the run that brought what is there instead; known until the load before it."
)


def keep_replaced(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    ids: Sequence[int],
    first_load: int,
) -> None:
    """Copies remittances that are about to be removed, with all that hangs on them, to their `replaced_` tables.

    tables: `remittance` and the fact tables that hang on it by remittance_id. first_load: the first load of the
    run that removes them; what that run itself brought was never known to anybody and is not kept.
    """
    if not ids:
        return
    connection.execute(
        "create or replace temp table leaving as select unnest(?::bigint[]) as id", [list(ids)]
    )
    connection.execute(
        "delete from leaving where id not in (select remittance_id from remittance where load_id < ?)",
        [first_load],
    )
    for name in tables:
        _make(connection, name)
        connection.execute(
            f"insert into {PREFIX}{name} by name select *, cast(? as integer) as replaced_by "  # noqa: S608
            f"from {name} where remittance_id in (select id from leaving)",
            [first_load],
        )
    connection.execute("drop table leaving")


def _make(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """The table as that of the facts, and the load that replaced a row."""
    there = connection.execute(
        "select count(*) from information_schema.tables where table_name = ?", [PREFIX + name]
    ).fetchone()
    if there and there[0]:
        return
    connection.execute(
        f"create table {PREFIX}{name} as select *, cast(null as integer) as replaced_by from {name} limit 0"  # noqa: S608
    )
    connection.execute(
        f"comment on table {PREFIX}{name} is 'One row per row of {name} that gave way to another.'"
    )
    connection.execute(f"comment on column {PREFIX}{name}.replaced_by is '{_GAVE_WAY}'")
