"""What a page asks with: the engine of the current snapshot, and answers kept until the next load."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from data.warehouse import current_snapshot, warehouse_folder
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine, Engine
from kpis.filters import Filters

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Row = dict[str, Any]
HELD, GIVEN = "_snapshot_of_this_run", "_answers_of_this_run"


def warehouse() -> Path:
    """The folder the snapshots are in."""
    return warehouse_folder()


def engine() -> DuckDBEngine:
    """The engine of the snapshot this run of the page shows, see `hold_snapshot`."""
    return _engine_of(_snapshot())


def ask(
    question: Callable[Concatenate[Engine, Parameters], Answer],
    *args: Parameters.args,
    **named: Parameters.kwargs,
) -> Answer:
    """The answer of a kpis function, computed once per snapshot.

    question: a function at module level whose first parameter is the engine, e.g. `cash_bridge`.
    Asked again in the same run of a page with arguments that are hashable, it gives the same object: nobody may
    change it.
    """
    snapshot, named_in_order = str(_snapshot()), tuple(named.items())
    name = f"{question.__module__}.{question.__qualname__}"
    key = (snapshot, name, args, named_in_order)
    if not _is_hashable(key):
        return cast(Answer, _answer(snapshot, name, args, named_in_order, question))
    given: dict[Hashable, Any] = st.session_state.setdefault(GIVEN, {})
    if key not in given:
        given[key] = _answer(snapshot, name, args, named_in_order, question)
    return cast(Answer, given[key])


def _is_hashable(key: tuple[object, ...]) -> bool:
    try:
        hash(key)
    except TypeError:
        return False
    return True


def kpi_rows(filters: Filters, *by: str) -> list[Row]:
    """Measures and KPIs by the dimensions given, see `kpi_table`."""
    rows: list[Row] = ask(kpi_table, filters, by).to_pylist()
    return rows


def hold_snapshot() -> None:
    """Keeps this run of the page, and what is clicked on it, to the newest snapshot there is now.

    A load that is published meanwhile shows at the next run: no page mixes the figures of two loads.
    """
    st.session_state[HELD] = current_snapshot(warehouse())
    st.session_state[GIVEN] = {}


def _snapshot() -> Path:
    held: Path | None = st.session_state.get(HELD)
    if held is not None and held.parent == warehouse() and held.exists():
        return held
    snapshot = current_snapshot(warehouse())
    if snapshot is None:
        raise LookupError("nothing is loaded: app.py loads the sample before any page runs")
    return snapshot


@st.cache_resource(max_entries=3, show_spinner=False)
def _engine_of(snapshot: Path) -> DuckDBEngine:
    return DuckDBEngine(snapshot)


@st.cache_data(max_entries=400, show_spinner=False)
def _answer(
    snapshot: str,
    name: str,  # noqa: ARG001  part of the cache's key
    args: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
    _question: Callable[..., Any],
) -> Any:
    return _question(_engine_of(Path(snapshot)), *args, **dict(named))
