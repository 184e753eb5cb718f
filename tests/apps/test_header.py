"""The head of every page: how old the data is, said once it is old, and who may edit."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.engine import DuckDBEngine
from kpis.freshness import freshness
from screen import clock
from screen.settings import Settings, read_settings
from tests.apps.conftest import APP, OpenPage


def test_only_files_that_hold_remittances_are_counted(sample: DuckDBEngine) -> None:
    """The sample has 168 of them, and three lists: letters, appeals, providers."""
    state = freshness(sample)
    assert (state.posted, state.files) == (1563, 168)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2025, 4, 6), ""),
        (date(2025, 4, 7), "Data ends Feb 20, 2025, 46 days ago."),
        (date(2025, 7, 21), "Data ends Feb 20, 2025, 4 months ago."),
        (date(2025, 7, 23), "Data ends Feb 20, 2025, 5 months ago."),
        (date(2028, 3, 1), "Data ends Feb 20, 2025, 3 years ago."),
        (date(2024, 1, 1), ""),
    ],
)
def test_old_data_is_said_in_words(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, today: date, said: str
) -> None:
    monkeypatch.setattr(clock, "today", lambda: today)
    warned = [one.value for one in open_page().warning]
    if not said:
        assert warned == []
    else:
        assert [text.partition(" What payers")[0] for text in warned] == [said]


def test_the_sample_is_never_said_to_be_old(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    monkeypatch.setattr(clock, "today", lambda: date(2040, 1, 1))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.warning
    assert any("Sample data" in one.value for one in app.markdown)


@pytest.fixture
def set_by_the_administrator(
    small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The settings file of a warehouse of the test's own."""
    shutil.copytree(small_warehouse, tmp_path / "warehouse")
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path / "warehouse"))
    return tmp_path / "warehouse" / "settings.toml"


def test_the_administrator_says_what_is_old(
    set_by_the_administrator: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_by_the_administrator.write_text("stale_after_days = 5")
    monkeypatch.setattr(clock, "today", lambda: date(2025, 2, 26))
    (warned,) = AppTest.from_file(APP, default_timeout=60).run().warning
    assert warned.value.startswith("Data ends Feb 20, 2025, 6 days ago.")


@pytest.mark.parametrize(("editors", "may"), [("Test@Example.com", True), ("someone", False)])
def test_only_the_people_named_may_set_targets_and_notes(
    set_by_the_administrator: Path, editors: str, may: bool
) -> None:
    set_by_the_administrator.write_text(f'editors = ["{editors}"]')
    app = AppTest.from_file(APP, default_timeout=60)
    app.session_state["targets"] = app.session_state["notes"] = True
    app.run()
    assert not app.exception
    keys = {button.key for button in app.button}
    assert ({"target_set", "note_save"} <= keys) is may
    assert any("test@example.com" in one.value for one in app.info) is not may


@pytest.mark.parametrize(
    "text", ["editors = [", 'editors = "ana"', "stale_after_days = 0", "stale_after_days = true"]
)
def test_settings_that_cannot_be_read_let_nobody_edit_and_say_why(text: str) -> None:
    found = read_settings(text)
    assert found.editors == frozenset()
    assert found.problem.startswith("settings.toml")


def test_without_settings_everybody_may_edit() -> None:
    assert read_settings("") == Settings(stale_after_days=45, editors=None, problem="")
