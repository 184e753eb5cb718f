"""Payers are replayed one after the other or in two processes: the ledger is the same."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest

from data.ledger import payers
from data.ledger.decisions import Decisions
from data.ledger.inputs import facts_of, read_facts, rows_by_payer
from data.warehouse import current_snapshot, open_reader

Rows = dict[str, list[dict[str, object]]]


def replayed(facts: list[pa.Table]) -> Rows:
    """Rows of each table in an order in which no payer's place matters; events are numbered within their item."""
    parts = [found.tables for found in payers.replay_payers(facts, {})]
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
    events = tables["replayed_event"].sort_by(
        [("receivable_id", "ascending"), ("event_no", "ascending")]
    )
    found = {name: sorted(table.to_pylist(), key=str) for name, table in tables.items()}
    return {**found, "replayed_event": events.drop_columns("event_no").to_pylist()}


@pytest.fixture
def facts(sample_warehouse: Path) -> list[pa.Table]:
    snapshot = current_snapshot(sample_warehouse)
    assert snapshot is not None
    with open_reader(snapshot) as connection:
        return read_facts(connection)


@pytest.fixture
def alone(facts: list[pa.Table], monkeypatch: pytest.MonkeyPatch) -> Rows:
    """What one process finds; from then on there are two."""
    found = replayed(facts)
    assert len(found["replayed_piece"]) > 100
    monkeypatch.setattr(payers, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return found


@pytest.mark.parametrize("executable", [sys.executable, "/bin/false"])
def test_two_processes_find_what_one_finds(
    executable: str, facts: list[pa.Table], alone: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/bin/false is a process that ends at once: its part is done here."""
    monkeypatch.setattr("sys.executable", executable)
    assert replayed(facts) == alone


def test_what_a_process_that_dies_had_found_is_not_found_twice(
    facts: list[pa.Table], alone: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends when it has told of its first payer."""
    _, other = payers._in_two(rows_by_payer(facts))
    assert len(other) > 1
    told = payers._replay_here(facts_of(facts, other[:1]), {})
    monkeypatch.setattr(payers, "_answers", lambda _helper: told)
    assert replayed(facts) == alone


@pytest.mark.usefixtures("alone")
def test_what_fails_in_the_second_process_is_raised_here(facts: list[pa.Table]) -> None:
    _, other = payers._in_two(rows_by_payer(facts))
    wrong = {other[0]: cast(Decisions, "no decisions")}
    with pytest.raises(AttributeError, match="'str' object") as raised:
        list(payers.replay_payers(facts, wrong))
    assert "data/ledger/payers.py" in raised.value.__notes__[0]
