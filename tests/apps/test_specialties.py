"""Specialties: where in the house it hits."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from tests.apps.conftest import OpenPage, written


def test_heatmap_names_its_largest_cell(open_page: OpenPage) -> None:
    text = written(open_page("specialties"))
    assert "NORTHLAND HEALTH PLAN in Unassigned is the largest: $250 of $250 withheld" in text


def test_hover_of_a_cell_is_exact(open_page: OpenPage) -> None:
    hovers = " ".join(str(trace.get("customdata")) for trace in figure(open_page("specialties")))
    assert "$250.00" in hovers
    assert "2 receivables" in hovers


def test_table_holds_the_exact_figures(open_page: OpenPage) -> None:
    table = open_page("specialties").dataframe[0].value
    assert list(table["specialty"]) == ["Unassigned", "All specialties"]
    assert list(table["withheld"]) == [250.0, 250.0]
    assert list(table["net_cash_impact"]) == [-250.0, -250.0]


def test_nothing_withheld_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("specialties", payer="MERIDIAN MUTUAL")
    assert "Nothing was withheld in this period" in app.info[0].value


def figure(app: AppTest) -> list[dict[str, object]]:
    """The traces of the first chart."""
    traces: list[dict[str, object]] = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    return traces
