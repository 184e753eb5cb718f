"""What every command over the warehouse is told alike: where it is, which months, which payers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path

from data.warehouse import ENVIRONMENT_VARIABLE
from kpis.engine import Engine
from kpis.filters import Filters, payer_key
from kpis.periods import add_months, parse_month

EXIT_OK, EXIT_NO_DATA, EXIT_USAGE = 0, 1, 2


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """--warehouse; data.warehouse.warehouse_folder says what holds without it."""
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )


def add_months_and_payers(parser: argparse.ArgumentParser) -> None:
    """--since, --until and --payer, which `filters_of` reads."""
    parser.add_argument("--since", type=month, metavar="YYYY-MM", help="first month")
    parser.add_argument("--until", type=month, metavar="YYYY-MM", help="last month, included")
    parser.add_argument(
        "--payer",
        action="append",
        default=[],
        metavar="NAME",
        help="only this payer; may be repeated",
    )


def parsed(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of a command with months and payers; ends with a usage error where the months run backwards."""
    options = parser.parse_args(arguments)
    if options.since and options.until and options.since > options.until:
        parser.error(f"--since {options.since:%Y-%m} is after --until {options.until:%Y-%m}")
    return options


def filters_of(options: argparse.Namespace) -> Filters:
    """The months and payers asked for; --until names the last month, filters end before the one after it."""
    return Filters(
        since=options.since,
        until=add_months(options.until, 1) if options.until else None,
        payers=tuple(options.payer),
    )


def unknown_payer(engine: Engine, filters: Filters) -> str | None:
    """What to say of the first payer nobody knows; None where all are known."""
    known = set(engine.query("select payer_key from payer").column("payer_key").to_pylist())
    for name in filters.payers:
        if payer_key(name) not in known:
            return f"no payer is called {name!r}; python -m kpis --by payer lists them"
    return None


def month(text: str) -> date:
    """YYYY-MM as its first day, for argparse."""
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def names_of(what: str, allowed: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """Reads NAME,NAME... for argparse, each once in the order given; `what` is what one of them is called."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
        for name in names:
            if name not in allowed:
                raise argparse.ArgumentTypeError(
                    f"{name!r} is no {what}; choose from {', '.join(allowed)}"
                )
        return names

    return read
