"""A page without anything to show says what to do: load remittances, or reset what narrows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loaders.ingest import load
from tests.apps.conftest import APP, OpenPage, written

PAGES = ("payers", "specialties", "causes", "lag", "appeals", "offsets")
ROSTER = "NPI,Provider Name,Specialty,Facility\n1234567893,Hale,Cardiology,Harbor\n"


@pytest.fixture(scope="module")
def nothing_posted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with a roster and no remittance."""
    folder = tmp_path_factory.mktemp("nothing")
    load([Path("providers.csv")], folder, contents={"providers.csv": ROSTER.encode()})
    return folder


@pytest.mark.parametrize("page", ["overview", *PAGES])
def test_where_nothing_is_posted_a_page_leads_to_the_data_page(
    page: str, nothing_posted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(nothing_posted))
    app = AppTest.from_file(APP, default_timeout=60).run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert [
        "Nothing is posted yet, so there is nothing to show." in one.value for one in app.info
    ] == [True]
    assert "Widen the period" not in written(app)


@pytest.mark.parametrize("page", ["causes", "lag", "offsets"])
def test_where_filters_leave_nothing_one_click_resets_them(page: str, open_page: OpenPage) -> None:
    app = open_page(page, payer="MERIDIAN MUTUAL", cause="Medical necessity")
    (told,) = app.info
    assert told.value.endswith("Widen the period or reset the filters.")
    app.button(key="reset_for_something").click().run()
    assert not app.exception
    assert list(app.info) == []
    assert app.multiselect(key="payer").value == []
    assert app.dataframe
