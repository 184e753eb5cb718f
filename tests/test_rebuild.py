"""A rebuild follows what was decided; no load, no replacement and no rebuild loses it."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from data.warehouse import current_snapshot
from data.workspace import Workspace
from kpis.suspense import known_decisions, last_known_decision
from loaders.__main__ import main
from loaders.ingest import load
from loaders.rebuild import rebuild
from tests.decided_matches import (
    PUT_OFF,
    TIED,
    UNDECIDED,
    decide,
    figures,
    item_on,
    load_two_remittances,
    place,
    taken,
)
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows


@pytest.fixture(scope="module")
def two_remittances(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loaded once; tests copy it."""
    folder = tmp_path_factory.mktemp("two")
    load_two_remittances(folder)
    return folder


@pytest.fixture
def warehouse(two_remittances: Path, tmp_path: Path) -> Path:
    shutil.copytree(two_remittances, tmp_path / "warehouse")
    return tmp_path / "warehouse"


def _replace_second(warehouse: Path, remit: Remit) -> None:
    contents = {"again.835": file_835(remit)}
    (result,) = load([Path("again.835")], warehouse, contents=contents, replaces_known=True)
    assert result.status == "loaded"


def _decided(warehouse: Path) -> list[dict[str, object]]:
    return rows(
        engine_of(warehouse),
        "select receivable_id, amount, method, confidence, decided_by, decided_why from match "
        "where decided_by is not null",
    )


def test_a_decision_changes_the_figures_and_undoing_it_brings_them_back(warehouse: Path) -> None:
    assert figures(warehouse) == UNDECIDED
    facts = rows(engine_of(warehouse), "select * from provider_adjustment order by all")
    decide(warehouse, item_on(warehouse, "CCC1"))
    assert rebuild(warehouse)
    assert figures(warehouse) == TIED
    (tie,) = _decided(warehouse)
    assert tie["receivable_id"] == item_on(warehouse, "CCC1")
    assert (tie["decided_by"], tie["decided_why"], tie["confidence"]) == ("ann", "by phone", "confirmed")  # fmt: skip
    Workspace(warehouse).undo_decision(*place(warehouse), "bob", "wrong")
    assert rebuild(warehouse)
    assert figures(warehouse) == UNDECIDED
    assert rows(engine_of(warehouse), "select * from provider_adjustment order by all") == facts


def test_left_in_suspense_moves_nothing_and_says_who(warehouse: Path) -> None:
    decide(warehouse, None)
    rebuild(warehouse)
    assert figures(warehouse) == UNDECIDED
    (tie,) = _decided(warehouse)
    assert (tie["confidence"], tie["decided_by"]) == ("suspense", "ann")


def test_a_decision_survives_a_later_load(warehouse: Path) -> None:
    decide(warehouse, item_on(warehouse, "BBB1"))
    later = file_835(Remit("P-3", "20250501", [Claim("E", "10.00")]))
    load([Path("later.835")], warehouse, contents={"later.835": later})
    assert figures(warehouse) == TIED


def test_a_decision_survives_loading_everything_anew(warehouse: Path) -> None:
    decide(warehouse, item_on(warehouse, "BBB1"))
    for snapshot in warehouse.glob("snapshot-*"):
        snapshot.unlink()
    (warehouse / "CURRENT").unlink()
    load_two_remittances(warehouse)
    assert figures(warehouse) == TIED


def test_a_decision_survives_the_same_remittance_sent_again(warehouse: Path) -> None:
    decide(warehouse, item_on(warehouse, "BBB1"))
    _replace_second(warehouse, taken())
    assert figures(warehouse) == TIED


def test_a_decision_follows_its_withdrawal_to_another_position_and_payment(
    warehouse: Path,
) -> None:
    """The corrected file pays 5.00 of interest before it takes: another payment, so another remittance number."""
    before = place(warehouse)
    decide(warehouse, item_on(warehouse, "BBB1"))
    _replace_second(warehouse, taken(("L6", "-5.00"), ("WO:ADJ77", "150.00")))
    assert figures(warehouse) == TIED
    after = place(warehouse)
    assert after[0] != before[0]
    assert after[1] == 2
    (known,) = known_decisions(engine_of(warehouse)).values()
    assert (known.place, known.against) == (after, "")


def test_a_decision_never_moves_to_another_withdrawal(warehouse: Path) -> None:
    """Same payment, same position, but now 140.00 under another reference and 10.00 apart from it."""
    decide(warehouse, item_on(warehouse, "BBB1"))
    _replace_second(warehouse, taken(("WO:OTHER", "140.00"), ("WO:ADJ78", "10.00")))
    assert _decided(warehouse) == []
    (known,) = known_decisions(engine_of(warehouse)).values()
    assert known.place is None
    assert "not in what is loaded" in known.against


def test_a_decision_for_an_offset_that_is_gone_is_said_and_not_followed(warehouse: Path) -> None:
    decision = decide(warehouse, item_on(warehouse, "BBB1"))
    Workspace(warehouse).record_decision(replace(decision, receivable_id="Rnowhere00000"))
    rebuild(warehouse)
    assert figures(warehouse) == UNDECIDED
    (known,) = known_decisions(engine_of(warehouse)).values()
    assert known.place == place(warehouse)
    assert "no such receivable" in known.against


def test_nothing_is_published_where_the_ledger_knows_every_decision(warehouse: Path) -> None:
    decide(warehouse, None)
    assert rebuild(warehouse, only_if_behind=True)
    snapshot = current_snapshot(warehouse)
    assert not rebuild(warehouse, only_if_behind=True)
    assert current_snapshot(warehouse) == snapshot
    assert last_known_decision(engine_of(warehouse)) == Workspace(warehouse).last_decision() == 1


def test_there_is_nothing_to_rebuild_before_anything_is_loaded(tmp_path: Path) -> None:
    assert not rebuild(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_the_command_rebuilds_and_says_where_nothing_is_loaded(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(warehouse, item_on(warehouse, "BBB1"))
    assert main(["rebuild", "--warehouse", str(warehouse)]) == 0
    assert figures(warehouse) == TIED
    assert main(["rebuild", "--warehouse", str(tmp_path / "none")]) == 1
    assert "nothing is loaded" in capsys.readouterr().err


def test_a_rebuild_waits_for_a_loader_and_says_so(warehouse: Path) -> None:
    decide(warehouse, item_on(warehouse, "BBB1"))
    lock, waits = FileLock(warehouse / "lock", thread_local=False), threading.Event()
    lock.acquire()
    job = threading.Thread(
        target=rebuild, args=(warehouse,), kwargs={"on_wait": lambda _: waits.set()}
    )
    job.start()
    assert waits.wait(timeout=30)
    assert figures(warehouse) == UNDECIDED
    lock.release()
    job.join(timeout=30)
    assert figures(warehouse) == TIED


def test_reloading_what_was_put_off_keeps_the_decision(tmp_path: Path) -> None:
    """The order of loading changes nothing: the decision waits until its withdrawal is there again."""
    whole = tmp_path / "whole"
    load_two_remittances(whole)
    decide(whole, item_on(whole, "BBB1"))
    rebuild(whole)
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "workspace.sqlite").write_bytes((whole / "workspace.sqlite").read_bytes())
    for remit in (taken(), PUT_OFF):
        load([Path("one.835")], parts, contents={"one.835": file_835(remit)})
    assert figures(parts) == figures(whole) == TIED
