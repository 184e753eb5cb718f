"""Causes: why do they take it, what says so, what would prevent it?"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.causes import cause_standings, codes_behind
from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.grown_codes import grown_codes
from loaders.ingest import load
from tests.apps.conftest import APP, OpenPage, taken_back, written
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows


def test_causes_are_ranked_with_what_would_prevent_them(open_page: OpenPage) -> None:
    app = open_page("causes")
    table = app.dataframe[0].value
    assert list(table["cause"]) == ["Documentation", "Medical necessity"]
    assert list(table["withheld"]) == [150.0, 100.0]
    assert list(table["share"]) == [60.0, 40.0]
    assert list(table["control"]) == [
        "Complete, signed records",
        "Clinical validation before billing",
    ]
    text = written(app)
    assert "Documentation is 60 % of $250 withheld" in text
    assert "$150 in Jan 2025, the highest month; the largest part for Documentation" in text


def test_codes_that_grew_and_name_a_cause_are_not_under_hidden_takebacks(
    open_page: OpenPage,
) -> None:
    app = open_page("causes", payer="NORTHLAND HEALTH PLAN")
    (grown,) = (table.value for table in app.dataframe if "growth" in table.value)
    assert list(zip(grown["code"], grown["growth"], strict=True)) == [
        ("CO-16", 150.0),
        ("CO-50", 100.0),
    ]
    text = written(app)
    assert "No correction of the period pays less in a code that names no cause" in text
    assert "Codes that grew and name a cause: nothing is hidden here" in text


def test_hidden_takebacks_list_what_names_no_cause_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write-off that grew by 100.00 hides a takeback; 150.00 for documentation is said."""
    written_off = [
        Claim("D", "-400.00", status="22", adjustments=[("CO", "45", "-50.00")]),
        Claim("D", "300.00", adjustments=[("CO", "45", "150.00")]),
    ]
    remit = Remit("N1", "20250115", [*taken_back("B", "600.00", "450.00", "16"), *written_off])
    load([Path("r.835")], tmp_path, contents={"r.835": file_835(remit)})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/causes.py").run()
    hidden, named = (table.value for table in app.dataframe if "growth" in table.value)
    assert list(zip(hidden["code"], hidden["growth"], strict=True)) == [("CO-45", 100.0)]
    assert list(zip(named["code"], named["growth"], strict=True)) == [("CO-16", 150.0)]
    assert "$100.00 went in reason codes that name no cause" in written(app)


def test_a_code_that_grew_lists_its_corrections_which_open_their_offsets(
    open_page: OpenPage,
) -> None:
    app = open_page("causes", payer="NORTHLAND HEALTH PLAN", grown="CO-16 of NORTHLAND HEALTH PLAN")
    assert "CO-16 of NORTHLAND HEALTH PLAN grew on 1 correction, by $150.00" in written(app)
    (behind,) = (table.value for table in app.dataframe if "corrected_on" in table.value)
    assert list(behind["growth"]) == [150.0]
    assert behind["open"].iloc[0].endswith("Open")
    app.button(key="close_grown").click().run()
    assert not [table for table in app.dataframe if "corrected_on" in table.value]


def test_a_code_that_did_not_grow_lists_nothing(open_page: OpenPage) -> None:
    app = open_page("causes", grown="CO-99 of NOBODY")
    assert not [table for table in app.dataframe if "corrected_on" in table.value]


def test_nothing_withheld_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("causes", payer="MERIDIAN MUTUAL")
    assert "Nothing was withheld or came back in this period" in app.info[0].value


def test_an_empty_month_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page(
        "causes", period="Custom months", from_="2025-02", to="2025-02", payer="MERIDIAN MUTUAL"
    )
    assert len(app.info) == 1


@pytest.mark.parametrize("payer", [None, "Meridian Mutual"])
def test_the_sample_in_full_and_one_payer(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, payer: str | None
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["period"] = "All months"
    if payer:
        app.query_params["payer"] = payer
    app.run()
    app.switch_page("pages/causes.py").run()
    assert not app.exception
    shown = sum(Decimal(f"{value:.2f}") for value in app.dataframe[0].value["withheld"])
    filters = Filters(payers=(payer,) if payer else ())
    assert shown == kpi_table(engine_of(sample_warehouse), filters).to_pylist()[0]["withheld"]


def test_causes_and_codes_of_the_sample_add_up_to_what_was_withheld(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    whole = kpi_table(engine, Filters()).to_pylist()[0]["withheld"]
    assert sum(one.withheld for one in cause_standings(engine, Filters())) == whole
    assert sum(one.withheld for one in codes_behind(engine, Filters())) == whole


def test_every_grown_code_of_the_sample_is_counted_once(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    (all_rows,) = rows(engine, "select count(*) as n, sum(growth) as growth from hidden_takeback")
    found = grown_codes(engine, Filters())
    assert sum(one.corrections for one in found) == all_rows["n"] > 0
    assert sum(one.growth for one in found) == all_rows["growth"]
