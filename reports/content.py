"""What a report consists of: sections with sentences, charts and tables, as data for any kind of file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from charts.spec import ChartSpec
from kpis.cards import Card
from kpis.catalog import Unit
from kpis.format import NO_VALUE, exact_value, short_value
from reports.scope import Scope

Cell = str | Decimal | float | int | date | datetime | None
Kind = Unit | Literal["text", "long text", "date", "month", "time"]
Total = Literal["none", "sum", "formula"]


@dataclass(frozen=True)
class Column:
    """One column. formula: an expression over other columns' names, which a workbook computes.

    total: what stands below it; "formula" is the same expression over the totals.
    """

    name: str
    title: str
    kind: Kind
    formula: str = ""
    total: Total = "none"

    @property
    def is_number(self) -> bool:
        return self.kind in ("usd", "share", "days", "count")


@dataclass(frozen=True)
class Table:
    """Rows under named columns; `total` is the last row, as computed by the KPIs and not by adding up here.

    alt: what a reader who cannot see it is told. shaded: cells are coloured by their size.
    """

    name: str
    alt: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    shaded: bool = False
    short: bool = False


@dataclass(frozen=True)
class Section:
    """One question answered. title: a sentence computed from the data. heading: its name in a list.

    charts and tables are what fits a page; `details` the whole tables, for a workbook. statements: sentences
    beneath. notes: the figures behind it, for whoever speaks.
    """

    name: str
    heading: str
    title: str
    notes: str
    charts: tuple[ChartSpec, ...] = ()
    tables: tuple[Table, ...] = ()
    details: tuple[Table, ...] = ()
    statements: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything a deck, workbook or paper shows, computed once."""

    heading: str
    title: str
    scope: Scope
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]


def cell_in_words(cell: Cell, kind: Kind, *, short: bool = False) -> str:
    """A cell as people read it: exact unless `short`; empty text stays empty, a missing number is "no value"."""
    if cell is None:
        return NO_VALUE if kind in ("usd", "share", "days", "count") else ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M} UTC"
    if isinstance(cell, date):
        return f"{cell:%b %Y}" if kind == "month" else cell.isoformat()
    if isinstance(cell, str):
        return cell
    if kind == "usd" and not short:
        return exact_value(cell, "usd")
    if kind in ("usd", "share", "days", "count"):
        return short_value(cell, kind).removesuffix(" days")
    return str(cell)


def told(table: Table) -> str:
    """A table as lines of text, exact, for notes: one line per row."""
    rows: Iterable[tuple[Cell, ...]] = (*table.rows, *((table.total,) if table.total else ()))
    return "\n".join(
        "; ".join(
            f"{column.title}: {cell_in_words(cell, column.kind)}"
            if at
            else cell_in_words(cell, column.kind)
            for at, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        )
        for row in rows
    )
