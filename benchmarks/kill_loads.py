"""Kills loaders at random moments and checks what they leave: the last load or the new one, and no debris.

    python -m benchmarks.kill_loads [--rounds N] [--seed S] [--tmpfs]

Each round copies a warehouse that holds one file, starts `python -m loaders` on a folder (one large 835, small
ones, a table), and sends SIGKILL, SIGTERM or SIGINT at a moment between its start and its usual end. Then:
what CURRENT names opens, its figures are those before or those after, and the next load succeeds and leaves
neither unfinished files nor archives that no load knows. With --tmpfs also a disk that fills up (needs root).
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from data import VERSION
from data.warehouse import current_snapshot
from kpis.cube import kpi_table
from kpis.filters import Filters
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
PATIENCE_SECONDS = 300
Figures = dict[str, object]


@dataclass(frozen=True)
class Scene:
    """A warehouse with one file, a folder to load into it, its figures before and after, and how long that takes."""

    warehouse: Path
    inbox: Path
    before: Figures
    after: Figures
    seconds: float


@dataclass(frozen=True)
class Ended:
    """How a loader ended: its exit code (negative: the signal) and what it said."""

    code: int
    said: str


def main() -> int:
    """Runs the rounds and writes what was left; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_loads")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tmpfs", action="store_true", help="fill up a small file system, too")
    options = parser.parse_args()
    random, left, wrong = Random(options.seed), collections.Counter[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="takeback-kill-") as name:
        scene = scene_in(Path(name), claims=12_000)
        for number in range(options.rounds):
            after = random.uniform(0.05, 1.1) * scene.seconds
            how = random.choice(SIGNALS)
            try:
                left[f"{how.name}: {kill_round(scene, Path(name) / 'round', how, after)}"] += 1
            except AssertionError as error:
                wrong.append(f"round {number}, {how.name} after {after:.3f} s: {error}")
            print(f"\rround {number + 1}, {len(wrong)} wrong", end="", file=sys.stderr, flush=True)
        limits = [10_000 * 3**power for power in range(8)]
        full = [_told(full_disk, scene, Path(name) / "full", n, wrong) for n in limits]
        full += [full_file_system(scene, n) for n in (8, 12, 16, 20, 30)] if options.tmpfs else []
    _write(options, scene, left, wrong, full)
    return 1 if wrong else 0


def scene_in(folder: Path, claims: int) -> Scene:
    """Make the files, a warehouse with the first, and load the others once to know what comes after."""
    inbox, warehouse = folder / "inbox", folder / "warehouse"
    inbox.mkdir()
    load([Path("first.835")], warehouse, contents={"first.835": remittance_file("FIRST", 3)})
    (inbox / "large.835").write_bytes(remittance_file("LARGE", claims))
    for number in range(8):
        (inbox / f"small{number}.835").write_bytes(remittance_file(f"SMALL{number}", 5))
    table = "Payer Name,Check Number,Check Date,Check Amount,Account Number,Charge,Paid\n"
    (inbox / "told.csv").write_text(table + "NORTHLAND,777,03/04/2025,12.50,Z1,12.50,12.50\n")
    done = folder / "done"
    shutil.copytree(warehouse, done)
    started = time.monotonic()
    ended = run_loader(inbox, done)
    assert ended.code == 0, ended.said
    return Scene(warehouse, inbox, figures(warehouse), figures(done), time.monotonic() - started)


def remittance_file(trace: str, claims: int) -> bytes:
    """Remittances of a hundred claims, one of which is taken back in part, and a provider adjustment each."""
    remits = []
    for begin in range(0, claims, 100):
        paid = [Claim(f"{trace}{begin + n}", "100.10") for n in range(min(100, claims - begin))]
        taken = Claim(f"{trace}X{begin}", "-100.10", status="22")
        corrected = Claim(f"{trace}X{begin}", "60.05", adjustments=[("CO", "97", "40.05")])
        plb = [(f"WO:{trace}{begin}", "7.77")]
        remits.append(Remit(f"{trace}-{begin}", "20250303", [*paid, taken, corrected], plb))
    return file_835(*remits)


def figures(warehouse: Path) -> Figures:
    """All measures and KPIs of the newest snapshot, and how many remittances are behind them."""
    engine = engine_of(warehouse)
    [row] = kpi_table(engine, Filters()).to_pylist()
    [count] = rows(engine, "select count(*) as remittances from posted_remittance")
    return {**row, **count}


def start_loader(
    inbox: Path, warehouse: Path, largest_file: int | None = None
) -> subprocess.Popen[str]:
    """Start the command; no file it writes may be longer than `largest_file` bytes."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    command = [sys.executable, "-m", "loaders", str(inbox), "--warehouse", str(warehouse)]
    return subprocess.Popen(  # noqa: S603  our own command
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    )


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a loader."""
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    return Ended(process.returncode, said)


def run_loader(inbox: Path, warehouse: Path, largest_file: int | None = None) -> Ended:
    """Load a folder in another process."""
    return ended(start_loader(inbox, warehouse, largest_file))


