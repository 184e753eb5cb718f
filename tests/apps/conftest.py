"""The app over a few remittances whose figures can be worked out by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loaders.ingest import load
from screen import charts, clock
from tests.make_835 import Claim, Remit, file_835

APP = Path(__file__).resolve().parents[2] / "app.py"

OpenPage = Callable[..., AppTest]


def taken_back(account: str, before: str, after: str, reason: str) -> list[Claim]:
    """A reversal and its correction, the difference adjusted for one reason."""
    less = f"{float(before) - float(after):.2f}"
    return [
        Claim(account, f"-{before}", status="22"),
        Claim(account, after, adjustments=[("CO", reason, less)]),
    ]


REMITTANCES = (
    # January: 1,000.00 paid before offsets, 150.00 withheld at once.
    Remit("N1", "20250115", [Claim("A", "1000.00"), *taken_back("B", "600.00", "450.00", "16")]),
    # February: 2,000.00 paid before offsets, 100.00 withheld at once.
    Remit("N2", "20250215", [Claim("C", "2000.00"), *taken_back("D", "400.00", "300.00", "50")]),
    # February, another payer: 30.00 announced and put off, 5.00 of interest paid on top.
    Remit(
        "M1",
        "20250220",
        [Claim("E", "500.00"), *taken_back("F", "80.00", "50.00", "16")],
        plb=[("WO:F", "-30.00"), ("L6", "-5.00")],
        payer="MERIDIAN MUTUAL",
        payer_id="MM01",
    ),
)


@pytest.fixture(autouse=True)
def a_day_soon_after_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The header compares with one day, whenever the tests run."""
    monkeypatch.setattr(clock, "today", lambda: date(2025, 3, 1))


@pytest.fixture(autouse=True)
def no_browser_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser gets a moment to paint the figures before the first chart; here there is none."""
    monkeypatch.setattr(charts, "FIRST_PAINT_SECONDS", 0)


@pytest.fixture(scope="session")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """REMITTANCES, loaded as one's own data."""
    folder = tmp_path_factory.mktemp("small")
    results = load([Path("small.835")], folder, contents={"small.835": file_835(*REMITTANCES)})
    assert [result.status for result in results] == ["loaded"]
    return folder


@pytest.fixture
def warehouse(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own that holds the sample."""
    folder = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, folder)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    return folder


@pytest.fixture
def open_page(small_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """Opens a page by name, with filters as a link would carry them: open_page("payers", payer=[...])."""

    def opened(name: str = "overview", **filters: str | list[str]) -> AppTest:
        monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(small_warehouse))
        app = AppTest.from_file(APP, default_timeout=60)
        for key, value in filters.items():
            app.query_params[key.rstrip("_")] = value
        app.run()
        if name != "overview":
            app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        return app

    return opened


def written(app: AppTest) -> str:
    """All running text of a page, dollar signs as people see them."""
    texts = [element.value for element in (*app.markdown, *app.caption)]
    return "\n".join(texts).replace("\\$", "$")
