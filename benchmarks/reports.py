"""What a report costs: deck, one-page PDF and workbook, each in a process of its own, with its peak memory.

    python -m benchmarks.reports [WAREHOUSE]... [--rows N] [--rounds N]

Measures on the sample and on every warehouse named. The workbook's offsets are repeated or cut to N rows (100,000).
Prints medians with their range and writes them to benchmarks/results/reports.md. Limits: deck 2 s, PDF 1 s, workbook
of 100,000 rows 10 s, 500 MB each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from data import VERSION
from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.sample import load_sample
from reports.deck import deck
from reports.pdf_summary import summary_pdf
from reports.sections import build_report
from reports.underlying import Underlying, underlying
from reports.workbook import write_workbook

RESULTS = Path(__file__).parent / "results" / "reports.md"
LIMITS = {"deck": 2.0, "summary": 1.0, "workbook": 10.0}
NAMES = {"deck": "deck (PPTX)", "summary": "one page (PDF)", "workbook": "workbook (XLSX)"}
MEMORY_LIMIT = 500
Cost = dict[str, float]


def main() -> None:
    """Measures and writes the table; with --one, makes one report and prints what it cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports")
    parser.add_argument("warehouses", nargs="*", type=Path, metavar="WAREHOUSE")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=tuple(LIMITS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measure(options.one, options.warehouses[0], options.rows)))
        return
    with tempfile.TemporaryDirectory() as folder:
        load_sample(Path(folder))
        found = {"the sample": Path(folder)} | {str(one): one for one in options.warehouses}
        tables = [
            _table(name, warehouse, _costs(warehouse, options.rows, options.rounds))
            for name, warehouse in found.items()
        ]
    written = "\n\n".join([_heading(options.rows, options.rounds), *tables]) + "\n"
    print(written)
    RESULTS.write_text(written)


def _costs(warehouse: Path, rows: int, rounds: int) -> dict[str, list[Cost]]:
    return {kind: [_in_a_process(kind, warehouse, rows) for _ in range(rounds)] for kind in LIMITS}


def _in_a_process(kind: str, warehouse: Path, rows: int) -> Cost:
    command = [sys.executable, "-m", "benchmarks.reports", str(warehouse), "--one", kind]
    done = subprocess.run(  # noqa: S603  its own module
        [*command, "--rows", str(rows)], check=True, capture_output=True, text=True
    )
    cost: Cost = json.loads(done.stdout)
    return cost


def _measure(kind: str, warehouse: Path, rows: int) -> Cost:
    """Seconds and processor seconds from the open snapshot to the finished file; peak memory in MB."""
    engine = _engine(warehouse)
    started, worked = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        _MAKERS[kind](engine, out, rows)
        size = out.stat().st_size
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - worked,
        "megabytes": _peak_megabytes(),
        "size": size / 1e6,
    }


def _peak_megabytes() -> float:
    """Of this program alone: getrusage would count what the process that started it held."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def _engine(warehouse: Path) -> DuckDBEngine:
    snapshot = current_snapshot(warehouse)
    if snapshot is None:
        raise SystemExit(f"nothing is loaded in {warehouse}")
    return DuckDBEngine(snapshot)


def _deck(engine: DuckDBEngine, out: Path, rows: int) -> None:  # noqa: ARG001
    out.write_bytes(deck(build_report(engine, Filters())))


def _summary(engine: DuckDBEngine, out: Path, rows: int) -> None:  # noqa: ARG001
    out.write_bytes(summary_pdf(engine, Filters()))


def _workbook(engine: DuckDBEngine, out: Path, rows: int) -> None:
    found = underlying(engine, Filters())
    write_workbook(build_report(engine, Filters()), _repeated(found, rows), out)


_MAKERS: dict[str, Callable[[DuckDBEngine, Path, int], None]] = {
    "deck": _deck,
    "summary": _summary,
    "workbook": _workbook,
}


def _repeated(found: Underlying, rows: int) -> Underlying:
    """The offsets over and over up to so many rows."""
    times = -(-rows // max(1, found.offsets.num_rows))
    return Underlying(found.cube, pa.concat_tables([found.offsets] * times).slice(0, rows))


def _heading(rows: int, rounds: int) -> str:
    return (
        f"# Reports\n\n`python -m benchmarks.reports`, Takeback {VERSION}, Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} cores with a load average of {os.getloadavg()[0]:.1f}, "
        f"{rounds} rounds, each in a process of its own, from the open snapshot to the finished file: all sections, "
        f"all months; the workbook has {rows:,} offsets."
    )


def _table(name: str, warehouse: Path, costs: dict[str, list[Cost]]) -> str:
    lines = [
        f"## {_size_of(name, warehouse)}",
        "",
        "| report | seconds, median (range) | processor seconds | peak memory, MB | file, MB | limit |",
        "|---|---|---|---|---|---|",
    ]
    for kind, found in costs.items():
        seconds = sorted(one["seconds"] for one in found)
        lines.append(
            f"| {NAMES[kind]} | {statistics.median(seconds):.2f} ({seconds[0]:.2f}–{seconds[-1]:.2f}) "
            f"| {statistics.median(one['processor'] for one in found):.2f} "
            f"| {max(one['megabytes'] for one in found):.0f} | {found[0]['size']:.1f} "
            f"| {LIMITS[kind]:.0f} s, {MEMORY_LIMIT} MB |"
        )
    return "\n".join(lines)


def _size_of(name: str, warehouse: Path) -> str:
    """The sample by its name, a warehouse by its size alone: its folder says nothing to other readers."""
    claims, cube = (
        _engine(warehouse).query(f"select count(*) as rows from {table}").to_pylist()[0]["rows"]  # noqa: S608
        for table in ("claim_payment", "kpi_cube")
    )
    size = f"{claims:,} claim payments, {cube:,} cube rows"
    return f"The sample: {size}" if name == "the sample" else f"Simulated: {size}"


if __name__ == "__main__":
    main()