def kill_round(scene: Scene, folder: Path, how: signal.Signals, seconds: float) -> str:
    """Load into a copy, kill the loader after some seconds, check what is left; says what that was."""
    with copied(scene.warehouse, folder) as warehouse:
        process = start_loader(scene.inbox, warehouse)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.send_signal(how)
        end = ended(process)
        now = figures(warehouse)
        assert now in (scene.before, scene.after), f"figures between: {now}"
        was_working = bool(list(warehouse.rglob("unfinished-*")))
        check_next_load(scene, warehouse)
    if now == scene.after:
        return "the new load" if end.code else "the new load; it had ended"
    return "the last load, with files to clear away" if was_working else "the last load, clean"


def check_next_load(scene: Scene, warehouse: Path) -> None:
    """Load again in this process: all of it arrives, and nothing is left of the load that was killed."""
    statuses = {result.status for result in load([scene.inbox], warehouse)}
    assert statuses <= {"loaded", "duplicate"}, statuses
    assert figures(warehouse) == scene.after, "the next load did not bring everything"
    check_clean(warehouse)


def check_clean(warehouse: Path) -> None:
    """No unfinished files, no archive that no load knows, none missing, no holder of the lock."""
    assert not list(warehouse.rglob("unfinished-*")), "unfinished files are left"
    assert not (warehouse / "lock.holder").exists(), "the lock still has a holder"
    query = "select distinct archive from load where archive is not null"
    known = {row["archive"].partition("@")[0] for row in rows(engine_of(warehouse), query)}
    kept = {path.stem for path in (warehouse / "files").iterdir()}
    assert kept == known, f"archives {kept - known} are orphans, {known - kept} are missing"


def full_disk(scene: Scene, folder: Path, largest_file: int) -> str:
    """Load where no file can grow past a size; either all arrives or nothing changes, in words."""
    with copied(scene.warehouse, folder) as warehouse:
        what = _ran_out(scene, warehouse, run_loader(scene.inbox, warehouse, largest_file))
        check_next_load(scene, warehouse)
    return what


def _told(
    check: Callable[[Scene, Path, int], str],
    scene: Scene,
    folder: Path,
    size: int,
    wrong: list[str],
) -> str:
    """What came of a full disk, in a line; what is wrong goes to the others."""
    try:
        return f"{size:,} bytes a file: {check(scene, folder, size)}"
    except AssertionError as error:
        wrong.append(f"{size:,} bytes a file: {error}")
        return wrong[-1]


def full_file_system(scene: Scene, megabytes: int) -> str:
    """The same on a file system that is full at some size."""
    with tempfile.TemporaryDirectory(prefix="takeback-full-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        subprocess.run(mount, check=True)  # noqa: S603
        try:
            warehouse = Path(folder) / "warehouse"
            shutil.copytree(scene.warehouse, warehouse)
            what = _ran_out(scene, warehouse, run_loader(scene.inbox, warehouse))
            subprocess.run(["mount", "-o", "remount,size=400m", folder], check=True)  # noqa: S603, S607
            check_next_load(scene, warehouse)
        finally:
            subprocess.run(["umount", folder], check=True)  # noqa: S603, S607
    return f"file system of {megabytes} MB: {what}"


def _ran_out(scene: Scene, warehouse: Path, end: Ended) -> str:
    if end.code == 0:
        assert figures(warehouse) == scene.after, "exit code 0, but not all has arrived"
        return "all arrived"
    assert figures(warehouse) == scene.before, "figures changed"
    assert not list(warehouse.rglob("unfinished-*")), "unfinished files are left"
    assert end.code == 1, f"exit code {end.code}: {end.said[-300:]}"
    assert "Traceback" not in end.said, end.said[-600:]
    assert "Nothing was loaded; the last load is as it was." in " ".join(end.said.split())
    return f"refused: {re.sub('[0-9a-f]{32}|[^ ]*/', '', ' '.join(end.said.split()))}"


@contextlib.contextmanager
def copied(warehouse: Path, folder: Path) -> Iterator[Path]:
    """A copy of a warehouse that is gone afterwards."""
    shutil.copytree(warehouse, folder)
    try:
        assert current_snapshot(folder) is not None
        yield folder
    finally:
        shutil.rmtree(folder)


def _write(
    options: argparse.Namespace,
    scene: Scene,
    left: collections.Counter[str],
    wrong: list[str],
    full: list[str],
) -> None:
    lines = [
        "# Loads that were killed",
        "",
        f"`python -m benchmarks.kill_loads --rounds {options.rounds} --seed {options.seed}`, Takeback {VERSION},"
        f" Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
        "",
        f"{options.rounds} rounds; a load that is left alone takes {scene.seconds:.1f} s. After each, the figures"
        " were those before or after the load, and the next load brought everything and cleared away.",
        "",
        "| what the readers see | rounds |",
        "|---|---:|",
        *(f"| {name} | {count} |" for name, count in sorted(left.items())),
        "",
        *([f"- {text}" for text in wrong] or ["Nothing was wrong."]),
        "",
        "## A disk that is full",
        "",
        *(f"- {text}" for text in full),
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "kill_loads.md").write_text("\n".join(lines) + "\n")
    print("\n" + "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
