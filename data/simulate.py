"""Write a made-up health system's exports, and the truth about them, to a folder.

data/sample was written by:

    python -m data.simulate data/sample --months 24 --claims 6000 --seed 7
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.simulation.engine import new_world, run
from data.simulation.exports import write_appeals, write_offsets, write_providers
from data.simulation.payers import PAYERS
from data.simulation.schedule import first_day, months_from
from data.simulation.truth import Truth, truth_of
from data.simulation.world import Payer

SAMPLE_ARGUMENTS = ("--months", "24", "--claims", "6000", "--seed", "7")


def simulate(
    out: Path, months: int = 24, claims: int = 6000, seed: int = 7, hard: float = 0.0
) -> None:
    """Write OUT/835/*.835, offsets.csv, appeals.csv, providers.csv and truth.json.

    The period ends on 2026-10-31; the same arguments write the same bytes. `hard` is the share, 0 to 1,
    of references that are printed so that they are hard to match.
    """
    folder = out / "835"
    folder.mkdir(parents=True, exist_ok=True)
    world = new_world(months, claims, seed, hard)
    truth = Truth()
    for file in run(world, claims):
        path = folder / _file_name(file.payer, file.month)
        path.write_text(file.text, encoding="ascii", newline="")
        truth.add(file)
    write_offsets(out / "offsets.csv", world.receivables, world.random)
    write_appeals(out / "appeals.csv", world.cases)
    write_providers(out / "providers.csv")
    content = truth_of(world, truth, months_from(world.first_day), claims)
    with (out / "truth.json").open("w", encoding="utf-8", newline="") as output:
        json.dump(content, output, separators=(",", ":"))
        output.write("\n")


def _file_name(payer: Payer, month: date) -> str:
    return f"{payer.name.lower().replace(' ', '-')}-{month:%Y-%m}.835"


def _strangers(out: Path, months: int) -> list[str]:
    """Names of 835 files already in OUT that this run would leave beside its own."""
    own = {_file_name(payer, month) for payer in PAYERS for month in months_from(first_day(months))}
    return sorted(file.name for file in (out / "835").glob("*.835") if file.name not in own)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be between 0 and 1")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives 0, or 1 where OUT cannot be written; exits 2 on bad usage."""
    parser = argparse.ArgumentParser(prog="python -m data.simulate", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write to")
    parser.add_argument("--months", type=_positive, default=24, help="months, ending 2026-10")
    parser.add_argument("--claims", type=_positive, default=6000, help="claims paid first")
    parser.add_argument("--seed", type=int, default=7, help="another seed, another history")
    parser.add_argument(
        "--hard",
        type=_share,
        nargs="?",
        const=1.0,
        default=0.0,
        metavar="SHARE",
        help="share of references made hard to match; all of them without a number",
    )
    options = parser.parse_args(arguments)
    strangers = _strangers(options.out, options.months)
    if strangers:
        parser.error(f"{options.out / '835'} holds files of another run: {', '.join(strangers)}")
    try:
        simulate(options.out, options.months, options.claims, options.seed, options.hard)
    except OSError as error:
        print(
            f"data.simulate: {error.filename or options.out} cannot be written: {error.strerror}. "
            "Name another folder, or make room.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
