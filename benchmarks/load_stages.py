"""Where the processor's time goes while an 835 file becomes a published warehouse, stage by stage.

    python -m benchmarks.load_stages [--megabytes N]

Each stage is run by itself on the same file; the last line is a whole load. Processor seconds of all threads and
processes: what two cores cannot do in less than half of it. Writes benchmarks/results/load_stages.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from benchmarks.hospital_835 import write_file
from data import VERSION
from data.archive import frames_of
from data.ledger.build import build_ledger
from data.warehouse import DATA, current_snapshot, open_writer
from loaders.ingest import load
from loaders.parallel import in_order
from loaders.processes import Processes
from loaders.results import REMITTANCE_TABLES
from loaders.sources import Content
from loaders.store import Store
from loaders.x12.blocks import Block, blocks_of
from loaders.x12.remittance_835 import Reading, read_block
from loaders.x12.texts import read_nothing, without_patients

RESULTS = Path(__file__).parent / "results" / "load_stages.md"
Result = TypeVar("Result")


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_stages")
    parser.add_argument("--megabytes", type=float, default=64)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hospital.835"
        write_file(path, options.megabytes)
        spent = _stages(path, Path(folder))
        size = path.stat().st_size / 1e6
    text = _report(spent, size, options.megabytes)
    print(text)
    RESULTS.write_text(text)


def _stages(path: Path, folder: Path) -> dict[str, float]:
    """Processor seconds by stage."""
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Result]) -> Result:
        begin = _processor_seconds()
        result = work()
        spent[name] = _processor_seconds() - begin
        return result

    data = path.read_bytes()
    load([path], folder / "first")  # what Python imports and caches on first use is not the file's
    timed("hashing", Content.of(data).sha256)
    blocks = timed("cutting into blocks", lambda: list(_blocks(data)))
    readings = timed(
        "reading, in all processes",
        lambda: _read(blocks, len(data)),
    )
    timed("masking and archiving the text", lambda: _archive(blocks, readings))
    connection = timed("inserting the facts", lambda: _inserted(readings, folder / "facts.duckdb"))
    timed("commit and checkpoint", lambda: _kept(connection))
    connection.close()
    snapshot = current_snapshot(folder / "first")
    assert snapshot is not None
    with open_writer(snapshot) as warehouse:
        timed("ledger and cube", lambda: build_ledger(warehouse))
    timed("all of a load", lambda: load([path], folder / "second"))
    return spent


def _blocks(data: bytes) -> list[Block]:
    return list(blocks_of(lambda start, end: data[start:end], len(data)))


def _archive(blocks: list[Block], readings: list[Reading]) -> None:
    for block, reading in zip(blocks, readings, strict=True):
        frames_of(without_patients(block.data, reading))


def _processor_seconds() -> float:
    """Those of this process, all its threads, and of the processes it had and that have ended."""
    return sum(os.times()[:4])


def _read(blocks: list[Block], size: int) -> list[Reading]:
    with Processes(first=read_nothing) as others:
        others.expect(size)
        return list(in_order([partial(others.run, partial(read_block, b)) for b in blocks]))


def _inserted(readings: list[Reading], path: Path) -> duckdb.DuckDBPyConnection:
    connection = open_writer(path)
    connection.execute("begin")
    connection.execute((DATA / "schema.sql").read_text())
    store = Store(connection, is_sample=False)
    for reading in readings:
        tables = {name: getattr(reading, name) for name in REMITTANCE_TABLES}
        store.add(tables, 1, is_835=True)
    store.write_facts()
    return connection


def _kept(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("commit")
    connection.execute("checkpoint")


def _report(spent: dict[str, float], megabytes: float, asked: float) -> str:
    lines = [
        "# Where the time of a load goes",
        "",
        f"`python -m benchmarks.load_stages --megabytes {asked:.0f}`, Takeback {VERSION}, Python "
        f"{platform.python_version()}, {platform.machine()}. {megabytes:.0f} MB of dense claims.",
        "",
        "| stage | processor seconds | MB per processor second |",
        "|---|---:|---:|",
        *(f"| {name} | {cpu:.2f} | {megabytes / cpu:,.0f} |" for name, cpu in spent.items()),
        "",
        f"Two cores that never wait would need {spent['all of a load'] / 2:.2f} s for the whole load, "
        f"{2 * megabytes / spent['all of a load']:.0f} MB/s.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
