"""The loaders' command line: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import csv
import errno
import gzip
import json
import signal
import subprocess
import sys
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
from tests.xlsx import Cell, workbook

# A job in the background of a script is begun with Ctrl-C switched off.
WITH_CTRL_C = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('loaders', run_name='__main__')"
)
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


def test_refused_rows_of_two_files_of_one_name_are_both_there_and_no_correction_is_lost(
    tmp_path: Path,
) -> None:
    folder, files = tmp_path / "to-correct", [tmp_path / at / "register.csv" for at in "ab"]
    for number, file in enumerate(files):
        file.parent.mkdir()
        file.write_text(f"{REGISTER}Acme,L{number},I1,2025-02-30,100.00\n")
    arguments = ["--warehouse", str(tmp_path / "w"), "--rejected", str(folder)]
    asked = [*map(str, files), *arguments]
    assert main(asked) == main(asked) == 1
    first, second = folder / "register.csv.rejected.csv", folder / "register.csv.rejected-2.csv"
    assert sorted(folder.iterdir()) == [second, first]
    assert ("Acme,L0" in first.read_text(), "Acme,L1" in second.read_text()) == (True, True)
    assert {file.stat().st_mode & 0o777 for file in (first, second)} == {0o600}
    first.write_text("corrected by hand")
    assert main([str(files[0]), *arguments]) == 1
    assert first.read_text() == "corrected by hand"
    assert "Acme,L0" in (folder / "register.csv.rejected-3.csv").read_text()


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
    capsys.readouterr()
    assert main([str(file), "--warehouse", str(warehouse), "--json"]) == 1
    said = capsys.readouterr()
    assert "No space left on device" in said.err
    [one] = json.loads(said.out)
    assert (one["path"], one["status"]) == (str(file), "rejected")
    assert "No space left on device" in one["problems"][0]["message"]
    assert current_snapshot(warehouse) == snapshot


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_warehouse_that_cannot_be_is_said_in_words_and_to_programs(
    below: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, in_the_way = tmp_path / "a.835", tmp_path / "file"
    file.write_bytes(remit("100.00"))
    in_the_way.write_text("in the way")
    warehouse = in_the_way / below
    assert main([str(file), "--warehouse", str(warehouse), "--json"]) == 1
    said = capsys.readouterr()
    assert "it is a file, or lies below one" in said.err
    [one] = json.loads(said.out)
    assert (one["path"], one["status"]) == (str(file), "rejected")
    assert "--warehouse" in one["problems"][0]["message"]


def test_refused_rows_that_cannot_be_written_are_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, in_the_way = tmp_path / "a.835", tmp_path / "file"
    file.write_bytes(remit("100.00"))
    in_the_way.write_text("in the way")
    asked = [str(file), "--warehouse", str(tmp_path / "w"), "--rejected", str(in_the_way)]
    assert main(asked) == 0
    assert "cannot be written" in capsys.readouterr().err


def test_a_packed_file_and_a_workbook_are_one_object_each_under_the_path_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed, book = tmp_path / "a.835.gz", tmp_path / "book.xlsx"
    packed.write_bytes(gzip.compress(remit("100.00")))
    header = REGISTER.strip().split(",")
    row: list[Cell] = ["Acme", "L1", "I1", "2025-02-20", 5.0]
    other: list[Cell] = ["Acme", "L2", "I2", "2025-02-30", 5.0]
    asked = [str(packed), str(book), "--warehouse", str(tmp_path / "w"), "--json"]
    book.write_bytes(workbook({"One": [header, row], "Two": [header, other]}))
    assert main(asked) == 1
    first, second = json.loads(capsys.readouterr().out)
    assert (first["path"], first["status"]) == (str(packed), "loaded")
    assert (second["path"], second["status"], second["kind"]) == (str(book), "rejected", "offsets")
    assert [p["location"] for p in second["problems"]] == ["sheet One, file", "sheet Two, row 2"]
    other[3] = "2025-02-28"
    book.write_bytes(workbook({"One": [header, row], "Two": [header, other]}))
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(book.read_bytes())
    assert main([str(copy), *asked]) == 0
    for expected in (["loaded", "duplicate", "duplicate"], ["duplicate"] * 3):
        said = json.loads(capsys.readouterr().out)
        assert [one["path"] for one in said] == [str(copy), str(packed), str(book)]
        assert [one["status"] for one in said] == expected
        assert [one["rows"] for one in said] == [2, 1, 2]
        main([str(copy), *asked])


def test_an_empty_folder_is_said_to_be_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    assert main([str(folder), "--warehouse", str(tmp_path / "w")]) == 0
    said = capsys.readouterr()
    assert "Nothing to load was found" in said.err
    assert not said.out


def test_a_file_cannot_be_watched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.835"
    file.write_bytes(remit("100.00"))
    assert main([str(tmp_path), str(file), "--watch"]) == 2
    assert "is a file" in capsys.readouterr().err


def test_watching_prints_a_line_per_file_and_ends_with_130(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.835").write_bytes(remit("100.00"))
    arguments = [str(folder), "--watch", "--json", "--warehouse", str(tmp_path / "w")]
    with subprocess.Popen(
        [sys.executable, "-c", WITH_CTRL_C, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        assert "Waiting for files" in process.stderr.readline()
        (folder / "b.835").write_bytes(remit("7.00", "T2"))
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert [Path(one["path"]).name for one in (first, second)] == ["a.835", "b.835"]
    assert process.returncode == 130
    assert said == "loaders: interrupted. What was loaded stays.\n"


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
