"""The command that prints figures: python -m kpis [--by payer,month] [--secondary] [--journal] [--audit FIGURE]..."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from data.journal import NewerJournalError
from data.known_on import NothingKnownError, known_on
from data.warehouse import warehouse_folder
from kpis.arguments import (
    EXIT_NO_DATA,
    EXIT_OK,
    EXIT_USAGE,
    add_months_and_payers,
    add_warehouse,
    filters_of,
    names_of,
    parsed,
    unknown_payer,
)
from kpis.audit import TITLES, audit_rows, write_audit
from kpis.cube import DIMENSIONS
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.printed_lists import print_journal, print_kpis, print_secondary, within
from kpis.readiness import NotReadyError, ready_engine
from kpis.secondary import DAYS_AHEAD, SECONDARY_BY_NAME


def main(arguments: list[str] | None = None) -> int:
    """Prints KPIs by the dimensions asked for; 0 done, 1 nothing is there to be asked, 2 usage."""
    options = _options(arguments)
    folder = warehouse_folder(options.warehouse)
    try:
        engine = ready_engine(folder)
        if options.known_on is not None:
            engine = DuckDBEngine(known_on(folder, options.known_on))
    except (NotReadyError, NewerJournalError) as not_ready:
        return _failed(str(not_ready), EXIT_NO_DATA)
    except NothingKnownError as nothing:
        return _failed(str(nothing), EXIT_USAGE)
    filters = filters_of(options)
    unknown = unknown_payer(engine, filters)
    if unknown:
        return _failed(unknown, EXIT_USAGE)
    try:
        return _answer(engine, filters, options)
    except ValueError as wrong:
        return _failed(str(wrong), EXIT_USAGE)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _failed(f"{options.out} cannot be written: {error.strerror or error}", EXIT_USAGE)


def _answer(engine: DuckDBEngine, filters: Filters, options: argparse.Namespace) -> int:
    if options.audit:
        rows = audit_rows(engine, options.audit, filters, options.as_of, within(options))
        with _opened(options.out) as out:
            write_audit(rows, out)
        told = f"{rows.num_rows:,} rows behind {TITLES[options.audit].lower()} are in {options.out}"
    else:
        print_rows = (
            print_journal
            if options.journal
            else print_secondary
            if options.secondary
            else print_kpis
        )
        printed = sys.stdout if options.out is None else io.StringIO()
        print_rows(engine, filters, options, printed)
        if isinstance(
            printed, io.StringIO
        ):  # only now: what cannot be asked leaves the file as it was
            with _opened(options.out) as out:
                out.write(printed.getvalue())
        told = str(options.out)
    if options.out is not None:
        print(told)
    return EXIT_OK


@contextmanager
def _opened(file: Path | None) -> Iterator[TextIO]:
    """Where figures are printed: standard output, or a file its owner alone may read."""
    if file is None:
        yield sys.stdout
        return
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        yield out


def _failed(message: str, code: int) -> int:
    print(f"kpis: {message}", file=sys.stderr)
    return code


def _options(arguments: list[str] | None) -> argparse.Namespace:
    """The options; those that what is asked for would not heed are a usage error."""
    parser = _parser()
    options = parsed(parser, arguments)
    if options.audit and options.by:
        parser.error("--by says nothing to --audit: every row names its payer, month and the rest")
    if options.audit and options.format not in (None, "csv"):
        parser.error("--audit is always CSV")
    if options.journal and (options.audit or options.secondary):
        parser.error("--journal goes with neither --audit nor --secondary")
    if options.journal and options.by:
        parser.error("--by says nothing to --journal: an entry is of one payer and month")
    if options.audit and options.secondary and options.audit not in SECONDARY_BY_NAME:
        parser.error(f"{options.audit} is no secondary figure")
    is_secondary = options.secondary or options.audit in SECONDARY_BY_NAME
    if not is_secondary and (options.as_of or options.within is not None):
        parser.error("--as-of and --within go with secondary figures")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kpis", description="Prints the KPIs of the warehouse."
    )
    add_warehouse(parser)
    parser.add_argument(
        "--by",
        type=names_of("dimension", DIMENSIONS),
        default=(),
        metavar="payer,month,...",
        help=", ".join(DIMENSIONS),
    )
    add_months_and_payers(parser)
    parser.add_argument("--format", choices=("table", "csv", "json"), help="else a table")
    parser.add_argument(
        "--known-on",
        type=_moment,
        metavar="DATE|LOAD",
        help="as the warehouse knew it at the end of a day (YYYY-MM-DD, UTC) or after a load (its number)",
    )
    parser.add_argument(
        "--journal",
        action="store_true",
        help="the cash bridge as journal entries for the general ledger, one per payer and month",
    )
    _add_secondary(parser)
    _add_audit(parser)
    return parser


def _add_secondary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--secondary", action="store_true", help="the secondary figures, by payer and month at most"
    )
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="YYYY-MM-DD",
        help="day of ages and deadlines of --secondary; else the last payment date",
    )
    parser.add_argument(
        "--within",
        type=_days,
        metavar="DAYS",
        help=f"how soon a deadline of --secondary counts as near; else {DAYS_AHEAD}",
    )


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--audit",
        choices=tuple(TITLES),
        metavar="FIGURE",
        help="a CSV of every row behind a figure: " + ", ".join(TITLES),
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write; else standard output"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2026-03-31") from None


def _days(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days")
    return int(text)


def _moment(text: str) -> int | date:
    return int(text) if text.isdecimal() else _day(text)


def run() -> int:
    """The command from a shell: who reads only the first lines of it closes the pipe, and that is no failure."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    return code


if __name__ == "__main__":
    sys.exit(run())
