"""The log of views and exports: who, what, when and the filters, once for each view, never changed."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screen.usage_log import logged, uses
from tests.apps.conftest import APP


@pytest.fixture
def warehouse(small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(small_warehouse, tmp_path / "warehouse")
    (tmp_path / "warehouse" / "usage.sqlite").unlink(missing_ok=True)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path / "warehouse"))
    return tmp_path / "warehouse"


@pytest.mark.usefixtures("warehouse")
def test_a_view_is_kept_once_for_each_page_and_choice_of_filters() -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.run()
    app.selectbox(key="grain").set_value("by quarter").run()
    app.switch_page("pages/causes.py").run()
    assert not app.exception
    assert [(one.deed, one.what, one.filters, one.made_by) for one in reversed(uses())] == [
        ("viewed", "overview", "", "test@example.com"),
        ("viewed", "overview", '{"grain": "by quarter"}', "test@example.com"),
        ("viewed", "causes", '{"grain": "by quarter"}', "test@example.com"),
    ]


@pytest.mark.usefixtures("warehouse")
def test_an_export_is_kept_when_it_is_made_not_when_it_is_offered() -> None:
    offered = logged(lambda: b"rows", "causes.csv", {"cause": ["Upcoding"]})
    assert uses() == []
    assert offered() == b"rows"
    (kept,) = uses()
    assert (kept.deed, kept.what, kept.filters) == (
        "exported",
        "causes.csv",
        '{"cause": ["Upcoding"]}',
    )


def test_what_is_kept_cannot_be_changed(warehouse: Path) -> None:
    logged(lambda: b"", "a.csv")()
    with sqlite3.connect(warehouse / "usage.sqlite") as connection:
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute("update use set made_by = 'nobody'")
        with pytest.raises(sqlite3.DatabaseError, match="append-only"):
            connection.execute("delete from use")


@pytest.mark.usefixtures("warehouse")
def test_what_is_searched_for_is_not_kept() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["offset_search"] = "ACCOUNT-4711"
    app.run()
    app.switch_page("pages/offsets.py").run()
    assert {one.what for one in uses()} == {"overview", "offsets"}
    assert not any("4711" in one.filters for one in uses())


def test_a_page_is_shown_though_its_log_cannot_be_written(warehouse: Path) -> None:
    (warehouse / "usage.sqlite").mkdir()
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert "could not be written to usage.sqlite" in app.warning[0].value
