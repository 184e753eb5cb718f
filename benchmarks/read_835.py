"""How fast 835 bytes become Arrow tables, beside other readers on PyPI, on the same files in one run.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.read_835 [--megabytes N] [--rounds N]

Takebacks' tables have more columns than any peer's: byte ranges, modifiers, remarks, control numbers, balances.
Prints a table and writes it to benchmarks/results/read_835.md. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import edi_835_parser
import oxedi
import pyarrow as pa
import pyx12.error_handler
import pyx12.params
import pyx12.x12n_document

from benchmarks.hospital_835 import write_file, write_remittance
from data import VERSION
from data.simulate import simulate
from loaders.parallel import in_order
from loaders.processes import Processes
from loaders.results import REMITTANCE_TABLES
from loaders.x12.blocks import Block, blocks_of
from loaders.x12.remittance_835 import Reading, read_block
from loaders.x12.texts import read_nothing

RESULTS = Path(__file__).parent / "results" / "read_835.md"
# The peers that are slow read one remittance per file.
SMALL_CLAIMS = 2_600
Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Timing:
    """One reader on one file: what it made per second, in rounds."""

    reader: str
    file: str
    megabytes: float
    seconds: list[float]

    @property
    def rate(self) -> float:
        """Megabytes a second, median."""
        return self.megabytes / statistics.median(self.seconds)


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.read_835")
    parser.add_argument("--megabytes", type=float, default=64)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large, lean, small = (Path(folder) / f"{name}.835" for name in ("large", "lean", "small"))
        write_file(large, options.megabytes)
        write_remittance(small, SMALL_CLAIMS)
        _write_lean(lean, Path(folder) / "simulated")
        timings = _side_by_side(large, options.rounds) + _side_by_side(lean, options.rounds)
        timings += _slow_peers(small)
    table = _table(timings, options.rounds)
    print(table)
    RESULTS.write_text(table)


def _write_lean(path: Path, folder: Path) -> None:
    """The product's own simulation in one file: few segments a claim, many takebacks."""
    simulate(folder, months=24, claims=60_000, seed=7)
    path.write_bytes(b"".join(file.read_bytes() for file in sorted((folder / "835").iterdir())))


def _side_by_side(path: Path, rounds: int) -> list[Timing]:
    """Readers that take seconds: in turn, so that what else the machine does meets them all."""
    data = path.read_bytes()
    readers: dict[str, Callable[[bytes], object]] = {
        "Takeback, all cores": _takeback,
        "Takeback, one thread": _takeback_alone,
        "oxedi 0.6.0": _oxedi,
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, read in readers.items():
            seconds[name].append(_timed(read, data))
    return [Timing(name, path.stem, len(data) / 1e6, times) for name, times in seconds.items()]


def _slow_peers(path: Path) -> list[Timing]:
    """Readers that take minutes for what others read in a second: a small file, few rounds."""
    data = path.read_bytes()
    readers: dict[str, tuple[Callable[[bytes], object], int]] = {
        "Takeback, all cores": (_takeback, 5),
        "edi-835-parser 1.8.0": (lambda _: _edi_835_parser(path), 1),
        "pyx12 4.0.0": (lambda _: _pyx12(path), 1),
    }
    return [
        Timing(name, path.stem, len(data) / 1e6, [_timed(read, data) for _ in range(rounds)])
        for name, (read, rounds) in readers.items()
    ]


def _timed(read: Callable[[bytes], object], data: bytes) -> float:
    start = time.perf_counter()
    read(data)
    return time.perf_counter() - start


def _takeback(data: bytes) -> list[Tables]:
    """As a load reads: in other processes, too, whose start and end are part of the time."""
    with Processes(first=read_nothing) as others:
        others.expect(len(data))
        jobs = (partial(others.run, partial(read_block, block)) for block in _blocks(data))
        return [_tables(reading) for reading in in_order(jobs)]


def _takeback_alone(data: bytes) -> list[Tables]:
    jobs = (partial(read_block, block) for block in _blocks(data))
    return [_tables(reading) for reading in in_order(jobs, threads=1)]


def _blocks(data: bytes) -> Iterator[Block]:
    return blocks_of(lambda start, end: data[start:end], len(data))


def _tables(reading: Reading) -> Tables:
    return {name: getattr(reading, name) for name in REMITTANCE_TABLES}


def _oxedi(data: bytes) -> dict[str, pa.Table]:
    tables = oxedi.parse(data).tables
    return {name: pa.table(tables[name]) for name in tables}


def _edi_835_parser(path: Path) -> object:
    return edi_835_parser.parse(str(path)).to_dataframe()


def _pyx12(path: Path) -> object:
    """Reads and validates; it makes no tables."""
    with path.open() as source, contextlib.redirect_stdout(io.StringIO()):
        return pyx12.x12n_document.x12n_document(
            pyx12.params.params(), source, fd_997=None, fd_html=None, fd_xmldoc=None
        )


def _table(timings: list[Timing], rounds: int) -> str:
    ours = {t.file: t.rate for t in timings if t.reader == "Takeback, all cores"}
    sizes = {t.file: t.megabytes for t in timings}
    lines = [
        "# 835 bytes to Arrow tables",
        "",
        f"`python -m benchmarks.read_835 --megabytes {sizes['large']:.0f} --rounds {rounds}`, "
        f"Takeback {VERSION}, Python {platform.python_version()}, {platform.machine()}. "
        "Medians; the readers took turns.",
        "",
        f"large ({sizes['large']:.0f} MB): dense claims, about 0.76 kB each. lean ({sizes['lean']:.0f} MB): the",
        f"product's own simulation, about 0.32 kB a claim. small ({sizes['small']:.0f} MB): as large, one remittance.",
        "",
        "| file | reader | MB/s | range | Takeback is |",
        "|---|---|---:|---:|---:|",
    ]
    for t in timings:
        low, high = t.megabytes / max(t.seconds), t.megabytes / min(t.seconds)
        ratio = "" if t.reader == "Takeback, all cores" else f"{ours[t.file] / t.rate:.1f} ×"
        lines.append(f"| {t.file} | {t.reader} | {t.rate:.1f} | {low:.1f}–{high:.1f} | {ratio} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
