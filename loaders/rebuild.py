"""Publishes a new snapshot with the ledger built again and no new facts, e.g. after a decision."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from data.ledger.definition import built_by, ledger_definition
from data.warehouse import (
    ENVIRONMENT_VARIABLE,
    LockHolder,
    Unchanged,
    WarehouseClosedError,
    current_snapshot,
    new_snapshot,
    warehouse_folder,
)
from data.workspace import Workspace
from loaders.decided import build_ledger_as_decided

OnWait = Callable[[LockHolder | None], None]
OnStep = Callable[[int, int, str], None]


def rebuild(
    warehouse: Path,
    *,
    only_if_behind: bool = False,
    on_step: OnStep | None = None,
    on_wait: OnWait | None = None,
) -> bool:
    """Builds the ledger again with the decisions in force; whether a new snapshot was published.

    only_if_behind: leave everything as it is where this version built the newest snapshot and that knows every
    decision already, as when another session's rebuild has taken this one's decision along.
    on_step(done, all, what) is called as it goes.

    Raises:
        WarehouseClosedError: a loader kept the lock too long, a setting cannot be read, or a later version
            wrote what users entered.
    """
    say = on_step or (lambda _done, _all, _what: None)
    if current_snapshot(warehouse) is None:
        return False
    is_published = False
    say(0, 3, "Opening a copy of the warehouse")
    with new_snapshot(warehouse, on_wait=on_wait) as connection:
        if only_if_behind and not is_behind(connection, warehouse):
            raise Unchanged
        say(1, 3, "Working out the ledger with the decisions in force")
        build_ledger_as_decided(connection, warehouse)
        say(2, 3, "Publishing it")
        is_published = True
    say(3, 3, "Done")
    return is_published


def is_behind(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> bool:
    """Whether something was decided that the ledger of this snapshot does not know, or another version built it."""
    if built_by(connection) != ledger_definition():
        return True
    row = connection.execute("select last_decision from ledger_build").fetchone()
    return row is None or row[0] != Workspace(warehouse).last_decision()


def main(arguments: list[str]) -> int:
    """The command `python -m loaders rebuild`; 0 done, 1 nothing loaded or the warehouse cannot be used now."""
    parser = argparse.ArgumentParser(
        prog="python -m loaders rebuild",
        description="Works out the ledger again from the facts that are loaded: after data/reference/ was edited.",
    )
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )
    warehouse = warehouse_folder(parser.parse_args(arguments).warehouse)
    try:
        is_published = rebuild(warehouse)
    except WarehouseClosedError as error:
        print(f"loaders: {error}", file=sys.stderr)
        return 1
    if not is_published:
        print(f"loaders: nothing is loaded in {warehouse}", file=sys.stderr)
        return 1
    return 0
