"""Notes on dates stand on the trends of every page that has one, not only where they are entered."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.annotations import add_annotation
from data.entered import entered
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
