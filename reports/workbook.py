"""The workbook: a sheet per section with native charts, formulas that recompute the cards, and the rows beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import compute
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts.native import NativeChart, native_chart
from charts.theme import palette
from kpis.format import NO_VALUE
from reports.content import Cell, Column, Report, Section, Table
from reports.section_headlines import formula_of
from reports.text_fit import lines_of
from reports.underlying import CUBE_COLUMNS, OFFSET_COLUMNS, Underlying
from reports.workbook_cells import (
    Formats,
    cells_of,
    formats_of,
    formula,
    safe_text,
    span,
    sum_formula,
    write_value,
)
from reports.workbook_chart import DATA_SHEET, block_height, chart_of, write_block
from reports.workbook_rows import write_rows

ROWS_SHEET, OFFSETS_SHEET = "Rows", "Offsets"
HEADER_ROW = 4
MOST_ROWS = 1_048_576 - HEADER_ROW - 2
NAME_LENGTH = 31
CHART_ROWS = 16
CHART_SIZE = {"x_scale": 1.15, "y_scale": 1.05}
WIDE_CHART_SIZE = {"x_scale": 2.4, "y_scale": 1.3}
LINE_HEIGHT = 15.0
POINTS_PER_WIDTH = 0.073
WIDEST, NARROWEST = 44, 11


@dataclass(frozen=True)
class Book:
    """The workbook being written: formats, and where the next chart's numbers go on the data sheet."""

    file: Workbook
    formats: Formats
    report: Report
    blocks: list[tuple[NativeChart, int]]

    def place(self, drawn: NativeChart) -> int:
        """The first row of the chart's numbers on the data sheet."""
        top = HEADER_ROW
        if self.blocks:
            last, start = self.blocks[-1]
            top = start + block_height(last)
        self.blocks.append((drawn, top))
        return top


def write_workbook(report: Report, rows: Underlying, out: Path) -> None:
    """Writes the XLSX file, row by row, so that memory does not grow with the rows."""
    file = Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False})
    book = Book(file, formats_of(file), report, [])
    _properties(book)
    for section in report.sections:
        if section.cards:
            _cards_sheet(book, section, rows)
        else:
            _section_sheet(book, section)
    _rows_sheet(book, ROWS_SHEET, "What every figure adds up", CUBE_COLUMNS, rows.cube)
    _rows_sheet(book, OFFSETS_SHEET, "Every offset and letter", OFFSET_COLUMNS, rows.offsets)
    if book.blocks:
        _data_sheet(book)
    file.close()


def _properties(book: Book) -> None:
    """What the file says about itself; dated by the load, so that the same data gives the same workbook."""
    scope = book.report.scope
    told = {"title": book.report.title, "subject": scope.source_line, "author": "Takeback"}
    loaded = scope.freshness.loaded_at
    book.file.set_properties(told if loaded is None else told | {"created": loaded})


def _sheet(book: Book, name: str, title: str, columns: tuple[Column, ...]) -> Worksheet:
    """A sheet with its sentence, filters and as-of, and its header row kept in sight."""
    sheet: Worksheet = book.file.add_worksheet(name[:NAME_LENGTH])
    scope, formats = book.report.scope, book.formats
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(column))
    sheet.write_string(0, 0, safe_text(title), formats.title)
    sample = "Sample data: invented payers. " if scope.freshness.is_sample else ""
    sheet.write_string(
        1, 0, safe_text(f"{sample}{scope.period_in_words} · {scope.filters_in_words}"), formats.note
    )
    sheet.write_string(2, 0, f"{scope.as_of_in_words} · {scope.tie_out}", formats.note)
    sheet.freeze_panes(HEADER_ROW + 1, 1 if len(columns) > 2 else 0)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    return sheet


def _width(column: Column) -> float:
    if column.kind == "long text":
        return WIDEST + 16
    if column.kind == "text":
        return 26
    return max(NARROWEST + 4, min(20, len(column.title) * 0.8))


