"""CSV of tables: headings first, and in every row its period, filters, reach and definitions."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
import streamlit as st

from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from screen.csv_files import csv_with, definitions_of
from tests.apps.conftest import OpenPage

TOLD = {
    "_period": "Jan 2025",
    "_filters": "Payers: A; Causes: =cmd",
    "_data_through": "2025-02-20",
    "_definitions": "Offset volume rate: withheld ÷ payments before offsets",
}
ROWS: list[dict[str, object]] = [
    {"payer": "A", "withheld": Decimal("-1.50")},
    {"payer": "=B", "withheld": None},
]


def test_every_row_says_what_it_is() -> None:
    text = csv_with(ROWS, {"payer": "Payer", "withheld": "Withheld"}, TOLD).decode("utf-8-sig")
    told = ["Jan 2025", "Payers: A; Causes: =cmd", "2025-02-20", TOLD["_definitions"]]
    assert list(csv.reader(io.StringIO(text))) == [
        ["Payer", "Withheld", "Period", "Filters", "Data through", "Definitions"],
        ["A", "-1.50", *told],
        ["'=B", "", *told],
    ]


def test_an_empty_table_still_has_its_headings() -> None:
    text = csv_with([], {"payer": "Payer"}, TOLD).decode("utf-8-sig")
    assert text == "Payer,Period,Filters,Data through,Definitions\r\n"


def test_definitions_are_the_catalog_s() -> None:
    rate, withheld = KPI_BY_NAME["offset_volume_rate"], MEASURE_BY_COLUMN["withheld"]
    assert definitions_of(["payer", rate.name, withheld.column]) == (
        f"{rate.title}: {rate.formula}; {withheld.title}: {withheld.definition.partition('. ')[0]}."
    )
    assert definitions_of(["payer"]) == ""


def test_whole_days_and_minus_signs_are_plain_in_a_csv() -> None:
    rows: list[dict[str, object]] = [
        {"days": 12.0, "text": "−$1,234.50"},
        {"days": 12.5, "text": "paid − taken"},
        {"days": None, "text": "-1+cmd()"},
    ]
    text = csv_with(rows, {"days": "Days", "text": "Text"}, {}).decode("utf-8-sig")
    assert [line[:2] for line in csv.reader(io.StringIO(text))][1:] == [
        ["12", "-$1,234.50"],
        ["12.5", "paid - taken"],
        ["", "'-1+cmd()"],
    ]


def test_files_are_named_for_the_first_and_the_last_month(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: set[str] = set()
    draw = st.download_button

    def noted(label: str, *args: Any, **named: Any) -> object:
        names.add(str(named.get("file_name") or args[1]))
        return draw(label, *args, **named)

    monkeypatch.setattr(st, "download_button", noted)
    open_page("payers", period="Custom months", from_="2025-01", to="2025-02")
    assert "payers-2025-01-to-2025-02.csv" in names
    assert any(name.endswith("-2025-01-to-2025-02.png") for name in names)
    names.clear()
    open_page("payers", period="Custom months", from_="2025-02", to="2025-02")
    assert "payers-2025-02.csv" in names
