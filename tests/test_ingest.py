"""Loading: what is loaded, known or refused, and that a bad file changes no number."""

from __future__ import annotations

import gzip
import json
import stat
import threading
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from data.archive import archived_bytes
from data.warehouse import current_snapshot, new_snapshot
from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.__main__ import main as loaders
from loaders.ingest import load
from loaders.sample import load_sample
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

GOOD = file_835(
    Remit(
        "T1",
        "20250303",
        [
            Claim("A", "1000.00"),
            Claim("B", "-600.00", status="22"),
            Claim("B", "450.00", adjustments=[("CO", "97", "150.00")]),
        ],
    )
)
REGISTER = "Payer,Letter Number,ICN,Notice Date,Overpayment Amount\n"


def total(folder: Path) -> dict[str, Decimal]:
    row = kpi_table(engine_of(folder), Filters()).to_pylist()[0]
    return {name: row[name] for name in ("payments", "withheld", "recovered")}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse with one good remittance: 1,000.00 paid, 150.00 taken."""
    folder = tmp_path / "warehouse"
    (tmp_path / "good.835").write_bytes(GOOD)
    load([tmp_path / "good.835"], folder)
    return folder


BAD_FILES = {
    "truncated.835": (GOOD[: len(GOOD) // 2], "835"),
    "eligibility.835": (GOOD.replace(b"GS*HP", b"GS*HS").replace(b"ST*835", b"ST*270"), "835"),
    "picture.835": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 not a remittance", "835"),
    "empty.835": (b"", "unknown"),
    "unknown.csv": (b"colour,shape\nred,round\n", "unknown"),
    "bad_date.csv": ((REGISTER + "N,L1,I,2026-02-30,100\n").encode(), "offsets"),
    "bad_amount.csv": ((REGISTER + "N,L1,I,2026-02-20,1.234,56\n").encode(), "offsets"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_place_and_remedy_and_changes_no_number(
    name: str, warehouse: Path, tmp_path: Path
) -> None:
    before = total(warehouse)
    content, kind = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    result = load([tmp_path / name], warehouse)[0]
    assert (result.status, result.kind) == ("rejected", kind)
    errors = [problem for problem in result.problems if problem.severity == "error"]
    assert errors
    assert all(p.location and p.field and p.message.endswith(".") and p.remedy for p in errors)
    assert total(warehouse) == before
    kept = rows(engine_of(warehouse), "select file, load_id, message from problem")
    assert {(row["file"], row["load_id"]) for row in kept} == {(name, None)}


def test_a_first_load_that_is_refused_leaves_an_empty_warehouse_that_can_be_asked(
    tmp_path: Path,
) -> None:
    (tmp_path / "empty.835").write_bytes(b"")
    load([tmp_path / "empty.835"], tmp_path / "warehouse")
    assert total(tmp_path / "warehouse") == dict.fromkeys(("payments", "withheld", "recovered"), 0)


def test_a_remittance_that_does_not_balance_is_kept_in_quarantine(
    warehouse: Path, tmp_path: Path
) -> None:
    before = total(warehouse)
    (tmp_path / "off.835").write_bytes(
        file_835(Remit("T2", "20250310", [Claim("C", "500.00")], payment="499.99"))
    )
    result = load([tmp_path / "off.835"], warehouse)[0]
    assert (result.status, result.unbalanced, result.quarantined) == ("loaded", 1, 1)
    assert [(p.severity, p.value) for p in result.problems] == [("error", "499.99")]
    assert total(warehouse) == before
    kept = rows(
        engine_of(warehouse), "select difference from remittance where balance_state = 'unbalanced'"
    )
    assert kept == [{"difference": Decimal("-0.01")}]


def test_the_same_bytes_and_the_same_payment_count_once(warehouse: Path, tmp_path: Path) -> None:
    snapshot = current_snapshot(warehouse)
    (tmp_path / "again.835").write_bytes(GOOD)
    (tmp_path / "rewritten.835").write_bytes(GOOD.replace(b"~\n", b"~"))
    results = load([tmp_path / "again.835", tmp_path / "rewritten.835"], warehouse)
    assert [result.status for result in results] == ["duplicate", "duplicate"]
    assert current_snapshot(warehouse) == snapshot


def test_a_file_with_one_new_remittance_brings_only_that_one(
    warehouse: Path, tmp_path: Path
) -> None:
    known = Remit(
        "T1",
        "20250303",
        [
            Claim("A", "1000.00"),
            Claim("B", "-600.00", status="22"),
            Claim("B", "450.00", adjustments=[("CO", "97", "150.00")]),
        ],
    )
    (tmp_path / "both.835").write_bytes(
        file_835(known, Remit("T2", "20250310", [Claim("C", "500.00")]))
    )
    result = load([tmp_path / "both.835"], warehouse)[0]
    assert (result.status, result.remittances) == ("loaded", 2)
    assert total(warehouse)["payments"] == Decimal("1500.00")


def test_archives_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "remits.zip", "w") as archive:
        archive.writestr("inside/t1.835", GOOD)
    (folder / "t2.835.gz").write_bytes(
        gzip.compress(file_835(Remit("T2", "20250310", [Claim("C", "500.00")])))
    )
    (folder / "notes.json").write_text("{}")
    results = load([folder], tmp_path / "warehouse")
    assert [result.status for result in results] == ["loaded", "loaded"]
    assert total(tmp_path / "warehouse")["payments"] == Decimal("1500.00")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "remits.zip").write_bytes(b"PK\x03\x04 damaged")
    (tmp_path / "remit.gz").write_bytes(b"\x1f\x8b damaged")
    results = load([tmp_path / "remits.zip", tmp_path / "remit.gz"], tmp_path / "warehouse")
    assert [result.status for result in results] == ["rejected", "rejected"]


def test_many_small_files_are_read_as_each_alone(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    files = []
    for number in range(6):
        files.append(tmp_path / f"{number}.835")
        remit = Remit(
            f"T{number}",
            "20250310",
            [Claim(f"C{number}", "500.00", npi="1234567890")],
            [("L6", "-1.50")],
        )
        files[-1].write_bytes(file_835(remit))
    load(files, together)
    for file in files:
        load([file], alone)
    for table in ("remittance", "claim_payment", "claim_adjustment", "provider_adjustment"):
        query = f"select * from {table} order by all"
        assert rows(engine_of(together), query) == rows(engine_of(alone), query)


def test_the_archive_holds_the_segment_and_not_the_patient(warehouse: Path) -> None:
    row = rows(
        engine_of(warehouse),
        "select archive, claim_payment.byte_start, claim_payment.byte_end from claim_payment "
        "join remittance using (remittance_id) join load using (load_id) where claim_no = 2",
    )[0]
    text = archived_bytes(warehouse, row["archive"], row["byte_start"], row["byte_end"])
    assert text is not None
    assert text.startswith(b"CLP*B*22*-600.00*-600.00**12*B*11*1~")
    assert b"PATIENT" not in text
    assert b"NM1*QC*1*xxxxxxx*xxxxxxxx" in text


def test_files_of_the_warehouse_are_private(warehouse: Path) -> None:
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in warehouse.rglob("*")}
    assert {path.suffix for path in found} == {"", ".duckdb", ".zip"}
    assert {mode for path, mode in found.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in found.items() if path.is_dir()} == {0o700}


def test_own_data_replaces_the_sample(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    load_sample(warehouse)
    sample = total(warehouse)
    (tmp_path / "bad.835").write_bytes(b"%PDF-1.7")
    load([tmp_path / "bad.835"], warehouse)
    assert total(warehouse) == sample
    assert rows(engine_of(warehouse), "select file from problem") == [{"file": "bad.835"}]
    (tmp_path / "good.835").write_bytes(GOOD)
    load([tmp_path / "good.835"], warehouse)
    assert total(warehouse)["payments"] == Decimal("1000.00")
    assert rows(engine_of(warehouse), "select count(*) as n from load") == [{"n": 1}]


def test_a_failed_load_leaves_the_last_snapshot(warehouse: Path) -> None:
    before = current_snapshot(warehouse)
    with pytest.raises(RuntimeError, match="full disk"):
        _fill_the_disk_while_loading(warehouse)
    assert current_snapshot(warehouse) == before
    assert not list(warehouse.glob("unfinished-*"))


def _fill_the_disk_while_loading(warehouse: Path) -> None:
    with new_snapshot(warehouse) as connection:
        connection.execute("delete from remittance")
        raise RuntimeError("full disk")


@pytest.mark.parametrize(("asked", "kept"), [("", 5), ("2", 2)])
def test_old_snapshots_go_and_as_many_stay_as_asked(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, kept: int
) -> None:
    monkeypatch.setenv("TAKEBACK_SNAPSHOTS", asked)
    for number in range(kept + 1):
        (tmp_path / "more.835").write_bytes(
            file_835(Remit(f"M{number}", "20250310", [Claim("C", "500.00")]))
        )
        load([tmp_path / "more.835"], warehouse)
    assert len(list(warehouse.glob("snapshot-*.duckdb"))) == kept
    assert total(warehouse)["payments"] == 1000 + 500 * (kept + 1)


@pytest.mark.parametrize("asked", ["0", "-1", "five"])
def test_a_wrong_number_of_snapshots_is_refused_before_anything_is_done(
    warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: str,
) -> None:
    before = sorted(warehouse.rglob("*"))
    monkeypatch.setenv("TAKEBACK_SNAPSHOTS", asked)
    more = tmp_path / "more.835"
    more.write_bytes(file_835(Remit("M", "20250310", [Claim("C", "500.00")])))
    assert loaders([str(more), "--warehouse", str(warehouse)]) == 1
    assert f"is '{asked}'. Give a whole number from 1 on" in capsys.readouterr().err
    assert sorted(warehouse.rglob("*")) == before


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.835").write_bytes(GOOD)
    (tmp_path / "bad.835").write_bytes(b"")
    warehouse = ["--warehouse", str(tmp_path / "warehouse")]
    assert loaders([str(tmp_path / "good.835"), "--json", *warehouse]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": str(tmp_path / "good.835"),
            "status": "loaded",
            "kind": "835",
            "remittances": 1,
            "claims": 3,
            "service_lines": 0,
            "claim_adjustments": 1,
            "provider_adjustments": 0,
            "payment_amount": "850.00",
            "claim_paid": "850.00",
            "provider_adjustment_total": "0.00",
            "unbalanced": 0,
            "quarantined": 0,
            "rows": 1,
            "problems": [],
        }
    ]
    assert loaders([str(tmp_path / "bad.835"), *warehouse]) == 1
    assert loaders([str(tmp_path / "good.835"), *warehouse]) == 0
    assert loaders([str(tmp_path / "absent.835"), *warehouse]) == 2
    with pytest.raises(SystemExit) as usage:
        loaders([])
    assert usage.value.code == 2


def test_a_load_that_waits_for_the_one_that_replaces_the_sample_adds_to_it(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    load_sample(warehouse)
    second = {"second.835": file_835(Remit("T2", "20250310", [Claim("C", "500.00")]))}
    is_waiting = threading.Event()
    waiter = threading.Thread(
        target=lambda: load(
            [Path("second.835")],
            warehouse,
            contents=second,
            on_wait=lambda _holder: is_waiting.set(),
        )
    )

    def start_the_second_load(done: int, _files: int, _name: str) -> None:
        if done == 0:
            waiter.start()
            assert is_waiting.wait(60)

    load(
        [Path("first.835")],
        warehouse,
        contents={"first.835": GOOD},
        on_progress=start_the_second_load,
    )
    waiter.join(60)
    assert total(warehouse)["payments"] == Decimal("1500.00")
