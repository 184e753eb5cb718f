"""The workbook: formulas that come to the cards, native charts, rows that stay text, and the command's figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kpis.__main__ import main as kpis
from kpis.catalog import HEADLINES
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from reports.sections import build_report
from reports.underlying import OFFSET_COLUMNS, underlying
from reports.workbook import HEADER_ROW, write_workbook

LATEST = Filters(since=date(2026, 8, 1))
SINCE = ("--since", "2026-08")
CARDS, ROWS, OFFSETS = "Summary", "Rows", "Offsets"
_SUM = re.compile(r"SUM\((?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)\)")
_CELL = re.compile(r"\b([A-Z]{1,2})(\d+)\b")
Number = float | str


@pytest.fixture(scope="module")
def file(sample: DuckDBEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook over the sample's last months."""
    out = tmp_path_factory.mktemp("workbook") / "report.xlsx"
    write_workbook(build_report(sample, LATEST), underlying(sample, LATEST), out)
    return out


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    """Formulas as they are written."""
    return load_workbook(file)


def value(book: Workbook, sheet: str, cell: str) -> Number:
    """What a cell comes to, its formula worked out here: sums, the four rules, ROUND and IFERROR."""
    found = book[sheet][cell].value
    if not (isinstance(found, str) and found.startswith("=")):
        return found if found is not None else 0.0
    text = _SUM.sub(lambda m: repr(total(book, m.group(1) or sheet, *m.group(2, 3, 4))), found[1:])
    fallback = None
    if text.startswith("IFERROR("):
        text, fallback = text.removeprefix("IFERROR(").rsplit(",", 1)
    text = text.replace("ROUND", "round")
    text = _CELL.sub(lambda m: repr(value(book, sheet, m.group())), text)
    try:
        return float(eval(text, {"round": round}))  # the expression is made of numbers by now
    except ZeroDivisionError:
        assert fallback is not None, found
        return fallback.strip(')"')


def total(book: Workbook, sheet: str, column: str, first: str, last: str) -> float:
    """A sum of cells, exact to the cent."""
    cells = (value(book, sheet, f"{column}{row}") for row in range(int(first), int(last) + 1))
    return float(sum((Decimal(str(one)) for one in cells if not isinstance(one, str)), Decimal(0)))


def table_rows(sheet: Worksheet) -> dict[str, int]:
    """The sheet's first table: the row of each name in its first column, down to the total."""
    found: dict[str, int] = {}
    for row in range(HEADER_ROW + 2, sheet.max_row + 1):
        found[str(sheet.cell(row, 1).value)] = row
        if sheet.cell(row, 1).value == "Total":
            break
    return found


def same(name: str, written: Number, told: object) -> bool:
    """To the cent for money; as exact as the command prints it for shares and days."""
    if told is None:
        return written == "no value"
    if name == "net_cash_impact":
        return Decimal(str(round(float(written), 2))) == Decimal(str(told)).normalize()
    return float(written) == pytest.approx(float(str(told)), abs=1e-12)


@pytest.fixture
def printed(
    sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[dict[str, object]]]:
    def run(*options: str) -> list[dict[str, object]]:
        assert (
            kpis(["--warehouse", str(sample_warehouse), "--format", "json", *SINCE, *options]) == 0
        )
        rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
        return rows

    return run


def test_formulas_come_to_the_command_s_figures_per_payer_and_in_total(
    book: Workbook, printed: Callable[..., list[dict[str, object]]]
) -> None:
    told = {str(row["payer"]): row for row in printed("--by", "payer")} | {"Total": printed()[0]}
    for kpi in HEADLINES:
        sheet = book[kpi.title]
        column = next(cell for cell in sheet[HEADER_ROW + 1] if cell.value == kpi.title)
        rows = table_rows(sheet)
        assert rows.keys() == told.keys()
        for payer, row in rows.items():
            written = value(book, kpi.title, f"{column.column_letter}{row}")
            assert same(kpi.name, written, told[payer][kpi.name]), (kpi.name, payer)


def test_cards_are_formulas_over_the_rows(
    book: Workbook, printed: Callable[..., list[dict[str, object]]]
) -> None:
    (told,) = printed()
    for at, kpi in enumerate(HEADLINES):
        cell = f"B{HEADER_ROW + 2 + at}"
        assert "'Rows'!" in book[CARDS][cell].value
        assert same(kpi.name, value(book, CARDS, cell), told[kpi.name]), kpi.name