def _cards_sheet(book: Book, section: Section, rows: Underlying) -> None:
    """The headlines, recomputed from the rows beneath, beside their targets."""
    columns = (
        Column("figure", "Figure", "text"),
        Column("value", "Value", "usd"),
        Column("target", "Target", "text"),
        Column("before", "Before", "usd"),
        Column("rests_on", "Rests on", "text"),
    )
    sheet = _sheet(book, section.heading, section.title, columns)
    sheet.set_column(4, 4, WIDEST + 6)
    _header(book, sheet, columns, HEADER_ROW)
    sums = _sums_of_rows(rows.cube)
    for at, card in enumerate(section.cards):
        row, kpi = HEADER_ROW + 1 + at, card.kpi
        style = book.formats.cells[kpi.unit]
        sheet.write_string(row, 0, kpi.title)
        if sums and card.value is not None:
            sheet.write_formula(row, 1, formula(formula_of(kpi), sums, kpi.unit), style, card.value)
        else:
            write_value(sheet, row, 1, kpi.unit, card.value, style)
        sheet.write_string(row, 2, card.status_in_words)
        write_value(sheet, row, 3, kpi.unit, card.before, style)
        sheet.write_string(row, 4, card.rests_on)
    row = HEADER_ROW + 2 + len(section.cards)
    compared = book.report.scope.comparison_in_words or "no earlier months"
    for line in (
        f"Before: {compared}. Values are formulas over the sheet {ROWS_SHEET}.",
        *section.statements,
    ):
        sheet.write_string(row, 0, safe_text(line))
        row += 1


def _sums_of_rows(cube: pa.Table) -> dict[str, str]:
    """Each measure's sum on the rows sheet; none where not all rows have room there."""
    if not 0 < cube.num_rows <= MOST_ROWS:
        return {}
    first, last = HEADER_ROW + 1, HEADER_ROW + cube.num_rows
    return {
        column.name: f"SUM({span(at, first, last, ROWS_SHEET)})"
        for at, column in enumerate(CUBE_COLUMNS)
        if column.is_number
    }


def _section_sheet(book: Book, section: Section) -> None:
    """The section's tables one under the other, its charts to the right."""
    widest = max(section.details, key=lambda table: len(table.columns))
    sheet = _sheet(book, section.heading, section.title, widest.columns)
    row = HEADER_ROW
    for table in section.details:
        if row > HEADER_ROW:
            sheet.write_string(row, 0, safe_text(table.name), book.formats.title)
            row += 1
        row = _table(book, sheet, table, row) + 1
    for line in section.statements:
        sheet.write_string(row, 0, safe_text(line), book.formats.note)
        row += 1
    drawn = [native_chart(chart) for chart in section.charts if chart.kind != "heatmap"]
    for at, chart in enumerate(one for one in drawn if not one.is_empty):
        placed = chart_of(book.file, chart, book.place(chart))
        size = WIDE_CHART_SIZE if section.charts[0].kind == "waterfall" else CHART_SIZE
        told = {"description": chart.alt, **size}
        sheet.insert_chart(HEADER_ROW + at * CHART_ROWS, len(widest.columns) + 1, placed, told)


def _table(book: Book, sheet: Worksheet, table: Table, top: int) -> int:
    """Writes a table whose header is row `top`; the row after it. Formulas carry the value they come to."""
    _header(book, sheet, table.columns, top)
    first = top + 1
    for at, values in enumerate(table.rows):
        _table_row(book, sheet, table.columns, first + at, values)
    last = top + len(table.rows)
    if table.total is not None:
        _total_row(book, sheet, table, first, last)
    if table.shaded and table.rows:
        scale = {
            "type": "2_color_scale",
            "min_color": palette().scale[0],
            "max_color": palette().scale[-1],
        }
        sheet.conditional_format(first, 1, last, len(table.columns) - 1, scale)
    return last + 1 + (table.total is not None)


