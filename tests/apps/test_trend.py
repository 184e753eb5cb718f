"""Notes on dates stand on the trends of every page that has one, not only where they are entered."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.annotations import add_annotation
from data.entered import entered
from kpis.catalog import KPIS, Kpi
from kpis.format import Value, exact_value
from screen.trend import Step
from tests.apps.conftest import APP, written


@pytest.fixture
def noted(small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse with one note on February."""
    folder = tmp_path / "warehouse"
    shutil.copytree(small_warehouse, folder)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    add_annotation(entered(folder), date(2025, 2, 3), "New audit policy", "", "ana")
    return folder


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize("grain", ["by month", "by quarter"])
@pytest.mark.parametrize(
    ("page", "payer"),
    [
        ("overview", ""),
        ("payers", "NORTHLAND HEALTH PLAN"),
        ("lag", ""),
        ("causes", ""),
        ("specialties", ""),
    ],
)
def test_a_note_stands_on_the_trend_and_below_it(page: str, payer: str, grain: str) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["grain"] = grain
    if payer:
        app.query_params["payer"] = payer
    app.run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert "**1** Feb 3, 2025: New audit policy" in written(app)
    drawn = [
        one.proto.spec for one in app.get("plotly_chart") if "New audit policy" in one.proto.spec
    ]
    assert len(drawn) == 1


FIGURES: dict[str, Value] = {
    "withheld": Decimal("12.50"),
    "payments": Decimal("500.00"),
    "net_cash_impact": Decimal("-12.50"),
    "recovery_rate": 0.25,
    "appeal_success_rate": 0.5,
    "taken_count": 1,
    "lag_count": 2,
    "appeals_full": 2,
    "appeals_partial": 1,
    "appeals_upheld": 3,
}


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_a_point_of_any_kpi_says_what_it_rests_on(kpi: Kpi) -> None:
    told = {
        "offset_volume_rate": "$12.50 of $500.00",
        "recoupment_lag_days": "2 withdrawals with a lag",
        "appeal_success_rate": "6 appeals decided",
        "appeal_success_rate_strict": "6 appeals decided",
    }
    figures = {one.name: None for one in KPIS} | FIGURES
    detail = Step((date(2025, 2, 1),), "Feb 2025", figures).point(kpi).detail
    cases = (
        "1 receivable" if kpi.count == "taken_count" else exact_value(figures[kpi.name], kpi.unit)
    )
    assert detail == f"Feb 2025: {told.get(kpi.name, cases)}"
    assert Step((date(2025, 2, 1),), "Feb 2025", {}).point(kpi).detail == "Feb 2025: nothing posted"
