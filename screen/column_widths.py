"""Columns as wide as their longest text or amount, where the table itself would cut it.

A table on screen measures its first rows and leaves out what is far longer than the rest: names cut in the middle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from kpis.format import exact_usd
from screen.tables import Row

MEASURED_ROWS, FAR_LONGER = 10, 1.5
LETTER_PIXELS, EDGES_PIXELS, WIDEST_PIXELS = 6.5, 20, 320


def fitted(
    rows: Sequence[Row], columns: Mapping[str, ColumnConfig | str]
) -> dict[str, ColumnConfig | str]:
    """The columns, by name, with a width for those of text that would be cut; a width that is set stays."""
    return {name: _fitted(column, _width(rows, name)) for name, column in columns.items()}


def money_fitted(
    rows: Sequence[Row], columns: Mapping[str, ColumnConfig | str]
) -> dict[str, ColumnConfig | str]:
    """The columns, by name, those of dollars wide enough for their head and every amount; for lists that fill the page.

    There the table gives no column more than it measured, often before the letters it is drawn with are there.
    """
    return {
        name: column
        if isinstance(column, str) or (width := _money_width(rows, name, column)) is None
        else _fitted(column, width)
        for name, column in columns.items()
    }


def _money_width(rows: Sequence[Row], name: str, column: ColumnConfig) -> int | None:
    """Pixels; None where the column holds no amounts."""
    amounts = [len(exact_usd(value)) for row in rows if isinstance(value := row.get(name), Decimal)]
    if not amounts:
        return None
    return round(LETTER_PIXELS * max(*amounts, len(column.get("label") or "")) + EDGES_PIXELS)


def _fitted(column: ColumnConfig | str, width: int | None) -> ColumnConfig | str:
    if width is None:
        return column
    if isinstance(column, str):
        return st.column_config.TextColumn(column, width=width)
    if column.get("width") is not None:
        return column
    return cast(ColumnConfig, {**column, "width": width})


def _width(rows: Sequence[Row], name: str) -> int | None:
    """Pixels; None where the table's own measure is enough, or the column is none of text."""
    lengths = [len(text) for row in rows if isinstance(text := row.get(name), str)]
    if not lengths:
        return None
    measured = lengths[:MEASURED_ROWS]
    would_be_seen = [one for one in measured if one <= FAR_LONGER * sum(measured) / len(measured)]
    longest = max(lengths)
    if longest <= max(would_be_seen, default=0):
        return None
    return round(min(LETTER_PIXELS * longest + EDGES_PIXELS, WIDEST_PIXELS))
