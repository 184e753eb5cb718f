"""Reads random 835 files that were damaged at random, a million of them, and checks what must hold for any bytes.

    python -m benchmarks.fuzz_835 [--cases N] [--workers N] [--seed S] [--loads N]

A case is one damaged file. Most share a read: several are joined, and that text is what is checked; where it
fails, its files are read again alone and in ever smaller groups until the least text that fails is found. Some
cases are read alone, and some are loaded into a warehouse beside a good file. Checked: no exception, no read
longer than LIMIT_SECONDS of processor time, the schemas, each remittance's sums and state against those of its
bytes, the same reading in blocks of random size, and that only what balances reaches a figure. Results and the
text of every finding go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import multiprocessing
import platform
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from data import VERSION
from loaders.x12.remittance_835 import read_835
from tests.checks_835 import check_blocks, check_file, reads_alike
from tests.damage_835 import damaged
from tests.loads_835 import check_load
from tests.random_835 import Writer

RESULTS = Path(__file__).parent / "results"
LIMIT_SECONDS = 30
JOINED, ALONE, BLOCKS_EVERY, POOL, LONGEST = 100, 2, 6, 60, 2000


@dataclass
class Tally:
    """What came of some cases. outcomes: of those read alone or loaded; findings: what failed, and its text."""

    cases: int = 0
    damages: collections.Counter[str] = field(default_factory=collections.Counter)
    outcomes: collections.Counter[str] = field(default_factory=collections.Counter)
    in_blocks: int = 0
    findings: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    slowest: float = 0.0

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.cases += other.cases
        self.damages.update(other.damages)
        self.outcomes.update(other.outcomes)
        self.in_blocks += other.in_blocks
        self.slowest = max(self.slowest, other.slowest)
        for name, (count, text) in other.findings.items():
            self.find(name, text, count)

    def find(self, name: str, text: bytes, count: int = 1) -> None:
        """Note a failure; the shortest text of each sort is kept."""
        before, shortest = self.findings.get(name, (0, text))
        self.findings[name] = before + count, min(shortest, text, key=len)


def main() -> int:
    """Runs the cases and writes what came of them; 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_835")
    parser.add_argument("--cases", type=int, default=20_000, help="damaged files that are read")
    parser.add_argument(
        "--loads", type=int, default=None, help="damaged files that are loaded, too"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    loads = options.cases // 200 if options.loads is None else options.loads
    started, total = time.monotonic(), Tally()
    jobs = list(_jobs(options.cases, loads, options.seed))
    with (
        contextlib.suppress(KeyboardInterrupt),  # what was done until then is written down
        multiprocessing.Pool(options.workers, _leave_interrupts_to_the_parent) as workers,
    ):
        for done in workers.imap_unordered(run, jobs):
            for name in done.findings.keys() - total.findings.keys():
                _keep(len(total.findings) + 1, name, done.findings[name][1])
            total.add(done)
            _say(total, options.cases + loads, started)
    spent = time.monotonic() - started
    _write(total, options, loads, spent)
    return 1 if total.findings else 0


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _jobs(cases: int, loads: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """Kind, seed and size of each piece of work; every piece has a seed of its own."""
    size, number = 2000, 0
    for kind, count in (("loads", loads), ("reads", cases)):
        for begin in range(0, count, size):
            yield kind, seed * 1_000_003 + number, min(size, count - begin)
            number += 1


def run(job: tuple[str, int, int]) -> Tally:
    """Do one piece of work: everything follows from its seed."""
    kind, seed, cases = job
    random = Random(seed)
    files = valid_files(random)
    tally = Tally()
    group = JOINED
    for begin in range(0, cases, group):
        made = [one_damaged(files, random) for _ in range(min(group, cases - begin))]
        tally.damages.update(name for names, _ in made for name in names.split("+"))
        tally.cases += len(made)
        texts = [text for _, text in made]
        if kind == "loads":
            _attempt(texts, tally, _load_all)
            continue
        for some in [*([text] for text in texts[:ALONE]), texts[ALONE:]]:
            _attempt(some, tally, _read_joined)
            if random.randrange(BLOCKS_EVERY) == 0:
                _attempt(some, tally, _in_blocks(random.randrange(2**32), tally))
    return tally


def one_damaged(files: list[bytes], random: Random) -> tuple[str, bytes]:
    """The names of what was done to a file, and the result."""
    text, other = random.sample(files, 2)
    return damaged(text, other, random)


def valid_files(random: Random) -> list[bytes]:
    """Files to damage; long ones are left out, so that there is time for more."""
    files = [text for text in (Writer(random).file() for _ in range(POOL)) if len(text) < LONGEST]
    return files if len(files) > 1 else valid_files(random)


Attempt = Callable[[Sequence[bytes]], str]


def _read_joined(texts: Sequence[bytes]) -> str:
    """Read files as one; says what became of a file that is alone."""
    reading = check_file(b"\n".join(texts))
    if len(texts) > 1:
        return ""
    if reading.refused:
        return f"refused: {_without_numbers(reading.problems[0].message)}"
    states = {str(state) for state in reading.remittance.column("balance_state").to_pylist()}
    return f"read: {', '.join(sorted(states)) or 'nothing left to load'}"


def _in_blocks(seed: int, tally: Tally) -> Attempt:
    """Read files as one in blocks of a size that the seed decides; those left out that need not agree."""

    def attempt(texts: Sequence[bytes]) -> str:
        whole = b"\n".join(text for text in texts if reads_alike(text, sys.maxsize))
        block_bytes = Random(seed).randrange(401, max(len(whole) // 2, 1000))
        if reads_alike(whole, block_bytes):
            tally.in_blocks += len(texts)
            check_blocks(whole, read_835(whole), block_bytes)
        return ""

    return attempt


def _load_all(texts: Sequence[bytes]) -> str:
    check_load(texts)
    return ""


def _attempt(texts: Sequence[bytes], tally: Tally, attempt: Attempt) -> None:
    """Try some files; where they fail, find the fewest of them that do."""
    started = time.monotonic()
    failure = _failure(texts, attempt, tally)
    tally.slowest = max(tally.slowest, time.monotonic() - started)
    if failure is None:
        return
    fewest, failure = _fewest(list(texts), attempt, failure)
    tally.find(failure, b"\n".join(fewest))


def _fewest(texts: list[bytes], attempt: Attempt, failure: str) -> tuple[list[bytes], str]:
    """Leave files out as long as what is left fails and LIMIT_SECONDS are not over."""
    step, ends = max(len(texts) // 2, 1), time.monotonic() + LIMIT_SECONDS
    while len(texts) > 1 and time.monotonic() < ends:
        for at in range(0, len(texts), step):
            rest = texts[:at] + texts[at + step :]
            again = _failure(rest, attempt, Tally()) if rest else None
            if again:
                texts, failure = rest, again
                break
        else:
            if step == 1:
                break
            step = max(step // 2, 1)
    return texts, failure


def _failure(texts: Sequence[bytes], attempt: Attempt, tally: Tally) -> str | None:
    """What went wrong, told by where; None where all is well."""
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    try:
        outcome = attempt(texts)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {last.name}: `{last.line}`"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if outcome:
        tally.outcomes[outcome] += len(texts)
    return None


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"longer than {LIMIT_SECONDS} seconds of processor time")


def _without_numbers(message: str) -> str:
    return "".join("n" if c.isdigit() else c for c in message.split(",")[0])[:60]


def _say(total: Tally, cases: int, started: float) -> None:
    spent = time.monotonic() - started
    line = (
        f"{total.cases:,} of {cases:,} cases, {total.cases / spent:,.0f} a second,"
        f" {sum(count for count, _ in total.findings.values())} failed"
    )
    print(f"\r{line}", end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def _write(total: Tally, options: argparse.Namespace, loads: int, spent: float) -> None:
    """Write the table of results and, per sort of finding, the shortest text that shows it."""
    RESULTS.mkdir(exist_ok=True)
    command = (
        f"python -m benchmarks.fuzz_835 --cases {options.cases} --workers {options.workers}"
        f" --seed {options.seed} --loads {loads}"
    )
    lines = [
        "# Damaged 835 files",
        "",
        f"`{command}`, Takeback {VERSION}, Python {platform.python_version()}, {platform.machine()}.",
        "",
        f"{total.cases:,} damaged files in {spent / 60:,.1f} minutes, {total.cases / spent:,.0f} a second."
        f" {total.in_blocks:,} of them were read in blocks, too, and {loads:,} were loaded into a warehouse."
        f" The longest check, of up to {JOINED} files together, took {total.slowest:.2f} s.",
        "",
        "| damage | times |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in sorted(total.damages.items())),
        "",
        "| outcome of the files read alone | files |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in total.outcomes.most_common(30)),
        "",
        *_findings(total),
    ]
    text = "\n".join(lines) + "\n"
    (RESULTS / "fuzz_835.md").write_text(text)
    print(text)


def _findings(total: Tally) -> list[str]:
    if not total.findings:
        return ["Nothing failed."]
    lines = ["| finding | times | shortest text |", "|---|---:|---|"]
    for number, (name, (count, text)) in enumerate(total.findings.items(), start=1):
        lines.append(f"| {name.replace('|', ' ')} | {count} | `F{number}` |")
        _keep(number, name, text)
    return lines


def _keep(number: int, name: str, text: bytes) -> None:
    """Write a finding's text at once: a long run can be looked at while it goes on."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"fuzz_835_F{number}.bin").write_bytes(text)
    shown = text if len(text) < 2000 else text[:2000] + b"..."
    print(f"\nF{number} {name}\n{shown!r}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
