"""As known on: an earlier state of the warehouse is what it showed then, to the cent; the newest is now."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path

import pytest

from data.known_on import FOLDER, VIEWS_KEPT, NothingKnownError, build_view, known_on
from data.ledger.decisions import MatchDecision
from data.replaced import keep_replaced
from data.warehouse import current_snapshot, new_snapshot
from data.workspace import Workspace
from kpis.__main__ import main as kpis
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.known_on import reported, restated
from loaders.ingest import load
from loaders.rebuild import rebuild
from loaders.results import REMITTANCE_TABLES, FileResult
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

LEDGER = (
    "kpi_cube",
    "receivable",
    "receivable_event",
    "match",
    "remittance_bridge",
    "appeal_case",
    "posted_remittance",
    "open_letter",
)

JANUARY = Remit(
    "N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-600.00", "22"), Claim("B", "450.00")]
)
FEBRUARY = Remit("N2", "20250210", [Claim("C", "2000.00")], [("WO:D", "80.00")])
LATE = Remit(
    "N0", "20250120", [Claim("E", "500.00"), Claim("F", "-90.00", "22"), Claim("F", "60.00")]
)
LETTER = (
    b"Payer,Letter Number,Notice Date,Overpayment Amount,Patient Account\n"
    b"Northland Health Plan,L1,2025-01-02,80,D\n"
)
APPEAL = (
    b"Payer,Case Number,Appeal Level,Appeal Status,Decision Date,Amount at Issue,Overturned Amount,Patient Account\n"
    b"Northland Health Plan,C1,1,Overturned,2025-03-20,150,150,B\n"
)


def loaded_at(
    folder: Path, at: str, name: str, content: bytes, *, replaces_known: bool = False
) -> None:
    """Loads one file, which must be new, at a time of the test's own."""
    result = result_at(folder, at, name, content, replaces_known=replaces_known)
    assert result.status == "loaded"


def result_at(
    folder: Path, at: str, name: str, content: bytes, *, replaces_known: bool = False
) -> FileResult:
    """What becomes of one file that is loaded at a time of the test's own."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls.fromisoformat(at).replace(tzinfo=tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.store.datetime", Clock)
        [result] = load(
            [Path(name)], folder, contents={name: content}, replaces_known=replaces_known
        )
    return result


@dataclass(frozen=True)
class Story:
    """A warehouse and what its ledger said after each load, from the first."""

    folder: Path
    said: tuple[dict[str, list[str]], ...]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Five files on five days."""
    folder = tmp_path_factory.mktemp("story")
    files = (
        ("2025-02-03", "january.835", file_835(JANUARY)),
        ("2025-03-03", "february.835", file_835(FEBRUARY)),
        ("2025-03-10", "late.835", file_835(LATE)),
        ("2025-03-11", "letters.csv", LETTER),
        ("2025-04-01", "appeals.csv", APPEAL),
    )
    said = []
    for day, name, content in files:
        loaded_at(folder, day, name, content)
        said.append(ledger(engine_of(folder)))
    return Story(folder, tuple(said))


def ledger(engine: DuckDBEngine) -> dict[str, list[str]]:
    """Every row of the ledger's tables, in an order of no meaning."""
    return {name: sorted(map(str, engine.query(f"from {name}").to_pylist())) for name in LEDGER}


def test_each_earlier_load_is_as_it_was_then(
    story: Story,
) -> None:
    folder, said = story.folder, story.said
    assert len({str(one) for one in said}) == len(said)
    for number, then in enumerate(said, start=1):
        assert ledger(DuckDBEngine(known_on(folder, number))) == then


def test_known_on_the_last_load_is_now_to_the_cent(sample_warehouse: Path, tmp_path: Path) -> None:
    snapshot = current_snapshot(sample_warehouse)
    assert snapshot is not None
    now = DuckDBEngine(snapshot)
    last = now.query("select max(load_id) as n from load").column("n")[0].as_py()
    build_view(snapshot, tmp_path / "view.duckdb", last)
    assert ledger(DuckDBEngine(tmp_path / "view.duckdb")) == ledger(now)
    assert known_on(sample_warehouse, last) == snapshot


