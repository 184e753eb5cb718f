"""Every chart and table of every page tells those who cannot see it what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screen.navigation import PAGES
from tests.apps.conftest import APP

PAYER = "Cascade Advantage"


def untold(app: AppTest) -> list[str]:
    """Charts and tables without a text of their own."""
    charts = [chart.proto for chart in app.get("plotly_chart")]
    tables = [table.proto for table in (*app.dataframe, *app.table)]
    return [
        f"{type(proto).__name__} {proto.id}" for proto in (*charts, *tables) if len(proto.alt) < 12
    ]


@pytest.mark.parametrize(
    ("page", "payers"), [*((page.name, []) for page in PAGES), ("payers", [PAYER])]
)
def test_charts_and_tables_have_a_text(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, page: str, payers: list[str]
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["payer"] = payers
    app.run()
    if page != PAGES[0].name:
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert untold(app) == []
