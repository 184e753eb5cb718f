"""Opens the warehouses that tests have loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine


def engine_of(folder: Path) -> DuckDBEngine:
    """The engine over a folder's current snapshot."""
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    return DuckDBEngine(snapshot)


def rows(engine: DuckDBEngine, sql: str) -> list[dict[str, Any]]:
    """A query's rows as dictionaries."""
    return engine.query(sql).to_pylist()
