"""Overview: a month as it was first reported, beside what it is now."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loaders.ingest import load
from tests.apps.conftest import APP, OpenPage, taken_back, written
from tests.make_835 import Claim, Remit, file_835
from tests.test_known_on import loaded_at

LATE = Remit("N9", "20250205", [Claim("X", "500.00"), *taken_back("Y", "80.00", "50.00", "16")])


def test_a_month_loaded_once_stands_as_first_reported(open_page: OpenPage) -> None:
    text = written(open_page())
    assert "Feb 2025 stands as first reported" in text
    assert "nothing was loaded since" in text


def test_first_reported_and_now_are_compared_on_request(
    small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "warehouse"
    shutil.copytree(small_warehouse, folder)
    loaded_at(folder, "2031-01-31", "late & more.835", file_835(LATE))
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert "Feb 2025: first reported" in written(app)
    app.button("first_reported").click().run()
    assert not app.exception
    table = app.dataframe[-1].value
    row = table[table["figure"] == "Withheld"].iloc[0]
    assert list(row) == ["Withheld", "$100.00", "$130.00", "+$30.00"]
    assert "`late & more.835`, loaded 2031-01-31 00:00 UTC: 1 remittance of the month" in written(
        app
    )


def test_nothing_posted_has_nothing_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = file_835(Remit("BAD", "20250301", [Claim("Z", "10.00")], payment="10.01"))
    load([Path("off.835")], tmp_path, contents={"off.835": off})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert "has no remittance yet" in written(app)
