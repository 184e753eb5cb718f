"""What a report costs: deck and workbook, each in a process of its own, with its peak memory.

    python -m benchmarks.reports [WAREHOUSE] [--rows N] [--rounds N]

Without a warehouse it loads the sample. The workbook's offsets are repeated to N rows (100,000). Prints medians with
their range and writes them to benchmarks/results/reports.md. Limits: deck 2 s, workbook of 100,000 rows 10 s, 500 MB.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from data import VERSION
from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.sample import load_sample
from reports.deck import deck
from reports.sections import build_report
from reports.underlying import Underlying, underlying
from reports.workbook import write_workbook

RESULTS = Path(__file__).parent / "results" / "reports.md"
LIMITS = {"deck": 2.0, "workbook": 10.0}
MEMORY_LIMIT = 500


def main() -> None:
    """Measures and writes the table; with --one, makes one report and prints what it cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports")
    parser.add_argument("warehouse", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=tuple(LIMITS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(options.one, options.warehouse, options.rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        warehouse = options.warehouse or Path(folder)
        if options.warehouse is None:
            load_sample(warehouse)
        costs = {
            kind: [_in_a_process(kind, warehouse, options.rows) for _ in range(options.rounds)]
            for kind in LIMITS
        }
    table = _table(costs, options.rows, options.rounds)
    print(table)
    RESULTS.write_text(table)


def _in_a_process(kind: str, warehouse: Path, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.reports", str(warehouse), "--one", kind]
    done = subprocess.run(  # noqa: S603  its own module
        [*command, "--rows", str(rows)], check=True, capture_output=True, text=True
    )
    cost: dict[str, float] = json.loads(done.stdout)
    return cost


def _measure(kind: str, warehouse: Path, rows: int) -> dict[str, float]:
    """Seconds and processor seconds from the open snapshot to the finished file; peak memory in MB."""
    snapshot = current_snapshot(warehouse)
    if snapshot is None:
        raise SystemExit(f"nothing is loaded in {warehouse}")
    engine = DuckDBEngine(snapshot)
    started, worked = time.perf_counter(), time.process_time()
    report = build_report(engine, Filters())
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        if kind == "deck":
            out.write_bytes(deck(report))
        else:
            write_workbook(report, _repeated(underlying(engine, Filters()), rows), out)
        size = out.stat().st_size
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - worked,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": size / 1e6,
    }


def _repeated(found: Underlying, rows: int) -> Underlying:
    """The offsets over and over up to so many rows."""
    times = -(-rows // max(1, found.offsets.num_rows))
    return Underlying(found.cube, pa.concat_tables([found.offsets] * times).slice(0, rows))


def _table(costs: dict[str, list[dict[str, float]]], rows: int, rounds: int) -> str:
    lines = [
        "# Reports",
        "",
        f"Takeback {VERSION}, Python {platform.python_version()}, {platform.machine()}, {rounds} rounds, each in a "
        f"process of its own, from the open snapshot to the finished file; the workbook has {rows:,} offsets.",
        "",
        "| report | seconds, median (range) | processor seconds | peak memory, MB | file, MB | limit |",
        "|---|---|---|---|---|---|",
    ]
    for kind, found in costs.items():
        seconds = sorted(one["seconds"] for one in found)
        lines.append(
            f"| {kind} | {statistics.median(seconds):.2f} ({seconds[0]:.2f}–{seconds[-1]:.2f}) "
            f"| {statistics.median(one['processor'] for one in found):.2f} "
            f"| {max(one['megabytes'] for one in found):.0f} | {found[0]['size']:.1f} "
            f"| {LIMITS[kind]:.0f} s, {MEMORY_LIMIT} MB |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
