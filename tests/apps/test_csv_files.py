"""CSV of tables: headings first, and in every row its period, filters, reach and definitions."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from kpis.catalog import KPI_BY_NAME, MEASURE_BY_COLUMN
from screen.csv_files import csv_with, definitions_of

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
