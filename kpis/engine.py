"""Where figures are asked for: one method, SQL and parameters in, an Arrow table out."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from data.warehouse import open_reader

# DuckDB would rather have a relation asked, which plans each statement twice: a third of a page's queries.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")

Parameter = str | int | float | bool | None | object


class Engine(Protocol):
    """Anything that answers a query over the warehouse's tables."""

    def query(self, sql: str, params: Sequence[Parameter] = ()) -> pa.Table:
        """Runs one statement with `?` parameters; money comes back exact, a column of it as decimal128(18, 2)."""
        ...


class DuckDBEngine:
    """One snapshot, opened read-only once; safe to share between threads, a cursor for each call."""

    def __init__(self, snapshot: Path) -> None:
        self.snapshot = snapshot
        self._connection: duckdb.DuckDBPyConnection = open_reader(snapshot)

    def query(self, sql: str, params: Sequence[Parameter] = ()) -> pa.Table:
        cursor = self._connection.cursor()
        try:
            table = cursor.execute(sql, list(params)).to_arrow_table()
        finally:
            cursor.close()
        if table is None:
            raise TypeError("a statement that answers nothing was asked")
        return table


def page_of(
    engine: Engine, sql: str, params: Sequence[Parameter], limit: int | None, offset: int
) -> pa.Table:
    """Some rows of a query, all of them where no limit is given."""
    if limit is None:
        return engine.query(sql, params)
    return engine.query(f"{sql} limit ? offset ?", [*params, limit, offset])
