"""Measures how well the ledger finds out what each dollar was taken for, on histories whose truth is known.

    python -m benchmarks.matching [--claims N] [--months N] [--seed S]... [--hard SHARE]... [--exports DIR]...

Each seed is simulated as payers usually print references and with all of them hard to match, loaded as any
user's files are, and held against truth.json line by line and receivable by receivable. --exports measures
folders that data.simulate wrote. Prints tables and writes them to benchmarks/results/matching.md. Ends with
1 where a line was matched wrongly by its reference (tiers 1 to 3), or fewer than 99 % of the lines that the
records decide were matched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from pathlib import Path

from benchmarks.matched_lines import (
    FieldOutcome,
    LineOutcome,
    compare_fields,
    compare_lines,
    read_ledger,
    read_truth,
)
from data import VERSION
from data.simulate import simulate
from data.warehouse import current_snapshot
from loaders.ingest import load

RESULTS = Path(__file__).parent / "results" / "matching.md"
SEEDS = (7, 11, 23, 42, 99)
SHARES = (0.0, 0.3, 1.0)
WILSON_95 = 1.959964
LEAST_RECALL = 0.99
TIERS: dict[int | None, str] = {
    0: "0 the claim itself",
    1: "1 same reference",
    2: "2 but for its spelling",
    3: "3 a number inside it",
    4: "4 claim lineage",
    5: "5 same amount",
    6: "6 lump",
    7: "7 allocated",
    9: "9 first sign of its item",
}


@dataclass(frozen=True)
class Measured:
    """The outcomes of the histories that were printed alike."""

    name: str
    lines: list[LineOutcome]
    fields: list[FieldOutcome]

    @property
    def wrong_by_reference(self) -> int:
        """Lines given to a wrong receivable because of their reference."""
        return sum(o.verdict == "wrong" and o.tier in (1, 2, 3) for o in self.lines)

    @property
    def in_part(self) -> int:
        """Lines given to their receivable as far as it goes, the rest to suspense."""
        return sum(o.in_part for o in self.lines)

    @property
    def recall(self) -> tuple[int, int]:
        """How many of the lines that the records decide were matched, and how many there are."""
        decided = [o for o in self.lines if o.verdict != "wrong" and o.true_tier is not None]
        return sum(o.verdict == "right" for o in decided), len(decided)

    @property
    def meets_target(self) -> bool:
        """No wrong match by reference, and 99 % of what the records decide."""
        right, all_of_them = self.recall
        return not self.wrong_by_reference and right >= LEAST_RECALL * all_of_them


def measure(exports: Path) -> tuple[list[LineOutcome], list[FieldOutcome]]:
    """Loads what data.simulate wrote into a warehouse of its own and compares it with its truth."""
    truth = read_truth(exports)
    with tempfile.TemporaryDirectory() as folder:
        load([exports], Path(folder))
        snapshot = current_snapshot(Path(folder))
        assert snapshot is not None
        found = read_ledger(snapshot)
    return list(compare_lines(truth, found)), list(compare_fields(truth, found))


def measure_seeds(months: int, claims: int, seeds: Iterable[int], hard: float) -> Measured:
    """Simulates and measures one history after the other."""
    lines: list[LineOutcome] = []
    fields: list[FieldOutcome] = []
    for seed in seeds:
        print(f"seed {seed}, {hard:.0%} hard", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            simulate(Path(folder), months, claims, seed, hard)
            more_lines, more_fields = measure(Path(folder))
        lines += more_lines
        fields += more_fields
    name = f"{hard:.0%} of the references hard to match" if hard else "References as usual"
    return Measured(name, lines, fields)


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval (Wilson) for a share, from 0 to 1; (0, 1) for none."""
    if not of:
        return 0.0, 1.0
    share, z2 = right / of, WILSON_95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = WILSON_95 * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, round(middle - half, 12)), min(1.0, round(middle + half, 12))


def _share(right: int, of: int) -> str:
    """A share with its interval, in per cent; rounded outwards, so that only all is 100 %."""
    if not of:
        return "–"
    low, high = wilson(right, of)
    return f"{_percent(floor, right / of)} ({_percent(floor, low)} to {_percent(ceil, high)})"


def _percent(to_whole: Callable[[float], int], share: float) -> str:
    return f"{to_whole(round(share * 1000, 9)) / 10:.1f} %"


