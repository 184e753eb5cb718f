"""The lists that `python -m kpis` prints: headline figures, secondary figures, journal entries."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TextIO

from data.warehouse import warehouse_folder
from kpis.accounts import accounts_of
from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from kpis.cube import kpi_table
from kpis.engine import Engine
from kpis.filters import Filters
from kpis.format import NO_VALUE, exact_value, short_value
from kpis.journal import COLUMNS as JOURNAL_COLUMNS
from kpis.journal import journal
from kpis.printed import Row, plain, print_csv, print_json, print_table
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


DATA_FORMATS: dict[str, Callable[[Sequence[Row], Sequence[str], TextIO], None]] = {
    "json": lambda rows, _columns, out: print_json(rows, out),
    "csv": print_csv,
}


def print_kpis(engine: Engine, filters: Filters, options: argparse.Namespace, out: TextIO) -> None:
    """The headline figures by the dimensions asked for."""
    by: tuple[str, ...] = options.by
    rows = [_row(row, by) for row in kpi_table(engine, filters, by).to_pylist()]
    if options.format in DATA_FORMATS:
        DATA_FORMATS[options.format](rows, [*by, *COLUMNS], out)
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


def print_secondary(
    engine: Engine, filters: Filters, options: argparse.Namespace, out: TextIO
) -> None:
    """The secondary figures, by payer and month at most."""
    by: tuple[str, ...] = options.by
    figures = secondary_figures(engine, filters, by, options.as_of, within(options))
    rows = [_secondary_row(figure, by) for figure in figures]
    if options.format in DATA_FORMATS:
        DATA_FORMATS[options.format](rows, [*by, *SECONDARY_COLUMNS], out)
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


def print_journal(
    engine: Engine, filters: Filters, options: argparse.Namespace, out: TextIO
) -> None:
    """The journal entries, with the accounts of the warehouse's settings; raises ValueError, see `accounts_of`."""
    lines = journal(engine, filters, accounts_of(warehouse_folder(options.warehouse)))
    rows: list[Row] = [
        {name: plain(getattr(line, name)) for name in JOURNAL_COLUMNS} for line in lines
    ]
    if options.format in DATA_FORMATS:
        DATA_FORMATS[options.format](rows, list(JOURNAL_COLUMNS), out)
    else:
        print_table(rows, JOURNAL_COLUMNS, 3, lambda name, row: str(row[name]), out)


def within(options: argparse.Namespace) -> int:
    """How many days ahead a deadline counts as near."""
    return DAYS_AHEAD if options.within is None else int(options.within)