def _header(book: Book, sheet: Worksheet, columns: Sequence[Column], row: int) -> None:
    sheet.set_row(row, _height(columns, [column.title for column in columns], bold=True))
    for at, column in enumerate(columns):
        style = book.formats.number_header if column.is_number else book.formats.header
        sheet.write_string(row, at, safe_text(column.title), style)


def _height(columns: Sequence[Column], values: Sequence[Cell], *, bold: bool = False) -> float:
    """Points a row takes whose text is wrapped."""
    lines = [
        lines_of(str(value), 11, _width(column) * POINTS_PER_WIDTH, bold=bold)
        for column, value in zip(columns, values, strict=True)
        if isinstance(value, str) and (bold or column.kind == "long text")
    ]
    return max(lines, default=1) * LINE_HEIGHT


def _table_row(
    book: Book, sheet: Worksheet, columns: tuple[Column, ...], row: int, values: tuple[Cell, ...]
) -> None:
    cells = cells_of(columns, row)
    if any(column.kind == "long text" for column in columns):
        sheet.set_row(row, _height(columns, values))
    for at, (column, value) in enumerate(zip(columns, values, strict=True)):
        style = book.formats.cells[column.kind]
        if column.formula:
            text = formula(column.formula, cells, column.kind)
            sheet.write_formula(row, at, text, style, NO_VALUE if value is None else value)
        elif value is not None or (column.is_number and column.total != "none"):
            write_value(sheet, row, at, column.kind, value, style)


def _total_row(book: Book, sheet: Worksheet, table: Table, first: int, last: int) -> None:
    row = last + 1
    cells = cells_of(table.columns, row)
    for at, (column, value) in enumerate(zip(table.columns, table.total or (), strict=True)):
        style = book.formats.totals[column.kind]
        known = NO_VALUE if value is None else value
        if column.total == "sum" and table.rows:
            text = sum_formula(at, first, last, column.kind)
            sheet.write_formula(row, at, text, style, known)
        elif column.total == "formula":
            sheet.write_formula(row, at, formula(column.formula, cells, column.kind), style, known)
        elif value is None:
            sheet.write_blank(row, at, None, style)
        else:
            write_value(sheet, row, at, column.kind, value, style)


def _rows_sheet(
    book: Book, name: str, title: str, columns: tuple[Column, ...], rows: pa.Table
) -> None:
    """All rows, with filters on the header; the sums stand in the row above it."""
    count = min(rows.num_rows, MOST_ROWS)
    left_out = rows.num_rows - count
    told = f"{title}: {count:,} rows" + (
        f"; {left_out:,} more have no room here" if left_out else ""
    )
    sheet = _sheet(book, name, told, columns)
    first, last = HEADER_ROW + 1, HEADER_ROW + count
    if count:
        _sums_above(book, sheet, columns, rows.slice(0, count), first, last)
    _header(book, sheet, columns, HEADER_ROW)
    if count:
        sheet.autofilter(HEADER_ROW, 0, last, len(columns) - 1)
    write_rows(sheet, columns, book.formats.cells, rows.slice(0, count), first)


def _sums_above(
    book: Book, sheet: Worksheet, columns: tuple[Column, ...], rows: pa.Table, first: int, last: int
) -> None:
    for at, column in enumerate(columns):
        if column.total == "sum":
            total = compute.sum(rows.column(column.name)).as_py() or 0
            text = sum_formula(at, first, last, column.kind)
            sheet.write_formula(HEADER_ROW - 1, at, text, book.formats.totals[column.kind], total)


def _data_sheet(book: Book) -> None:
    """The numbers the charts are drawn from; change one and its chart follows."""
    sheet = _sheet(book, DATA_SHEET, "The numbers the charts are drawn from", ())
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 12, 18)
    for drawn, top in book.blocks:
        write_block(sheet, book.formats, drawn, top)
