"""Builds the ledger with what users decided about matches, and notes in the snapshot which decisions it knew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from data.ledger.build import build_ledger
from data.ledger.decisions import MatchDecision
from data.ledger.spelling import bare
from data.rules import read_rules
from data.workspace import DecisionEntry, Withdrawal, Workspace

Place = tuple[int, int]
"""remittance_id and adjustment_no."""

_STATE_TABLES = """
create or replace table ledger_build (last_decision bigint not null);
comment on table ledger_build is 'One row: what of the workspace the ledger was built with.';
comment on column ledger_build.last_decision is 'Number of the latest entry about a match; 0 where there was none.';
create or replace table known_decision (
    entry_no bigint not null
  , decided_remittance_id bigint not null
  , decided_adjustment_no integer not null
  , remittance_id bigint
  , adjustment_no integer
);
comment on table known_decision is 'One row per decision about a match in force when the ledger was built.';
comment on column known_decision.entry_no is 'Its number in the workspace.';
comment on column known_decision.decided_remittance_id is 'The remittance as it was called when the decision was made.';
comment on column known_decision.decided_adjustment_no is 'The provider adjustment as it was numbered then.';
comment on column known_decision.remittance_id is 'The remittance today; null where it is not loaded any more.';
comment on column known_decision.adjustment_no is 'Position of the provider adjustment in it today.';
"""
_ADJUSTMENTS = """
    select
        provider_adjustment.remittance_id, provider_adjustment.adjustment_no
      , coalesce(remittance.payer_name, ''), coalesce(remittance.trace_number, ''), remittance.payment_date
      , coalesce(provider_adjustment.reason_code, ''), coalesce(provider_adjustment.reference, '')
      , provider_adjustment.amount
    from provider_adjustment
    join remittance on remittance.remittance_id = provider_adjustment.remittance_id
    where remittance.balance_state = 'balanced'
      and (
            remittance.remittance_id in (select unnest(?::bigint[]))
         or remittance.trace_number in (select unnest(?::varchar[]))
      )
    order by all
"""


def build_ledger_as_decided(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Rebuilds the ledger with the decisions in force in the warehouse's workspace."""
    workspace = Workspace(warehouse)
    last = workspace.last_decision()  # read first: what comes later is for the next build
    entries = [entry for entry in workspace.entries_in_force() if entry.entry_no <= last]
    places = places_today(connection, entries)
    build_ledger(connection, list(_decisions(entries, places)), read_rules(warehouse))
    connection.execute(_STATE_TABLES)
    connection.execute("insert into ledger_build values (?)", [last])
    for entry in entries:
        connection.execute(
            "insert into known_decision values (?, ?, ?, ?, ?)",
            [
                entry.entry_no,
                entry.remittance_id,
                entry.adjustment_no,
                *places.get(entry.entry_no, (None, None)),
            ],
        )


def places_today(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[DecisionEntry]
) -> dict[int, Place]:
    """Where the withdrawals decided on stand in what is loaded now, by number of the entry.

    A remittance sent again keeps its number while payer, trace number, date and amount are the same; else the
    one adjustment that says the same under that payer, trace number and date is meant. None or several: left out.
    """
    if not entries:
        return {}
    ids = [entry.remittance_id for entry in entries]
    traces = [entry.about.trace_number for entry in entries if entry.about]
    said: dict[Place, Withdrawal] = {
        (remittance_id, number): Withdrawal(*what)
        for remittance_id, number, *what in connection.execute(
            _ADJUSTMENTS, [ids, traces]
        ).fetchall()
    }
    same: dict[Withdrawal, list[Place]] = defaultdict(list)
    for place, what in said.items():
        same[_as_compared(what)].append(place)
    found = ((entry.entry_no, _place(entry, said, same)) for entry in entries)
    return {number: place for number, place in found if place is not None}


def _place(
    entry: DecisionEntry,
    said: Mapping[Place, Withdrawal],
    same: Mapping[Withdrawal, Sequence[Place]],
) -> Place | None:
    place = (entry.remittance_id, entry.adjustment_no)
    if entry.about is None:
        return place if place in said else None
    about = _as_compared(entry.about)
    if place in said and _as_compared(said[place]) == about:
        return place
    places = same.get(about, ())
    return places[0] if len(places) == 1 else None


def _as_compared(what: Withdrawal) -> Withdrawal:
    return replace(what, payer=bare(what.payer))


def _decisions(
    entries: Iterable[DecisionEntry], places: Mapping[int, Place]
) -> Iterable[MatchDecision]:
    """The decisions whose withdrawal is there, the latest of each place."""
    latest: dict[Place, MatchDecision] = {}
    for entry in entries:
        place = places.get(entry.entry_no)
        if place is not None:
            remittance_id, adjustment_no = place
            latest[place] = replace(
                entry.decision, remittance_id=remittance_id, adjustment_no=adjustment_no
            )
    return latest.values()
