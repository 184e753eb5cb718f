"""A warehouse whose ledger another version built is told apart, and `rebuild` makes it this version's."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from data.ledger.definition import ledger_definition
from data.warehouse import current_snapshot
from kpis.__main__ import main as kpis
from kpis.readiness import NotReadyError, is_of_this_version, ready_engine
from loaders.__main__ import main as loaders
from reports.__main__ import main as reports
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, written_by_a_later_version


@pytest.fixture
def of_another_version(sample_warehouse: Path, tmp_path: Path) -> Path:
    """The sample as a version left it that knew nothing of corrections and noted nothing of itself."""
    folder = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, folder)
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute("alter table hidden_takeback drop column correction_remittance_id")
        connection.execute("drop table ledger_definition")
    return folder


def test_commands_say_what_to_do_with_a_ledger_of_another_version(
    of_another_version: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--warehouse", str(of_another_version)]
    assert kpis(where) == 1
    assert f"python -m loaders rebuild --warehouse {of_another_version}" in capsys.readouterr().err
    assert reports(["summary", "--out", str(tmp_path / "summary.pdf"), *where]) == 1
    assert "built by another version" in capsys.readouterr().err
    assert not (tmp_path / "summary.pdf").exists()


def test_commands_say_what_to_do_where_a_later_version_wrote_what_was_entered(
    sample_warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, remit = tmp_path / "warehouse", tmp_path / "a.835"
    shutil.copytree(sample_warehouse, folder)
    written_by_a_later_version(folder)
    remit.write_bytes(file_835(Remit("T1", "20250303", [Claim("A", "1.00")])))
    before = current_snapshot(folder)
    where = ["--warehouse", str(folder)]
    report = ["summary", "--out", str(tmp_path / "summary.pdf"), *where]
    commands: list[Callable[[], int]] = [
        lambda: loaders([str(remit), *where]),
        lambda: loaders(["rebuild", *where]),
        lambda: kpis(["--known-on", "2030-01-01", *where]),
        lambda: reports(report),
    ]
    for command in commands:
        assert command() == 1
        said = capsys.readouterr().err
        assert f"{folder / 'workspace.sqlite'} was written by a later version of Takeback" in said
        assert "Start the later version, or move the file away." in said
    assert current_snapshot(folder) == before
    assert not (tmp_path / "summary.pdf").exists()
    assert kpis(where) == 0  # figures need nothing that was entered


def test_a_rebuild_makes_it_this_version_s(
    of_another_version: Path, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert loaders(["rebuild", "--warehouse", str(of_another_version)]) == 0
    assert is_of_this_version(engine_of(of_another_version))
    assert kpis(["--by", "payer,month", "--warehouse", str(of_another_version)]) == 0
    rebuilt = capsys.readouterr().out
    assert kpis(["--by", "payer,month", "--warehouse", str(sample_warehouse)]) == 0
    assert capsys.readouterr().out == rebuilt


def test_a_changed_reference_table_makes_it_another_version(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "data"
    shutil.copytree("data/reference", copied / "reference")
    monkeypatch.setattr("data.ledger.definition._DATA", copied)
    before = ledger_definition()
    with (copied / "reference" / "cause.csv").open("a") as table:
        table.write("another,cause\n")
    assert ledger_definition() != before
    with pytest.raises(NotReadyError, match="or with other reference tables"):
        ready_engine(sample_warehouse)
