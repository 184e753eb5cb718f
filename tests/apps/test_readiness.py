"""A ledger of another version is worked out again before any page runs; where it cannot be, no page runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from data.warehouse import current_snapshot
from kpis.readiness import is_of_this_version
from tests.apps.conftest import APP
from tests.warehouses import engine_of, written_by_a_later_version


@pytest.fixture
def of_another_version(
    small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    folder = tmp_path / "warehouse"
    shutil.copytree(small_warehouse, folder)
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    with duckdb.connect(str(snapshot)) as connection:
        connection.execute("drop table kpi_cube")
        connection.execute("update ledger_definition set definition = 'of another version'")
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    return folder


def test_the_ledger_is_worked_out_again_and_the_page_shows_its_figures(
    of_another_version: Path,
) -> None:
    before = current_snapshot(of_another_version)
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Overview"
    assert [metric.value for metric in app.metric][3] == r"−\$250"
    assert current_snapshot(of_another_version) != before
    assert is_of_this_version(engine_of(of_another_version))


def test_where_it_cannot_be_the_reason_stands_there_and_no_page(
    of_another_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_snapshot(of_another_version)
    monkeypatch.setenv("TAKEBACK_SNAPSHOTS", "none")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert not app.title
    assert r"TAKEBACK\_SNAPSHOTS, how many snapshots to keep, is 'none'" in app.error[0].value
    assert current_snapshot(of_another_version) == before


def test_entries_of_a_later_version_are_told_and_no_page_runs(
    small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "warehouse"
    shutil.copytree(small_warehouse, folder)
    written_by_a_later_version(folder)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert not app.title
    assert r"by a later version of Takeback \(layout 99, this one knows 1\)" in app.error[0].value


def test_where_the_sample_cannot_be_loaded_the_reason_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path / "new"))
    monkeypatch.setenv("TAKEBACK_SNAPSHOTS", "none")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    assert not app.title
    assert app.error[0].value.startswith("First start: loading the sample data failed.")
    assert r"TAKEBACK\_SNAPSHOTS" in app.error[0].value
