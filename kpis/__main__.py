"""The command that prints figures: python -m kpis [--by payer,month] [--secondary] [--audit FIGURE]..."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
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
from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from kpis.cube import DIMENSIONS, kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import NO_VALUE, exact_value, short_value
from kpis.printed import Row, plain, print_csv, print_json, print_table
from kpis.readiness import NotReadyError, ready_engine
from kpis.secondary import DAYS_AHEAD, SECONDARY_BY_NAME, Figure, secondary_figures

COLUMNS = (
    "payments",
    "withheld",
    "recovered",
    "refunded",
    "offset_volume_rate",
    "recoupment_lag_days",
    "lag_count",
    "appeal_success_rate",
    "appeals_decided",
    "net_cash_impact",
    "recovery_rate",
)
SECONDARY_COLUMNS = ("kpi", "title", "unit", "value", "median", "count", "amount")


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
        rows = audit_rows(engine, options.audit, filters, options.as_of, _within(options))
        with _opened(options.out) as out:
            write_audit(rows, out)
        told = f"{rows.num_rows:,} rows behind {TITLES[options.audit].lower()} are in {options.out}"
    else:
        print_rows = _print_secondary if options.secondary else _print_kpis
        with _opened(options.out) as out:
            print_rows(engine, filters, options, out)
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
    if options.audit and options.secondary and options.audit not in SECONDARY_BY_NAME:
        parser.error(f"{options.audit} is no secondary figure")
    is_secondary = options.secondary or options.audit in SECONDARY_BY_NAME
    if not is_secondary and (options.as_of or options.within is not None):
        parser.error("--as-of and --within go with secondary figures")
    return options


def _within(options: argparse.Namespace) -> int:
    return DAYS_AHEAD if options.within is None else int(options.within)


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


def _print_kpis(
    engine: DuckDBEngine, filters: Filters, options: argparse.Namespace, out: TextIO
) -> None:
    by: tuple[str, ...] = options.by
    rows = [_row(row, by) for row in kpi_table(engine, filters, by).to_pylist()]
    if options.format == "json":
        print_json(rows, out)
    elif options.format == "csv":
        print_csv(rows, [*by, *COLUMNS], out)
    else:
        titles = {name: name.replace("_", " ") for name in by} | {
            name: _title(name) for name in COLUMNS
        }
        print_table(rows, titles, len(by), lambda name, row: _cell(name, row[name]), out)


def _row(row: Row, by: Sequence[str]) -> Row:
    """One row as it is printed: money as text with two decimals, months as YYYY-MM."""
    counts = (row["appeals_full"], row["appeals_partial"], row["appeals_upheld"])
    row = {**row, "appeals_decided": sum(count for count in counts if isinstance(count, int))}
    return {name: plain(row[name]) for name in (*by, *COLUMNS)}


def _title(name: str) -> str:
    if name in KPI_BY_NAME:
        return KPI_BY_NAME[name].title
    return MEASURE_BY_COLUMN[name].title if name in MEASURE_BY_COLUMN else "Appeals decided"


def _cell(name: str, value: object) -> str:
    if name in KPI_BY_NAME and isinstance(value, float):
        return short_value(value, KPI_BY_NAME[name].unit)
    return NO_VALUE if value is None else str(value)


def _print_secondary(
    engine: DuckDBEngine, filters: Filters, options: argparse.Namespace, out: TextIO
) -> None:
    by: tuple[str, ...] = options.by
    figures = secondary_figures(engine, filters, by, options.as_of, _within(options))
    rows = [_secondary_row(figure, by) for figure in figures]
    if options.format == "json":
        print_json(rows, out)
    elif options.format == "csv":
        print_csv(rows, [*by, *SECONDARY_COLUMNS], out)
    else:
        shown = (*by, "title", "value", "median", "count", "amount")
        print_table(rows, {name: name for name in shown}, len(by) + 1, _secondary_cell, out)


def _secondary_row(figure: Figure, by: Sequence[str]) -> Row:
    kpi = figure.kpi
    of = {"payer": figure.payer, "month": plain(figure.month)}
    return {name: of[name] for name in by} | {
        "kpi": kpi.name,
        "title": kpi.title,
        "unit": kpi.unit,
        "value": plain(figure.value),
        "median": figure.median,
        "count": figure.count,
        "amount": plain(figure.amount),
    }


def _secondary_cell(name: str, row: Row) -> str:
    value = row[name]
    unit = SECONDARY_BY_NAME[str(row["kpi"])].unit
    if name == "value" and isinstance(value, int | float):
        return short_value(value, unit)
    if name == "median" and isinstance(value, float):
        return exact_value(value, "days")
    if value is None:
        return NO_VALUE if name == "value" else ""
    return str(value)


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
