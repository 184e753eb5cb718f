"""Facts that gave way to others: kept beside the facts in force, so that an earlier view can show them.

A remittance that is sent again, or that an 835 tells better than a table did, takes the place of what was
there. What was there moves to `replaced_<table>`, one per fact table, with the load it gave way to.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

PREFIX = "replaced_"
_ASIDE = "aside_"
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


def set_aside(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], ids: Sequence[int]
) -> None:
    """Copies remittances that are about to be removed for a file that may yet turn out to be damaged."""
    for name in tables:
        connection.execute(
            f"create temp table if not exists {_ASIDE}{name} as select * from {name} limit 0"  # noqa: S608
        )
        connection.execute(
            f"insert into {_ASIDE}{name} select * from {name} "  # noqa: S608
            "where remittance_id in (select unnest(?::bigint[]))",
            [list(ids)],
        )


def put_back(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], first_load: int) -> None:
    """Puts what was set aside in force again, as if it had never given way to a run that began with `first_load`."""
    earlier = f"select remittance_id from {_ASIDE}remittance where load_id < ?"  # noqa: S608
    for name in tables:
        connection.execute(f"insert into {name} select * from {_ASIDE}{name}")  # noqa: S608
        connection.execute(
            f"delete from {PREFIX}{name} where replaced_by = ? and remittance_id in ({earlier})",  # noqa: S608
            [first_load, first_load],
        )
    forget_aside(connection, tables)


def forget_aside(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Drops what was set aside."""
    for name in tables:
        connection.execute(f"drop table if exists {_ASIDE}{name}")


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