def test_values_kept_beside_formulas_are_what_they_come_to(book: Workbook, file: Path) -> None:
    kept = load_workbook(file, data_only=True)
    checked = 0
    for name in book.sheetnames:
        if name in (ROWS, OFFSETS):
            continue
        for row in book[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    checked += 1
                    now = value(book, name, cell.coordinate)
                    known = kept[name][cell.coordinate].value
                    assert now == (
                        pytest.approx(known) if isinstance(known, int | float) else known
                    ), (
                        name,
                        cell.coordinate,
                    )
    assert checked > 100


def test_the_offsets_listed_come_to_the_cards(
    book: Workbook, printed: Callable[..., list[dict[str, object]]]
) -> None:
    (told,) = printed()
    titles = [cell.value for cell in book[OFFSETS][HEADER_ROW + 1]]
    for title, name in (("Withheld", "withheld"), ("Came back", "recovered")):
        cell = book[OFFSETS].cell(HEADER_ROW, titles.index(title) + 1)
        assert Decimal(str(round(float(value(book, OFFSETS, cell.coordinate)), 2))) == Decimal(
            str(told[name])
        )
    assert "Patient" not in " ".join(str(title) for title in titles)


def test_every_offset_is_written_as_it_is(book: Workbook, sample: DuckDBEngine) -> None:
    kept = underlying(sample, LATEST).offsets.to_pylist()
    written = [
        [cell.value for cell in row] for row in book[OFFSETS].iter_rows(min_row=HEADER_ROW + 2)
    ]
    assert len(written) == len(kept) > 50
    for told, cells in zip(kept, written, strict=True):
        found = dict(zip(told, cells, strict=True))
        assert (found["payer"], found["lag_days"]) == (told["payer"], told["lag_days"])
        for name in ("notice_date", "first_withdrawal"):
            assert (found[name] and found[name].date()) == told[name]
        for name in ("withheld", "open_balance"):
            assert Decimal(str(found[name])) == told[name]


def test_every_sheet_has_its_sentence_its_filters_and_a_header_that_stays(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert len(str(sheet["A1"].value).split()) > 3, sheet.title
        assert "All payers" in str(sheet["A2"].value), sheet.title
        assert "Data through" in str(sheet["A3"].value), sheet.title
        assert sheet.freeze_panes in ("A6", "B6"), sheet.title
    assert {"Definitions", "Filters and sources"} <= set(book.sheetnames)


def test_charts_are_native_and_hold_the_screen_s_numbers(
    book: Workbook, sample: DuckDBEngine
) -> None:
    drawn = {sheet.title: len(sheet._charts) for sheet in book.worksheets if sheet._charts}
    assert drawn == {
        **{kpi.title: 2 for kpi in HEADLINES},
        "Cash bridge": 1,
        "Causes": 1,
        "Appeals and recovery": 1,
        "Open exposure": 2,
        "Outlook": 1,
    }
    (section,) = build_report(sample, LATEST, ["net_cash_impact"]).sections
    data = [[cell.value for cell in row] for row in book["Chart data"].iter_rows()]
    start = next(at for at, row in enumerate(data) if row[0] == section.charts[1].title)
    written = {row[0]: row[1] for row in data[start + 2 : start + 2 + len(section.charts[1].x)]}
    shown = {
        series.name: float(amount)
        for series in section.charts[1].series
        for amount in series.values
        if amount is not None
    }
    assert written == shown


def test_text_that_looks_like_a_formula_stays_text(sample: DuckDBEngine, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x")'
    rows = underlying(sample, LATEST)
    names = ["payer", "cause", "letter_number"]
    offsets = rows.offsets.slice(0, 1)
    for name, text in zip(names, (evil, "+1+1", "@x"), strict=True):
        at = offsets.column_names.index(name)
        offsets = offsets.set_column(at, name, pa.array([text]))
    report = build_report(sample, LATEST, ["payers"])
    out = tmp_path / "report.xlsx"
    write_workbook(replace(report, title="=1+1"), replace(rows, offsets=offsets), out)
    sheet = load_workbook(out)[OFFSETS]
    cells = {cell.value for cell in sheet[HEADER_ROW + 2]}
    assert {f"'{evil}", "'+1+1", "'@x"} <= cells
    assert all(cell.data_type != "f" for cell in sheet[HEADER_ROW + 2])


def test_an_empty_period_has_every_sheet_and_no_value(sample: DuckDBEngine, tmp_path: Path) -> None:
    empty = Filters(date(2031, 1, 1), date(2031, 4, 1))
    out = tmp_path / "report.xlsx"
    write_workbook(build_report(sample, empty), underlying(sample, empty), out)
    made = load_workbook(out)
    assert [made[CARDS].cell(HEADER_ROW + 2 + at, 2).value for at in range(4)] == ["no value"] * 4
    assert made[ROWS].max_row == HEADER_ROW + 1
    assert len(OFFSET_COLUMNS) == made[OFFSETS].max_column
