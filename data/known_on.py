"""The warehouse as it was known on an earlier date or load: the facts loaded until then, the ledger built on them.

Facts are never changed once they are loaded, and what gives way to other facts is kept (data/replaced.py). So an
earlier state can be built at any time. Views are files in `known-on/`; the last few are kept, since they never change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb

from data.ledger.build import build_ledger
from data.ledger.decisions import MatchDecision
from data.ledger.definition import ledger_definition
from data.replaced import PREFIX as REPLACED
from data.rules import RuleBook, rules_in
from data.warehouse import current_snapshot, open_reader, open_writer
from data.workspace import DecisionEntry, Workspace

FOLDER = "known-on"
VIEWS_KEPT = 6

_UNFINISHED = "unfinished-"

_DATA = Path(__file__).resolve().parent


class NothingKnownError(LookupError):
    """Nothing was loaded yet at the time asked for; the message says what was."""


@dataclass(frozen=True)
class Loading:
    """One run of the loader: files that became known together. `at` is UTC without a zone."""

    first_load: int
    last_load: int
    at: datetime
    files: int


LOADINGS = """
    select min(load_id) as first_load, max(load_id) as last_load, loaded_at as at, count(*) as files
    from load
    group by loaded_at
    order by first_load
"""
"""Every run of the loader, oldest first: loads of one run have one time."""


def loading_at(runs: Sequence[Loading], moment: int | date) -> Loading:
    """The newest run that had finished at the end of a day, or the one that a load belongs to.

    Raises NothingKnownError where there was none, or no such load.
    """
    if isinstance(moment, date):
        known = [run for run in runs if run.at.date() <= moment]
        if not known:
            first = f"; the first files were loaded on {runs[0].at:%Y-%m-%d}" if runs else ""
            raise NothingKnownError(f"Nothing was loaded by {moment:%Y-%m-%d}{first}.")
        return known[-1]
    known = [run for run in runs if run.first_load <= moment]
    if moment < 1 or not known or moment > runs[-1].last_load:
        last = f"; loads are numbered 1 to {runs[-1].last_load}" if runs else ""
        raise NothingKnownError(f"There is no load {moment}{last}.")
    return known[-1]


def known_on(warehouse: Path, moment: int | date) -> Path:
    """The snapshot that shows the warehouse as it was known at the end of a day or after a load.

    Files that were loaded in one run became known together. The newest run, with all that was decided about
    matches since, is the current snapshot itself; any other state is built once, takes as long as a rebuild of
    the ledger, and is kept for the next time.

    Raises NothingKnownError where nothing was loaded then, NewerJournalError where a later version wrote what
    was decided.
    """
    snapshot = current_snapshot(warehouse)
    if snapshot is None:
        raise NothingKnownError(f"Nothing is loaded in {warehouse}.")
    with open_reader(snapshot) as now:
        runs = [Loading(*row) for row in now.execute(LOADINGS).fetchall()]
        run = loading_at(runs, moment)
        decisions = _decisions(now, warehouse, _until(runs, run, moment))
        if run == runs[-1] and decisions == _decisions(now, warehouse, None):
            return snapshot
        rules = rules_in(now)  # an earlier state is judged by the rules of today
        digest = _digest(now, run, decisions, rules)
        view = warehouse / FOLDER / f"{run.last_load:06d}-{digest}.duckdb"
    if view.exists():
        os.utime(view)
    else:
        build_view(snapshot, view, run.last_load, decisions, rules)
        _keep_the_latest(view.parent)
    return view


def build_view(
    snapshot: Path,
    view: Path,
    last_load: int,
    decisions: Iterable[MatchDecision] = (),
    rules: RuleBook | None = None,
) -> None:
    """Writes a snapshot with the facts of loads up to `last_load`, and the ledger built on them."""
    view.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    working = view.with_name(f"{_UNFINISHED}{uuid.uuid4().hex}.duckdb")
    try:
        with open_writer(working) as connection:
            _copy_facts(connection, snapshot, last_load)
            connection.execute("begin")
            build_ledger(connection, decisions, rules)
            connection.execute("commit")
            connection.execute("checkpoint")
        working.replace(view)
    finally:
        for leftover in view.parent.glob(f"{working.name}*"):
            leftover.unlink()


def _copy_facts(connection: duckdb.DuckDBPyConnection, snapshot: Path, last_load: int) -> None:
    """What loads up to `last_load` brought and was in force then; findings about refused files have no load."""
    connection.execute((_DATA / "schema.sql").read_text())
    facts = _columns(connection, "current_database()")
    path = str(snapshot).replace("'", "''")
    connection.execute(f"attach '{path}' as now (read_only)")
    there = _columns(connection, "'now'")
    for name, columns in facts.items():
        by = "load_id" if "load_id" in columns else "remittance_id"
        connection.execute(
            f"insert into {name} by name select * from now.{name} where {_KNOWN[by]}",  # noqa: S608
            {"last_load": last_load},
        )
        if REPLACED + name in there:
            connection.execute(
                f"insert into {name} by name select * exclude (replaced_by) "  # noqa: S608
                f"from now.{REPLACED}{name} as gone where {_KNOWN_THEN[by]}",
                {"last_load": last_load},
            )
    connection.execute("detach now")


_KNOWN = {
    "load_id": "load_id <= $last_load",
    "remittance_id": "remittance_id in (select remittance_id from now.remittance where load_id <= $last_load)",
}
_KNOWN_THEN = {
    "load_id": "load_id <= $last_load and replaced_by > $last_load",
    "remittance_id": """replaced_by > $last_load and exists (
        select 1
        from now.replaced_remittance as whole
        where whole.remittance_id = gone.remittance_id
          and whole.replaced_by = gone.replaced_by
          and whole.load_id <= $last_load
    )""",
}
"""Which facts were in force after a load: of those in force today, and of those that gave way since."""


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, set[str]]:
    """The tables of a database with their columns."""
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        f"select table_name, column_name from duckdb_columns() where database_name = {database} "  # noqa: S608
        "and not internal"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _until(runs: Sequence[Loading], run: Loading, moment: int | date) -> datetime | None:
    """When what was known after a run ended being so: at the next run, or at the end of the day asked for."""
    later = [other.at for other in runs if other.at > run.at]
    if isinstance(moment, date):
        later.append(datetime.combine(moment + timedelta(days=1), time.min))
    return min(later, default=None)


def _decisions(
    now: duckdb.DuckDBPyConnection, warehouse: Path, until: datetime | None
) -> list[MatchDecision]:
    """What was decided about matches and in force at a time, each under the number its withdrawal has today."""
    latest: dict[tuple[int, int], DecisionEntry] = {}
    for entry in Workspace(warehouse).decision_history():
        if until is None or entry.made_at < until:
            latest.setdefault((entry.remittance_id, entry.adjustment_no), entry)
    in_force = [entry for entry in latest.values() if entry.deed != "undone"]
    places = _places_today(now)
    return [
        _moved(entry.decision, places.get(entry.entry_no))
        for entry in sorted(in_force, key=lambda entry: entry.entry_no)
    ]


def _places_today(now: duckdb.DuckDBPyConnection) -> dict[int, tuple[int, int]]:
    """Where the withdrawals decided on stand today, by number of the entry: a corrected file may have moved them."""
    if "known_decision" not in _columns(now, "current_database()"):
        return {}
    rows = now.execute(
        "select entry_no, remittance_id, adjustment_no from known_decision where remittance_id is not null"
    ).fetchall()
    return {entry_no: (remittance_id, number) for entry_no, remittance_id, number in rows}


def _moved(decision: MatchDecision, place: tuple[int, int] | None) -> MatchDecision:
    if place is None:
        return decision
    return replace(decision, remittance_id=place[0], adjustment_no=place[1])


def _digest(
    now: duckdb.DuckDBPyConnection,
    run: Loading,
    decisions: Iterable[MatchDecision],
    rules: RuleBook,
) -> str:
    """What a view depends on: the loads it knows, the decisions, the rules, and the code that makes the ledger."""
    loads = now.execute(
        "select load_id, sha256, loaded_at from load where load_id <= ? order by load_id",
        [run.last_load],
    ).fetchall()
    parts = repr((loads, list(decisions), rules, ledger_definition()))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _keep_the_latest(folder: Path) -> None:
    """Removes all views but those used last."""
    views = [path for path in folder.glob("*.duckdb") if not path.name.startswith(_UNFINISHED)]
    for old in sorted(views, key=lambda path: path.stat().st_mtime)[:-VIEWS_KEPT]:
        with contextlib.suppress(PermissionError):  # a reader on Windows still has it open
            old.unlink()
