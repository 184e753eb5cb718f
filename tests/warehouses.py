"""Opens the warehouses that tests have loaded."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from data.warehouse import current_snapshot
from data.workspace import FILE_NAME
from kpis.engine import DuckDBEngine


def engine_of(folder: Path) -> DuckDBEngine:
    """The engine over a folder's current snapshot."""
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    return DuckDBEngine(snapshot)


def rows(engine: DuckDBEngine, sql: str) -> list[dict[str, Any]]:
    """A query's rows as dictionaries."""
    return engine.query(sql).to_pylist()


def written_by_a_later_version(folder: Path) -> None:
    """Has a version to come write to what users entered."""
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        connection.execute("pragma user_version = 99")
