"""Payers are replayed one after the other or in two processes: the ledger is the same."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from data.ledger import payers
from data.ledger.inputs import read_facts
from data.warehouse import current_snapshot, open_reader


def replayed(facts: list[pa.Table]) -> dict[str, list[dict[str, object]]]:
    """Rows of each table in an order in which no payer's place matters; events are numbered within their item."""
    parts = [found.tables for found in payers.replay_payers(facts, {})]
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
    events = tables["replayed_event"].sort_by(
        [("receivable_id", "ascending"), ("event_no", "ascending")]
    )
    found = {name: sorted(table.to_pylist(), key=str) for name, table in tables.items()}
    return {**found, "replayed_event": events.drop_columns("event_no").to_pylist()}


def test_two_processes_find_what_one_finds(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current_snapshot(sample_warehouse)
    assert snapshot is not None
    with open_reader(snapshot) as connection:
        facts = read_facts(connection)
    alone = replayed(facts)
    monkeypatch.setattr(payers, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert replayed(facts) == alone
    assert len(alone["replayed_piece"]) > 100


def test_what_fails_in_the_second_process_is_raised_here(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current_snapshot(sample_warehouse)
    assert snapshot is not None
    with open_reader(snapshot) as connection:
        facts = read_facts(connection)
    monkeypatch.setattr(payers, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(AssertionError):
        list(payers.replay_payers(facts, {}))
