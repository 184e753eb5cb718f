"""What users enter is kept: append-only, the latest in force, whole under many writers, readable by its owner."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from data.journal import EntryTable, Journal, NewerJournalError
from data.ledger.decisions import MatchDecision
from data.workspace import FILE_NAME, Withdrawal, Workspace

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456)
WO = Withdrawal("NORTHLAND", "T-9", date(2025, 6, 4), "WO", "LTR1", Decimal("202.67"))


def _decision(receivable: str | None, number: int = 1, remittance: int = 7) -> MatchDecision:
    return MatchDecision(remittance, number, receivable, "ann", NOON, "by phone")


def in_force(workspace: Workspace) -> list[MatchDecision]:
    return [entry.decision for entry in workspace.entries_in_force()]


def test_reading_where_nothing_was_entered_makes_no_file(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "none")
    assert in_force(workspace) == []
    assert workspace.decision_history() == []
    assert workspace.last_decision() == 0
    assert not (tmp_path / "none").exists()


def test_the_latest_decision_about_a_withdrawal_is_in_force(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first, other, last = _decision("R1"), _decision("R1", number=2), _decision(None)
    for decision in (first, other, last):
        workspace.record_decision(decision)
    assert in_force(workspace) == [other, last]


def test_an_undone_decision_is_not_in_force_and_all_stays_in_the_history(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.record_decision(_decision("R1"), WO)
    workspace.record_decision(_decision("R2", number=2))
    undone = workspace.undo_decision(7, 1, "bob", "wrong claim")
    assert in_force(workspace) == [_decision("R2", number=2)]
    assert workspace.last_decision() == undone == 3
    latest, before = workspace.decision_history(7, 1)
    assert (latest.deed, latest.made_by, latest.why) == ("undone", "bob", "wrong claim")
    assert (before.deed, before.about, before.decision) == ("tied", WO, _decision("R1"))


def test_a_decision_can_be_made_again_after_it_was_undone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.record_decision(_decision("R1"))
    workspace.undo_decision(7, 1, "bob", "wrong claim")
    workspace.record_decision(_decision(None))
    assert in_force(workspace) == [_decision(None)]
    assert [e.deed for e in workspace.decision_history()] == ["left in suspense", "undone", "tied"]


def test_no_row_can_be_changed_or_removed(tmp_path: Path) -> None:
    Workspace(tmp_path).record_decision(_decision("R1"))
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    for deed in ("update match_decision set why = 'other'", "delete from match_decision"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(deed)
    connection.close()


def test_the_files_are_their_owner_s_only_and_written_ahead(tmp_path: Path) -> None:
    Workspace(tmp_path).record_decision(_decision("R1"))
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
    connection.execute("select count(*) from match_decision").fetchone()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    connection.close()
    assert len(modes) > 2
    assert set(modes.values()) == {0o600}, modes


def test_threads_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        for number in range(10):
            Workspace(tmp_path).record_decision(_decision(f"R{writer}", number))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    history = Workspace(tmp_path).decision_history()
    assert [entry.entry_no for entry in history] == list(range(60, 0, -1))
    assert len({(e.receivable_id, e.adjustment_no) for e in history}) == 60
    assert len(in_force(Workspace(tmp_path))) == 10


def test_two_processes_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    write = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from data.ledger.decisions import MatchDecision; from data.workspace import Workspace\n"
        "for n in range(40):\n"
        "    Workspace(Path(sys.argv[1])).record_decision("
        "MatchDecision(int(sys.argv[2]), n, 'R1', 'ann', datetime(2026, 1, 1), 'why'))\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", write, str(tmp_path), str(number)], cwd=ROOT)
        for number in (1, 2)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    found = {(d.remittance_id, d.adjustment_no) for d in in_force(Workspace(tmp_path))}
    assert found == {(writer, n) for writer in (1, 2) for n in range(40)}


def test_a_later_version_adds_tables_and_keeps_the_rows(tmp_path: Path) -> None:
    note, target = EntryTable("note", ("about",), ("text",)), EntryTable("target", ("kpi",), ("most",))  # fmt: skip
    told = {"made_by": "ann", "made_at": NOON, "why": ""}
    old = Journal(tmp_path / "j.sqlite", (note,), version=1)
    old.append(note, {"about": "R1", "text": "called"}, **told)  # type: ignore[arg-type]
    new = Journal(tmp_path / "j.sqlite", (note, target), version=2)
    new.append(target, {"kpi": "lag", "most": 30}, **told)  # type: ignore[arg-type]
    assert [entry.values for entry in new.in_force(note)] == [{"about": "R1", "text": "called"}]
    (entry,) = new.in_force(target)
    assert (entry.values, entry.made_at) == ({"kpi": "lag", "most": 30}, NOON)
    with pytest.raises(NewerJournalError, match="later version"):
        old.in_force(note)