def test_a_day_shows_what_was_loaded_by_its_end(
    story: Story,
) -> None:
    folder, said = story.folder, story.said
    for day, at in ((date(2025, 3, 2), 0), (date(2025, 3, 3), 1), (date(2025, 3, 10), 2)):
        assert ledger(DuckDBEngine(known_on(folder, day))) == said[at]
    assert known_on(folder, date(2025, 4, 1)) == current_snapshot(folder)


def test_before_the_first_load_nothing_was_known(
    story: Story,
) -> None:
    folder = story.folder
    with pytest.raises(NothingKnownError, match="first files were loaded on 2025-02-03"):
        known_on(folder, date(2025, 2, 2))
    for number in (0, 6):
        with pytest.raises(NothingKnownError, match="loads are numbered 1 to 5"):
            known_on(folder, number)


def test_files_of_one_run_become_known_together(tmp_path: Path) -> None:
    contents = {"a.835": file_835(JANUARY), "b.835": file_835(FEBRUARY)}
    load([Path("a.835"), Path("b.835")], tmp_path, contents=contents)
    assert known_on(tmp_path, 1) == current_snapshot(tmp_path)


def test_an_earlier_state_is_judged_by_the_user_s_rules(tmp_path: Path) -> None:
    loaded_at(tmp_path, "2025-01-31T12:00:00", "january.835", file_835(JANUARY))
    (tmp_path / "rules.csv").write_text("rule_id,kind,days\nours,appeal,77\n")
    loaded_at(tmp_path, "2025-02-28T12:00:00", "february.835", file_835(FEBRUARY))
    engine = DuckDBEngine(known_on(tmp_path, 1))
    assert engine.query("select rule_id, days from rule where source = 'yours'").to_pylist() == [
        {"rule_id": "ours", "days": 77}
    ]


