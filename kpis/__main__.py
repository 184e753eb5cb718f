"""The command that prints figures: python -m kpis [--by payer,month]..."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.warehouse import ENVIRONMENT_VARIABLE, current_snapshot, warehouse_folder
from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from kpis.cube import DIMENSIONS, kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters, payer_key
from kpis.format import short_value
from kpis.periods import add_months, parse_month

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
EXIT_OK, EXIT_NO_DATA, EXIT_USAGE = 0, 1, 2

Row = dict[str, object]


def main(arguments: list[str] | None = None) -> int:
    """Prints KPIs by the dimensions asked for; 0 done, 1 nothing is loaded, 2 usage."""
    options = _parser().parse_args(arguments)
    snapshot = current_snapshot(warehouse_folder(options.warehouse))
    if snapshot is None:
        folder = warehouse_folder(options.warehouse)
        print(
            f"kpis: nothing is loaded in {folder}. Load exports first: python -m loaders PATH --warehouse {folder}",
            file=sys.stderr,
        )
        return EXIT_NO_DATA
    engine = DuckDBEngine(snapshot)
    unknown = _unknown_payers(engine, options.payer)
    if unknown:
        print(
            f"kpis: no payer is called {unknown[0]!r}; python -m kpis --by payer lists them",
            file=sys.stderr,
        )
        return EXIT_USAGE
    filters = Filters(
        since=options.since,
        until=add_months(options.until, 1) if options.until else None,
        payers=tuple(options.payer),
    )
    rows = [_row(row, options.by) for row in kpi_table(engine, filters, options.by).to_pylist()]
    {"json": _print_json, "csv": _print_csv, "table": _print_table}[options.format](
        rows, options.by
    )
    return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kpis", description="Prints the KPIs of the warehouse."
    )
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )
    parser.add_argument(
        "--by", type=_dimensions, default=(), metavar="payer,month,...", help=", ".join(DIMENSIONS)
    )
    parser.add_argument("--since", type=_month, metavar="YYYY-MM", help="first month")
    parser.add_argument("--until", type=_month, metavar="YYYY-MM", help="last month, included")
    parser.add_argument(
        "--payer",
        action="append",
        default=[],
        metavar="NAME",
        help="only this payer; may be repeated",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    return parser


def _dimensions(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in DIMENSIONS:
            raise argparse.ArgumentTypeError(
                f"{name!r} is no dimension; choose from {', '.join(DIMENSIONS)}"
            )
    return names


def _month(text: str) -> date:
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _unknown_payers(engine: DuckDBEngine, names: list[str]) -> list[str]:
    known = set(engine.query("select payer_key from payer").column("payer_key").to_pylist())
    return [name for name in names if payer_key(name) not in known]


def _row(row: Row, by: Sequence[str]) -> Row:
    """One row as it is printed: money as text with two decimals, months as YYYY-MM."""
    counts = (row["appeals_full"], row["appeals_partial"], row["appeals_upheld"])
    row = {**row, "appeals_decided": sum(count for count in counts if isinstance(count, int))}
    return {name: _plain(row[name]) for name in (*by, *COLUMNS)}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return value


def _print_json(rows: list[Row], by: Sequence[str]) -> None:  # noqa: ARG001
    print(json.dumps(rows, indent=2, ensure_ascii=False))


def _print_csv(rows: list[Row], by: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*by, *COLUMNS])
    writer.writerows([_safe_cell(value) for value in row.values()] for row in rows)


def _safe_cell(value: object) -> object:
    """A name that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _print_table(rows: list[Row], by: Sequence[str]) -> None:
    table = Table(*(name.replace("_", " ") for name in by))
    for name in COLUMNS:
        table.add_column(_title(name), justify="right")
    for row in rows:
        table.add_row(
            *(str(row[name]) for name in by), *(_cell(name, row[name]) for name in COLUMNS)
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _title(name: str) -> str:
    if name in KPI_BY_NAME:
        return KPI_BY_NAME[name].title
    return MEASURE_BY_COLUMN[name].title if name in MEASURE_BY_COLUMN else "Appeals decided"


def _cell(name: str, value: object) -> str:
    if name in KPI_BY_NAME and isinstance(value, float):
        return short_value(value, KPI_BY_NAME[name].unit)
    return "no value" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
