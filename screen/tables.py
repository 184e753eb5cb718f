"""Tables as people read and take them: money with two decimals on screen, safe cells in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from data.spreadsheets import harmless
from kpis.format import MINUS
from kpis.money import NOTHING

Row = Mapping[str, object]


def shown(rows: Sequence[Row], columns: Sequence[str]) -> pd.DataFrame:
    """Rows as a frame for st.dataframe only: decimals as numbers, dates as dates, no index of meaning."""
    return pd.DataFrame(
        {name: [_as_number(row.get(name)) for row in rows] for name in columns},
        columns=list(columns),
    )


def dollars(label: str, help: str | None = None) -> ColumnConfig:
    """A column of dollars and cents."""
    return st.column_config.NumberColumn(label, help=help, format="dollar")


def counts(label: str, help: str | None = None) -> ColumnConfig:
    """A column of whole numbers, thousands apart."""
    return st.column_config.NumberColumn(label, help=help, format="localized")


def percent(label: str, help: str | None = None) -> ColumnConfig:
    """A column of percentages, given as numbers from 0 to 100."""
    return st.column_config.NumberColumn(label, help=help, format="%.2f %%")


def escaped(text: str) -> str:
    """Text for Markdown: a pair of dollar signs would be taken for a formula."""
    return text.replace("$", r"\$")


def with_total(
    rows: Sequence[Row], named: str, *, values: Row | None = None, name: str = "Total"
) -> list[dict[str, object]]:
    """The rows and, below, one called `name` in the column `named`: the sums of decimals, else what `values` say.

    `values` are for figures that do not add up, such as rates: None leaves a cell empty.
    """
    if not rows:
        return []
    summed = {
        column: sum((Decimal(str(row[column])) for row in rows), NOTHING)
        for column, first in rows[0].items()
        if isinstance(first, Decimal)
    }
    return [*(dict(row) for row in rows), {**summed, **(values or {}), named: name}]


def csv_bytes(rows: Sequence[Row], columns: Mapping[str, str]) -> bytes:
    """CSV in UTF-8 with a byte order mark; money in full, ISO dates, whole numbers whole, a plain minus.

    No cell that a spreadsheet would run: an amount in words, as "-$0.10" or "+2 days", is none.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns.values())
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value.replace(MINUS, "-")) if isinstance(value, str) else value


def _as_number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