def test_views_are_kept_and_few(story: Story, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    shutil.copytree(story.folder, folder, ignore=shutil.ignore_patterns(FOLDER))
    first = known_on(folder, 1)
    built = first.stat().st_ino
    assert known_on(folder, 1).stat().st_ino == built
    for number in range(VIEWS_KEPT + 2):
        (folder / FOLDER / f"old-{number}.duckdb").touch()
    assert first.stat().st_mode & 0o077 == 0
    second = known_on(folder, 2)
    left = list((folder / FOLDER).iterdir())
    assert len(left) == VIEWS_KEPT
    assert second in left


def test_a_decision_is_known_from_the_day_it_was_made(tmp_path: Path) -> None:
    taken = Remit("N3", "20250301", [Claim("G", "900.00")], [("WO:UNHEARD", "30.00")])
    put_off = Remit(
        "N2", "20250201", [Claim("H", "-90.00", "22"), Claim("H", "60.00")], [("WO:H", "-30.00")]
    )
    other = Remit(
        "N4", "20250202", [Claim("I", "-90.00", "22"), Claim("I", "60.00")], [("WO:I", "-30.00")]
    )
    loaded_at(tmp_path, "2025-03-02", "a.835", file_835(put_off, other, taken))
    before = ledger(engine_of(tmp_path))
    (place,) = (
        engine_of(tmp_path)
        .query("select remittance_id, adjustment_no from match where confidence = 'suspense'")
        .to_pylist()
    )
    (item,) = (
        engine_of(tmp_path)
        .query("select receivable_id from receivable where patient_control_number = 'H'")
        .to_pylist()
    )
    Workspace(tmp_path).record_decision(
        MatchDecision(
            **place, **item, made_by="ana", made_at=datetime(2025, 3, 5), why="phone call"
        )
    )
    rebuild(tmp_path)
    after = ledger(engine_of(tmp_path))
    assert after != before
    loaded_at(tmp_path, "2025-04-01", "letters.csv", LETTER)
    assert ledger(DuckDBEngine(known_on(tmp_path, date(2025, 3, 4)))) == before
    assert ledger(DuckDBEngine(known_on(tmp_path, date(2025, 3, 5)))) == after
    assert ledger(DuckDBEngine(known_on(tmp_path, 1))) == after


def test_what_gave_way_is_shown_as_it_was(tmp_path: Path) -> None:
    loaded_at(tmp_path, "2025-02-03", "january.835", file_835(JANUARY))
    before = ledger(engine_of(tmp_path))
    (identifier,) = engine_of(tmp_path).query("select remittance_id from remittance").to_pylist()
    with new_snapshot(tmp_path) as connection:
        keep_replaced(connection, REMITTANCE_TABLES, [identifier["remittance_id"]], 2)
        for name in REMITTANCE_TABLES:
            connection.execute(
                f"delete from {name} where remittance_id = ?", [identifier["remittance_id"]]
            )
    again = Remit("N1", "20250115", [Claim("A", "1000.00"), Claim("B", "-150.00", "22")])
    assert again.amount() == JANUARY.amount()
    loaded_at(tmp_path, "2025-03-03", "corrected.835", file_835(again))
    now = engine_of(tmp_path)
    assert now.query("select count(*) as n from claim_payment").column("n")[0].as_py() == 2
    assert ledger(DuckDBEngine(known_on(tmp_path, 1))) == before
    assert known_on(tmp_path, 2) == current_snapshot(tmp_path)


def test_what_one_run_brings_and_takes_back_was_never_known(tmp_path: Path) -> None:
    loaded_at(tmp_path, "2025-02-03", "january.835", file_835(JANUARY))
    with new_snapshot(tmp_path) as connection:
        ids = [
            row[0] for row in connection.execute("select remittance_id from remittance").fetchall()
        ]
        keep_replaced(connection, REMITTANCE_TABLES, ids, 1)
        kept = connection.execute("select count(*) from replaced_remittance").fetchone()
    assert kept == (0,)


def test_a_month_is_first_reported_by_the_first_load_after_it(
    story: Story,
) -> None:
    folder = story.folder
    now = engine_of(folder)
    found = reported(now, date(2025, 1, 1))
    assert found is not None
    assert (found.first.last_load, found.newest.last_load, found.is_unchanged) == (1, 5, False)
    assert [(file.file, file.remittances) for file in found.later_files] == [
        ("late.835", 1),
        ("letters.csv", 0),
        ("appeals.csv", 0),
        ("february.835", 0),
    ]
    then = DuckDBEngine(known_on(folder, found.first.last_load))
    figures = {one.name: one for one in restated(then, now, Filters(), found.month)}
    withheld, payments = figures["withheld"], figures["payments"]
    assert (withheld.first, withheld.now, withheld.difference) == (
        Decimal("150.00"),
        Decimal("180.00"),
        Decimal("30.00"),
    )
    assert (payments.first, payments.now) == (Decimal("1000.00"), Decimal("1500.00"))
    assert reported(now, date(2024, 1, 1)) is None


def test_a_month_that_is_not_over_is_reported_by_the_newest_load(tmp_path: Path) -> None:
    loaded_at(tmp_path, "2025-01-16", "january.835", file_835(JANUARY))
    loaded_at(tmp_path, "2025-01-21", "late.835", file_835(LATE))
    found = reported(engine_of(tmp_path), date(2025, 1, 1))
    assert found is not None
    assert found.is_unchanged


def test_the_command_prints_an_earlier_state(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = story.folder
    asked = ["--warehouse", str(folder), "--format", "json", "--until", "2025-01"]
    shown = []
    for moment in ("1", "2025-03-09", "2025-03-10"):
        assert kpis([*asked, "--known-on", moment]) == 0
        shown.append(json.loads(capsys.readouterr().out)[0]["withheld"])
    assert shown == ["150.00", "150.00", "180.00"]
    assert kpis([*asked, "--known-on", "9"]) == 2
    assert "loads are numbered 1 to 5" in capsys.readouterr().err
