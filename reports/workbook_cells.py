"""Cells of a workbook: formats by kind, text that stays text, formulas over named columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts.theme import palette
from data.spreadsheets import harmless
from kpis.format import NO_VALUE
from reports.content import Cell, Column, Kind

NUMBER_FORMATS: dict[Kind, str] = {
    "usd": "$#,##0.00;-$#,##0.00",
    "share": "0.00%",
    "days": "#,##0.0",
    "count": "#,##0",
    "date": "yyyy-mm-dd",
    "month": "mmm yyyy",
    "time": "yyyy-mm-dd hh:mm",
}
_OWN_MARK_UP = "<r>"
_NAME = re.compile(r"[a-z_][a-z_0-9]*")


@dataclass(frozen=True)
class Formats:
    """The formats of one workbook: of cells and of totals by kind, of headers and titles."""

    cells: Mapping[Kind, Format]
    totals: Mapping[Kind, Format]
    header: Format
    number_header: Format
    title: Format
    note: Format


def formats_of(book: Workbook) -> Formats:
    """Makes them; a workbook shares each among all its cells."""
    colours = palette()
    kinds: tuple[Kind, ...] = ("text", "long text", *NUMBER_FORMATS)
    shapes = {kind: _shape(kind) for kind in kinds}
    total = {"bold": True, "top": 1, "bg_color": colours.scale[1]}
    header = {
        "bold": True,
        "font_color": "#ffffff",
        "bg_color": colours.primary,
        "valign": "vcenter",
    }
    return Formats(
        cells={kind: book.add_format(shape) for kind, shape in shapes.items()},
        totals={kind: book.add_format(shape | total) for kind, shape in shapes.items()},
        header=book.add_format(header | {"text_wrap": True}),
        number_header=book.add_format(header | {"text_wrap": True, "align": "right"}),
        title=book.add_format({"bold": True, "font_size": 14, "font_color": colours.text}),
        note=book.add_format({"font_color": colours.muted}),
    )


def _shape(kind: Kind) -> dict[str, object]:
    if kind == "long text":
        return {"text_wrap": True, "valign": "top"}
    return (
        {"num_format": NUMBER_FORMATS[kind], "valign": "top"}
        if kind in NUMBER_FORMATS
        else {"valign": "top"}
    )


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula, not even after saving as CSV: it gets an apostrophe.

    So does "<r>", which the library would take for its own mark-up.
    """
    return f"'{text}" if text.startswith(_OWN_MARK_UP) else harmless(text)


def write_value(
    sheet: Worksheet, row: int, column: int, kind: Kind, value: Cell, style: Format
) -> None:
    """One cell, row and column counted from 0; a missing number says "no value", missing text stays empty."""
    if kind in ("usd", "share", "days", "count"):
        if value is None:
            sheet.write_string(row, column, NO_VALUE, style)
        else:
            sheet.write_number(row, column, value, style)
    elif isinstance(value, date | datetime):
        sheet.write_datetime(row, column, value, style)
    elif value:
        sheet.write_string(row, column, safe_text(str(value)), style)


def formula(expression: str, cells: Mapping[str, str], kind: Kind) -> str:
    """An expression over column names as a spreadsheet's formula; raises KeyError for an unknown name.

    Dollars are rounded to the cent, as sums of binary numbers need; a zero denominator gives "no value".
    """
    text = _NAME.sub(lambda found: cells[found.group()], expression)
    if "/" in expression:
        return f'=IFERROR({text},"{NO_VALUE}")'
    return f"=ROUND({text},2)" if kind == "usd" else f"={text}"


def sum_formula(column: int, first: int, last: int, kind: Kind, sheet: str = "") -> str:
    """The sum of a column's rows, counted from 0; of another sheet where one is named."""
    total = f"SUM({span(column, first, last, sheet)})"
    return f"=ROUND({total},2)" if kind == "usd" else f"={total}"


def span(column: int, first: int, last: int, sheet: str = "") -> str:
    """A column's rows as a spreadsheet names them, counted from 0."""
    name = xl_col_to_name(column, col_abs=True)
    where = f"'{sheet}'!" if sheet else ""
    return f"{where}{name}${first + 1}:{name}${last + 1}"


def cells_of(columns: Sequence[Column], row: int) -> dict[str, str]:
    """Each column's cell in one row, by the column's name."""
    return {column.name: f"{xl_col_to_name(at)}{row + 1}" for at, column in enumerate(columns)}
