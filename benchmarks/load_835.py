"""How fast 835 files become a published warehouse, beside oxedi into DuckDB tables, on the same files in one run.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.load_835 [--largest MEGABYTES] [--small-files N] [--rounds N]

The warehouse is the whole way: hashing, checks, archive of the text, facts, ledger and cube, published. oxedi
parses and its tables are created in DuckDB as they are. Every measurement is a process of its own, without pandas
as the command is. Memory is watched in a run of its own, because watching takes half a core. Prints tables and
writes them to benchmarks/results/load_835.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hospital_835 import write_file, write_folder
from data import VERSION

RESULTS = Path(__file__).parent / "results" / "load_835.md"
SIZES = (2, 20, 64, 200, 2000)
BESIDE_OXEDI = (20, 64, 200)

TAKEBACK = """
import json, sys, time
from pathlib import Path
from data.without_pandas import keep_pandas_out
from loaders.ingest import load
keep_pandas_out()
start = time.perf_counter()
results = load([Path(sys.argv[1])], Path(sys.argv[2]))
seconds = time.perf_counter() - start
assert {r.status for r in results} == {"loaded"} and not any(r.quarantined for r in results)
print(json.dumps({"seconds": seconds, "claims": sum(r.claims for r in results)}))
"""
OXEDI = """
import json, sys, time
from pathlib import Path
import duckdb, oxedi, pyarrow as pa
start = time.perf_counter()
connection = duckdb.connect(sys.argv[2])
tables = oxedi.parse(Path(sys.argv[1]).read_bytes()).tables
for name in tables:
    rows = pa.table(tables[name])
    connection.execute(f"create table {name} as select * from rows")
claims = len(tables["claims"])
connection.close()
seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "claims": claims}))
"""


@dataclass(frozen=True)
class Run:
    """What was measured: megabytes, median seconds, peak memory in MB, claims."""

    megabytes: float
    seconds: float
    peak: float
    claims: int

    @property
    def rate(self) -> float:
        """Megabytes a second."""
        return self.megabytes / self.seconds


def main() -> None:
    """Measures and writes the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_835")
    parser.add_argument("--largest", type=int, default=SIZES[-1], metavar="MEGABYTES")
    parser.add_argument("--small-files", type=int, default=50_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sizes = [size for size in SIZES if size <= options.largest]
        ours = {
            size: _sized(TAKEBACK, place, size, _rounds(options.rounds, size)) for size in sizes
        }
        beside = [size for size in BESIDE_OXEDI if size <= options.largest]
        theirs = {size: _sized(OXEDI, place, size, options.rounds) for size in beside}
        small = _small(place, options.small_files)
    text = _report(ours, theirs, small, options)
    print(text)
    RESULTS.write_text(text)


def _rounds(rounds: int, size: int) -> int:
    return rounds if size < 1000 else 1


def _sized(script: str, place: Path, megabytes: int, rounds: int) -> Run:
    """The run of median time on a file of a size, with the peak memory of another."""
    path = place / f"{megabytes}.835"
    if not path.exists():
        write_file(path, megabytes)
    return _measured(script, path, path.stat().st_size / 1e6, rounds)


def _small(place: Path, files: int) -> tuple[Run, Run]:
    """Many small files, and one file that holds the same bytes."""
    folder = place / "many"
    size = write_folder(folder, files) / 1e6
    one = place / "one.835"
    with one.open("wb") as stream:
        for path in sorted(folder.iterdir()):
            stream.write(path.read_bytes())
    return _measured(TAKEBACK, folder, size, 1), _measured(TAKEBACK, one, size, 1)


def _measured(script: str, path: Path, megabytes: float, rounds: int) -> Run:
    with _started(script, path) as process:
        peak = _peak(process)
    seconds, claims = zip(*(_timed(script, path) for _ in range(rounds)), strict=True)
    return Run(megabytes, statistics.median(seconds), peak, claims[0])


def _timed(script: str, path: Path) -> tuple[float, int]:
    """Seconds it took by its own clock, its imports not counted, and how many claims it found."""
    with _started(script, path) as process:
        assert process.stdout is not None
        found = json.loads(process.stdout.read())
    return found["seconds"], found["claims"]


@contextlib.contextmanager
def _started(script: str, path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A loader at work on a path, into a folder that is gone when it is."""
    with tempfile.TemporaryDirectory() as target:
        command = [sys.executable, "-c", script, str(path), str(Path(target) / "warehouse")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own
            yield process


def _peak(process: subprocess.Popen[bytes]) -> float:
    """The most memory in MB that a process and its own have at one moment, looked at until it ends.

    What processes share is counted once. Where there is no /proc it is 0.
    """
    most = 0
    while process.poll() is None:
        most = max(most, sum(_proportional(number) for number in _family(process.pid)))
        time.sleep(0.05)
    return most / 1e6


def _family(number: int) -> list[int]:
    """A process and those it started, by their ids."""
    found = [number]
    for task in Path(f"/proc/{number}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [each for child in task.read_text().split() for each in _family(int(child))]
    return found


def _proportional(number: int) -> int:
    """Bytes of memory of a process, what it shares with others divided among them; none once it has ended."""
    try:
        rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.M)
    return int(found[1]) * 1024 if found else 0


def _report(
    ours: dict[int, Run],
    theirs: dict[int, Run],
    small: tuple[Run, Run],
    options: argparse.Namespace,
) -> str:
    command = f"python -m benchmarks.load_835 --largest {options.largest} --small-files {options.small_files}"
    lines = [
        "# 835 files to a published warehouse",
        "",
        f"`{command} --rounds {options.rounds}`, Takeback {VERSION}, Python {platform.python_version()},",
        f"{platform.machine()}. Medians; a process for each time, another for the memory. Files as "
        "benchmarks/hospital_835.py writes them.",
        "",
        "| file | claims | seconds | MB/s | ms a MB | peak memory | oxedi → DuckDB tables | ratio |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for size, run in ours.items():
        other = theirs.get(size)
        peer = f"{other.rate:.1f} MB/s, {other.peak:.0f} MB" if other else ""
        ratio = f"{run.rate / other.rate:.2f} ×" if other else ""
        lines.append(
            f"| {run.megabytes:,.0f} MB | {run.claims:,} | {run.seconds:.2f} | {run.rate:.1f} "
            f"| {1e3 / run.rate:.0f} | {run.peak:,.0f} MB | {peer} | {ratio} |"
        )
    many, one = small
    lines += [
        "",
        f"{options.small_files:,} files of about 20 kB ({many.megabytes:,.0f} MB): {many.seconds:.1f} s, "
        f"{many.rate:.1f} MB/s, peak {many.peak:,.0f} MB. The same bytes in one file: {one.seconds:.1f} s, "
        f"{one.rate:.1f} MB/s. Small files go at {many.rate / one.rate:.2f} of its speed.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
