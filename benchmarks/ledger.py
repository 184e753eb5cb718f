"""How long the ledger and the cube take to rebuild, and how that grows with the claims paid.

    python -m benchmarks.ledger [--claims 100000 1000000 10000000]

A simulated health system of 100,000 claim payments is loaded once; larger ones are copies of its facts: every
tenth copy has payers of its own, the others the same payers with further remittances, claims and letters. Each
size is rebuilt in a process of its own, with its second process, so that peak memory is known; processor time
is of both. Prints a table and writes it to benchmarks/results/ledger.md.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data import VERSION
from data.simulate import simulate
from data.warehouse import current_snapshot
from loaders.ingest import load

RESULTS = Path(__file__).parent / "results" / "ledger.md"
SIZES = (100_000, 1_000_000, 10_000_000)
BASE_CLAIMS = 100_000
LETTERS = "GHJKQVWXYZ"

REBUILD = """
import json, resource, sys, time
from pathlib import Path
from data.ledger.build import build_ledger
from data.warehouse import open_writer
from data.without_pandas import keep_pandas_out
keep_pandas_out()  # as the loaders do
connection = open_writer(Path(sys.argv[1]))
connection.execute("set threads = 2")
start = time.perf_counter()
connection.execute("begin")
build_ledger(connection)
connection.execute("commit")
seconds = time.perf_counter() - start
own, other = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
count = "select (select count(*) from claim_payment), (select count(*) from receivable)"
claims, receivables = connection.execute(count).fetchone()
print(json.dumps({
    "claims": claims, "receivables": receivables, "seconds": seconds,
    "processor": own.ru_utime + own.ru_stime + other.ru_utime + other.ru_stime,
    "peak": (own.ru_maxrss + other.ru_maxrss) / 1024,
}))
"""

# A digit 1 inside a number gets the copy's letter before it: numbers within numbers stay within them.
_COPIED = {
    "remittance": {"remittance_id": "id", "trace_number": "text", "payer_name": "payer"},
    "claim_payment": {
        "remittance_id": "id",
        "patient_control_number": "text",
        "payer_claim_control_number": "text",
        "original_claim_control_number": "text",
    },
    "claim_adjustment": {"remittance_id": "id"},
    "remark": {"remittance_id": "id"},
    "provider_adjustment": {"remittance_id": "id", "reference": "text"},
    "offset_notice": {
        "notice_id": "id",
        "payer_name": "payer",
        "letter_number": "text",
        "reference": "text",
        "payer_claim_control_number": "text",
        "patient_control_number": "text",
    },
}


@dataclass(frozen=True)
class Rebuild:
    """One measurement: seconds by the clock and of the processors, MB of both processes at their peaks."""

    claims: int
    receivables: int
    seconds: float
    processor: float
    peak: float

    @property
    def per_comparison(self) -> float:
        """Nanoseconds of processor time for each of n log2 n claims: constant or falling is no worse than n log n."""
        return self.processor * 1e9 / (self.claims * math.log2(self.claims))


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger")
    parser.add_argument("--claims", type=int, nargs="+", default=SIZES, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = _base(Path(folder))
        runs = [_measure(base, claims, Path(folder)) for claims in options.claims]
    table = _report(runs)
    print(table)
    RESULTS.write_text(table)


def _base(folder: Path) -> Path:
    simulate(folder / "exports", claims=BASE_CLAIMS)
    load([folder / "exports"], folder / "warehouse")
    snapshot = current_snapshot(folder / "warehouse")
    assert snapshot is not None
    return snapshot


def _measure(base: Path, claims: int, folder: Path) -> Rebuild:
    snapshot = folder / f"{claims}.duckdb"
    shutil.copyfile(base, snapshot)
    copies = max(1, round(claims / BASE_CLAIMS))
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute(f"attach '{base}' as base (read_only)")
        for copy in range(1, copies):
            _copy_facts(connection, copy)
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-c", REBUILD, str(snapshot)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    snapshot.unlink()
    return Rebuild(**json.loads(done.stdout))


def _copy_facts(connection: duckdb.DuckDBPyConnection, copy: int) -> None:
    """Adds one more copy of the first load's facts under numbers of its own."""
    letter, system = LETTERS[copy % len(LETTERS)], copy // len(LETTERS)
    change = {
        "id": f"xor({{0}}, {copy}::bigint << 40)",
        "text": f"replace({{0}}, '1', '{letter}1')",
        "payer": f"{{0}} || '{f' {system}' if system else ''}'",
    }
    for table, columns in _COPIED.items():
        changed = ", ".join(
            f"{change[how].format(name)} as {name}" for name, how in columns.items()
        )
        copied = f"select * replace ({changed}) from base.{table}"  # noqa: S608  names of ours
        connection.execute(f"insert into {table} {copied}")


def _report(runs: list[Rebuild]) -> str:
    lines = [
        "# The ledger and the cube, rebuilt",
        "",
        f"`python -m benchmarks.ledger`, Takeback {VERSION}, Python {platform.python_version()}, "
        f"{platform.machine()}, two cores. One process a size, and its second process.",
        "",
        "| claim payments | receivables | seconds | claims/s | processor seconds | ns per n log₂ n | peak memory |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {run.claims:,} | {run.receivables:,} | {run.seconds:.1f} | {run.claims / run.seconds:,.0f} "
        f"| {run.processor:.1f} | {run.per_comparison:.0f} | {run.peak:,.0f} MB |"
        for run in runs
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
