"""What a page asks with: the engine of the current snapshot, and answers kept until the next load."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
BESIDE = 2


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
    key = _key(question, args, named)
    if not _is_hashable(key):
        return cast(Answer, _answer(*key, question))
    given: dict[Hashable, Any] = st.session_state.setdefault(GIVEN, {})
    if isinstance(given.get(key), Future):
        begun: Future[Any] = given.pop(key)
        if not begun.cancel():
            given[key] = begun.result()
    if key not in given:
        given[key] = _answer(*key, question)
    return cast(Answer, given[key])


def ask_ahead(
    question: Callable[Concatenate[Engine, Parameters], Answer],
    *args: Parameters.args,
    **named: Parameters.kwargs,
) -> None:
    """Has an answer worked out beside the page: what it will `ask`, said where its first line is drawn.

    The database works on one while the page draws another. An answer nobody has begun when it is asked for is
    worked out where it is asked; what goes wrong meanwhile is raised there, too.
    """
    key = _key(question, args, named)
    given: dict[Hashable, Any] = st.session_state.setdefault(GIVEN, {})
    if _is_hashable(key) and key not in given:
        given[key] = _beside().submit(_answer, *key, question)


def _key(
    question: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[str, str, tuple[Any, ...], tuple[tuple[str, Any], ...]]:
    """What an answer is kept by: the snapshot, the question and what it is asked about."""
    name = f"{question.__module__}.{question.__qualname__}"
    return str(_snapshot()), name, args, tuple(named.items())


@st.cache_resource(show_spinner=False)
def _beside() -> ThreadPoolExecutor:
    """The threads of `ask_ahead`, for all sessions together."""
    return ThreadPoolExecutor(BESIDE, thread_name_prefix="answers")


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
    for begun in st.session_state.get(GIVEN, {}).values():
        if isinstance(begun, Future):
            begun.cancel()
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