def tier_rows(lines: Iterable[LineOutcome]) -> list[str]:
    """A row per tier: right and wrong by the tier the ledger gives, missed by the tier that could find it.

    Lines that the records do not decide count where they were given to a wrong receivable only.
    """
    right: Counter[int | None] = Counter()
    wrong: Counter[int | None] = Counter()
    missed: Counter[int | None] = Counter()
    there: Counter[int | None] = Counter()
    for o in lines:
        if o.verdict == "wrong":
            wrong[o.tier] += 1
        if o.verdict == "wrong" or o.true_tier is None:
            continue
        there[o.true_tier] += 1
        if o.verdict == "right":
            right[o.tier] += 1
        else:
            missed[o.true_tier] += 1
    return [
        f"| {name} | {right[tier]:,} | {wrong[tier]:,} | {missed[tier]:,}"
        f" | {_share(right[tier], right[tier] + wrong[tier])}"
        f" | {_share(there[tier] - missed[tier], there[tier])} |"
        for tier, name in TIERS.items()
        if right[tier] + wrong[tier] + there[tier]
    ]


def way_rows(lines: Iterable[LineOutcome]) -> list[str]:
    """A row per way in which a line was printed, and whether the records decide it."""
    counts: dict[tuple[bool, str], Counter[str]] = {}
    for o in lines:
        count = counts.setdefault((o.true_tier is None, o.way), Counter())
        count[o.verdict] += 1
        count["offered"] += o.is_candidate
    rows = []
    for (undecided, way), n in sorted(counts.items()):
        there = n["right"] + n["missed"]
        name = f"{way}, not decided by the records" if undecided else way
        recall = "" if undecided else _share(n["right"], there)
        rows.append(
            f"| {name} | {there:,} | {n['right']:,} | {n['missed']:,} | {n['offered']:,} | {n['wrong']:,} | {recall} |"
        )
    return rows


def field_rows(fields: Iterable[FieldOutcome]) -> list[str]:
    """A row per field of the receivables."""
    counts: dict[str, Counter[str]] = {}
    for o in fields:
        counts.setdefault(o.field, Counter())[o.verdict] += 1
    return [
        f"| {field} | {n['right']:,} | {n['wrong']:,} | {n['missed']:,} | {_share(n['right'], n.total())} |"
        for field, n in counts.items()
    ]


def report(measured: Measured) -> list[str]:
    """The tables of one way of printing, in Markdown."""
    right, there = measured.recall
    return [
        f"## {measured.name}",
        "",
        f"{there:,} lines whose receivable the records decide: {right:,} matched, {_share(right, there)};"
        f" {measured.wrong_by_reference:,} matched wrongly by their reference (tiers 1 to 3);"
        f" {measured.in_part:,} of the missed given to their receivable in part, the rest to suspense."
        f" Target (none wrong in tiers 1 to 3, 99 % matched): {'met' if measured.meets_target else 'not met'}.",
        "",
        "| tier | right | wrong | missed | precision | recall |",
        "|---|---:|---:|---:|---:|---:|",
        *tier_rows(measured.lines),
        "",
        "| printed as | there | right | missed | of these, offered as a candidate | wrong | recall |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *way_rows(measured.lines),
        "",
        "| of each receivable | right | wrong | missed | right |",
        "|---|---:|---:|---:|---:|",
        *field_rows(measured.fields),
        "",
    ]


def _head(arguments: Sequence[str], what: str) -> list[str]:
    return [
        "# Matching against the truth",
        "",
        f"`python -m benchmarks.matching{''.join(f' {word}' for word in arguments)}`, Takeback {VERSION}; {what}.",
        "",
        "One line is a reversal or a provider adjustment that takes, puts off, forwards, brings in, settles or gives"
        " back; a line of several receivables counts once for each. Right: the true receivable and the exact cents."
        " Wrong: given to another one, or more cents, by the tier the ledger states. Missed: not given to the true"
        " one, or only in part and the rest to suspense, by the first tier that could have found it."
        " In brackets the 95 % interval (Wilson)."
        " Lines that the records do not decide belong in suspense, with the true receivable offered."
        " Left out: refunds of more than was owed, which settle nothing.",
        "",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes; 1 where the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching")
    parser.add_argument("--claims", type=int, default=6000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--hard", type=float, action="append", metavar="SHARE")
    parser.add_argument("--exports", type=Path, action="append", metavar="DIR")
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(given)
    if options.exports:
        what = "exports as they are"
        all_measured = [Measured(str(path), *measure(path)) for path in options.exports]
    else:
        seeds = options.seed or SEEDS
        what = f"{options.claims:,} claims over {options.months} months, seeds {', '.join(map(str, seeds))}"
        all_measured = [
            measure_seeds(options.months, options.claims, seeds, hard)
            for hard in options.hard or SHARES
        ]
    text = "\n".join([*_head(given, what), *(row for one in all_measured for row in report(one))])
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text)
    print(text)
    return 0 if all(one.meets_target for one in all_measured) else 1


if __name__ == "__main__":
    sys.exit(main())
