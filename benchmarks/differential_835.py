"""Compares what the 835 reader finds with what three other readers find in the same random files.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.differential_835 [--files N] [--seed S]

The files are plain: one interchange, the usual delimiters, segments in the order of the guide. oxedi is
compared value by value, pyx12 by the amounts of its segments, edi-835-parser (binary floats, one remittance
a file, first adjustment of a CAS only, no provider adjustments) by what it has. Then a few files that are
less plain show where each of them stops or loses something.
"""

from __future__ import annotations

import argparse
import collections
import platform
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from random import Random

from benchmarks.peers_835 import OURS, PEERS, READERS, comparable, read_ours
from benchmarks.plain_835 import ISA, plain_file
from data import VERSION

RESULTS = Path(__file__).parent / "results" / "differential_835.md"


@dataclass(frozen=True)
class Difference:
    """A file in which a peer found something else."""

    peer: str
    what: str
    seed: int
    ours: str
    theirs: str


def main() -> int:
    """Compares and writes; 1 where a value differs on a plain file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential_835")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    compared: collections.Counter[tuple[str, str]] = collections.Counter()
    found: list[Difference] = []
    for number in range(options.files):
        seed = options.seed * 1_000_003 + number
        found += compare(plain_file(Random(seed)), seed, compared)
        print(f"\rfile {number + 1}, {len(found)} differences", end="", file=sys.stderr, flush=True)
    _write(options, compared, found)
    return 1 if found else 0


def compare(
    data: bytes, seed: int, compared: collections.Counter[tuple[str, str]]
) -> list[Difference]:
    """Every difference in one file; counts the rows that were compared."""
    ours, found = read_ours(data), []
    for peer, read in READERS.items():
        try:
            theirs, expected = read(data), comparable(peer, ours)
        except Exception as error:
            found.append(
                Difference(peer, "reading", seed, "read", f"{type(error).__name__}: {error}"[:80])
            )
            continue
        for what, rows in theirs.items():
            compared[peer, what] += len(expected[what])
            if rows != expected[what]:
                at = next(
                    (
                        n
                        for n, (a, b) in enumerate(zip(expected[what], rows, strict=False))
                        if a != b
                    ),
                    -1,
                )
                shown = (
                    (str(expected[what][at]), str(rows[at]))
                    if at >= 0
                    else (str(len(expected[what])), str(len(rows)))
                )
                found.append(Difference(peer, what, seed, *shown))
    return found


def unlike_files() -> dict[str, bytes]:
    """Files that are less plain, and what makes them so."""
    one = plain_file(Random(5), 1).decode()
    two = plain_file(Random(6), 2).decode()
    other = two.translate(str.maketrans("*~:", "|!>"))
    return {
        "two remittances": two.encode(),
        "a second interchange, same delimiters": (one + two).encode(),
        "a second interchange, other delimiters": (one + other).encode(),
        "a line break before the terminator": two.replace("~", "\n~").encode(),
        "a line break instead of the terminator": two.replace("~", "\n").encode(),
        "CR LF after the terminator": two.replace("~", "~\r\n").encode(),
        "ISA trimmed of blanks": two.replace(ISA, " ".join(ISA.split())).encode(),
        "ISA16 empty": two.replace("*P*:~", "*P*~").encode(),
        "ISA16 missing": two.replace("*P*:~", "*P~").encode(),
        "no ISA": two.replace(ISA, "").encode(),
        "a byte order mark": b"\xef\xbb\xbf" + two.encode(),
        "a PLB behind SE": two.replace("GE*", "PLB*1000000012*20241231*WO:R*5~GE*").encode(),
        "no GE and IEA": two.partition("GE*")[0].encode(),
    }


def _reach(data: bytes) -> list[str]:
    """Per reader how many rows of each sort it finds, or what it raises."""
    told = []
    for read in (read_ours, *READERS.values()):
        try:
            found = read(data)
            told.append(
                " / ".join(str(len(found[what])) if what in found else "–" for what in OURS)
            )
        except Exception as error:
            told.append(f"{type(error).__name__}")
    return told


def _write(
    options: argparse.Namespace,
    compared: collections.Counter[tuple[str, str]],
    found: Sequence[Difference],
) -> None:
    kinds = collections.Counter((d.peer, d.what) for d in found)
    versions = ", ".join(f"{peer} {version(peer)}" for peer in PEERS)
    lines = [
        "# The 835 reader beside others",
        "",
        f"`python -m benchmarks.differential_835 --files {options.files} --seed {options.seed}`, Takeback {VERSION},"
        f" Python {platform.python_version()}; {versions}.",
        "",
        f"{options.files:,} random plain files: one interchange, usual delimiters.",
        "",
        "| reader | compared | rows | files that differ |",
        "|---|---|---:|---:|",
        *(f"| {p} | {w} | {n:,} | {kinds[p, w]:,} |" for (p, w), n in sorted(compared.items())),
        *(
            f"| {p} | {w} | | {n:,} |"
            for (p, w), n in sorted(kinds.items())
            if (p, w) not in compared
        ),
        "",
    ]
    first = {(d.peer, d.what): d for d in reversed(found)}
    lines += [
        f"- {d.peer}, {d.what}, seed {d.seed}: ours `{d.ours}`, theirs `{d.theirs}`"
        for d in first.values()
    ]
    lines += [
        "",
        "## Files that are less plain",
        "",
        "Rows found: payments / claims / services / adjustments / provider adjustments; – where a reader has none"
        " (edi-835-parser has the last payment of a file, and no provider adjustments).",
        "",
        f"| file | Takeback | {' | '.join(PEERS)} |",
        "|---|---|---|---|---|",
        *(f"| {name} | {' | '.join(_reach(data))} |" for name, data in unlike_files().items()),
    ]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")
    print("\n" + "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
