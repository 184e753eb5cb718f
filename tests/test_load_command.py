"""The loaders' command line: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import csv
import errno
import json
from decimal import Decimal
from pathlib import Path

import pytest

from data.warehouse import current_snapshot
from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders import __main__ as command
from loaders.__main__ import main
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

REGISTER = "Payer,Letter Number,ICN,Notice Date,Overpayment Amount\n"


def remit(paid: str, trace: str = "T1") -> bytes:
    return file_835(Remit(trace, "20250303", [Claim("A", paid)]))


def payments(warehouse: Path) -> Decimal:
    value: Decimal = kpi_table(engine_of(warehouse), Filters()).to_pylist()[0]["payments"]
    return value


def test_a_dry_run_says_what_would_happen_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, warehouse = tmp_path / "a.835", tmp_path / "b.csv", tmp_path / "warehouse"
    good.write_bytes(remit("100.00"))
    bad.write_text("colour,shape\nred,round\n")
    arguments = [str(good), str(bad), "--warehouse", str(warehouse), "--json", "--dry-run"]
    assert main(arguments) == 1
    said = json.loads(capsys.readouterr().out)
    assert [one["status"] for one in said] == ["loaded", "rejected"]
    assert said[0]["payment_amount"] == "100.00"
    assert not warehouse.exists()


def test_a_dry_run_knows_what_is_loaded_and_changes_no_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, warehouse = tmp_path / "in", tmp_path / "warehouse"
    folder.mkdir()
    (folder / "a.835").write_bytes(remit("100.00"))
    main([str(folder), "--warehouse", str(warehouse), "--json"])
    before = {path: path.read_bytes() for path in warehouse.rglob("*") if path.is_file()}
    capsys.readouterr()
    (folder / "b.835").write_bytes(remit("7.00", "T2"))
    assert main([str(folder), "--warehouse", str(warehouse), "--json", "--dry-run"]) == 0
    said = {Path(one["path"]).name: one["status"] for one in json.loads(capsys.readouterr().out)}
    assert (said["a.835"], said["b.835"]) == ("duplicate", "loaded")
    assert {path: path.read_bytes() for path in warehouse.rglob("*") if path.is_file()} == before


def test_a_corrected_remittance_replaces_the_first_only_when_asked(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    first, corrected = tmp_path / "a.835", tmp_path / "b.835"
    first.write_bytes(remit("100.00"))
    corrected.write_bytes(remit("90.00"))
    main([str(first), "--warehouse", str(warehouse)])
    assert main([str(corrected), "--warehouse", str(warehouse), "--replace"]) == 0
    assert payments(warehouse) == Decimal("90.00")


def test_a_remittance_in_quarantine_gives_way_to_one_that_ties_unasked(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    first, corrected = tmp_path / "a.835", tmp_path / "b.835"
    first.write_bytes(file_835(Remit("T1", "20250303", [Claim("A", "100.00")], payment="90.00")))
    corrected.write_bytes(remit("90.00"))
    main([str(first), "--warehouse", str(warehouse)])
    assert payments(warehouse) == 0
    main([str(corrected), "--warehouse", str(warehouse)])
    assert payments(warehouse) == Decimal("90.00")


def test_refused_rows_are_written_with_their_reasons_corrected_and_loaded(tmp_path: Path) -> None:
    warehouse, folder = tmp_path / "warehouse", tmp_path / "to-correct"
    register = tmp_path / "register.csv"
    register.write_text(f"{REGISTER}Acme,L1,I1,2025-02-30,100.00\nAcme,L2,I2,2025-02-20,200.00\n")
    arguments = [str(register), "--warehouse", str(warehouse), "--rejected", str(folder)]
    assert main(arguments) == 1
    target = folder / "register.csv.rejected.csv"
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [bool(row[-1]) for row in rows] == [True, True, False]
    assert "2025-02-30" in rows[1]
    target.write_text(target.read_text(encoding="utf-8-sig").replace("2025-02-30", "2025-02-28"))
    assert main([str(target), "--warehouse", str(warehouse)]) == 0


def test_a_disk_that_refuses_is_said_in_words_and_leaves_the_last_load(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, file = tmp_path / "warehouse", tmp_path / "a.835"
    file.write_bytes(remit("100.00"))
    main([str(file), "--warehouse", str(warehouse)])
    snapshot = current_snapshot(warehouse)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command, "load", full)
    file.write_bytes(remit("5.00", "T2"))
    assert main([str(file), "--warehouse", str(warehouse)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert current_snapshot(warehouse) == snapshot


def test_watching_and_only_checking_do_not_go_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--watch", "--dry-run"]) == 2
    assert "do not go together" in capsys.readouterr().err


def test_the_map_command_is_the_loaders_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_text("Ins Name,Ltr,Amt\nAcme,L1,5.00\n")
    assert main(["map", str(tmp_path / "x.csv"), "--kind", "offsets"]) in (0, 1)
    assert "Ins Name" in capsys.readouterr().out
