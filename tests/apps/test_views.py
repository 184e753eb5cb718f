"""Saved views, targets and notes on screen: entered by one, seen by all, on the figures they are about."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.annotations import add_annotation, annotations_in_force
from data.entered import entered
from data.saved_views import save_view, saved_views
from data.targets_entered import fiscal_first_month, set_target, targets_entered
from screen import notes, targets, views
from tests.apps.conftest import APP, written

ANN = "test@example.com"
"""Whom AppTest signs in."""
NORTHLAND = "NORTHLAND HEALTH PLAN"
Open = Callable[..., AppTest]


@pytest.fixture
def folder(small_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own, over the few remittances."""
    own = tmp_path / "warehouse"
    shutil.copytree(small_warehouse, own)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(own))
    return own


def opened(*menus: str, **link: str) -> AppTest:
    """The Overview with some menus open."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in link.items():
        app.query_params[key] = value
    for menu in menus:
        app.session_state[menu] = True
    app.run()
    assert not app.exception
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def metric(app: AppTest, label: str) -> str:
    return str(next(one.value for one in app.metric if one.label == label))


def test_a_view_keeps_the_page_and_its_filters(folder: Path) -> None:
    app = opened(views.OPEN, payer=NORTHLAND, compare="vs prior year", grain="by quarter")
    app.text_input(key=views.NAME).set_value("  Northland   by quarter ")
    click(app, "view_save")
    (view,) = saved_views(entered(folder))
    assert (view.name, view.page, view.made_by) == ("Northland by quarter", "overview", ANN)
    assert view.query == "compare=vs+prior+year&grain=by+quarter&payer=NORTHLAND+HEALTH+PLAN"
    assert [code.value for code in app.code] == [f"/?{view.query}"]


def test_opening_a_view_restores_every_filter_and_clears_the_others(folder: Path) -> None:
    save_view(
        entered(folder), "Causes", "overview", "period=Last+3+months&cause=Documentation", "b"
    )
    app = opened(views.OPEN, payer=NORTHLAND, compare="no comparison")
    click(app, "view_open")
    assert app.multiselect(key="payer").value == []
    assert app.multiselect(key="cause").value == ["Documentation"]
    assert app.selectbox(key="period").value == "Last 3 months"
    assert app.selectbox(key="compare").value == "vs prior period"
    assert metric(app, "Offset volume rate") == "4.29 %"


def test_a_view_opens_its_own_page_without_what_the_data_no_longer_holds(folder: Path) -> None:
    save_view(entered(folder), "Old", "offsets", "payer=GONE&specialty=Unassigned", "b")
    app = opened(views.OPEN)
    click(app, "view_open")
    assert app.title[0].value == "Offsets"
    assert app.multiselect(key="payer").value == []
    assert app.multiselect(key="specialty").value == ["Unassigned"]


def test_a_name_is_needed_and_used_once(folder: Path) -> None:
    app = opened(views.OPEN)
    assert "No view is saved yet" in written(app)
    click(app, "view_save")
    assert [error.value for error in app.error] == [views.NO_NAME]
    for name in ("Board", "BOARD"):
        app.text_input(key=views.NAME).set_value(name)
        click(app, "view_save")
    assert "There is a view named BOARD" in app.error[0].value
    assert [view.name for view in saved_views(entered(folder))] == ["Board"]


def test_a_view_is_renamed_and_deleted(folder: Path) -> None:
    view_id = save_view(entered(folder), "Board", "overview", "", "b")
    app = opened(views.OPEN)
    app.text_input(key=f"{views.NEW_NAME}_{view_id}").set_value("Board, monthly")
    click(app, "view_rename")
    assert [view.name for view in saved_views(entered(folder))] == ["Board, monthly"]
    click(app, "view_delete")
    assert saved_views(entered(folder)) == []
    assert "No view is saved yet" in written(app)


def test_a_target_set_on_screen_is_on_the_card_at_once(folder: Path) -> None:
    app = opened(targets.OPEN)
    assert "Above target (at most 2 %)" in written(app)
    app.number_input(key=f"{targets.HIGH}_offset_volume_rate_").set_value(7.5)
    click(app, "target_set")
    assert [error.value for error in app.error] == [targets.NO_REASON]
    app.number_input(key=f"{targets.HIGH}_offset_volume_rate_").set_value(7.5)
    app.text_input(key=targets.WHY).set_value("board resolution")
    click(app, "target_set")
    assert "On target (at most 7.5 %)" in written(app)
    assert "set by test@example\\.com on" in app.metric[0].help
    assert "board resolution" in app.metric[0].help
    (kept,) = targets_entered(entered(folder))
    assert (kept.at_least, kept.at_most, kept.payer) == (None, Decimal("0.075"), "")
    app.text_input(key=targets.WHY).set_value("withdrawn")
    click(app, "target_undo")
    assert "Above target (at most 2 %)" in written(app)
    assert targets_entered(entered(folder)) == []


def test_a_band_upside_down_is_refused(folder: Path) -> None:
    app = opened(targets.OPEN)
    app.number_input(key=f"{targets.LOW}_offset_volume_rate_").set_value(9)
    app.text_input(key=targets.WHY).set_value("typing too fast")
    click(app, "target_set")
    assert [error.value for error in app.error] == [targets.UPSIDE_DOWN]
    assert targets_entered(entered(folder)) == []


def test_a_payer_s_own_target_is_named_on_its_cards_alone(folder: Path) -> None:
    set_target(entered(folder), "offset_volume_rate", NORTHLAND, None, Decimal("0.1"), "b", "deal")
    assert "Above target (at most 2 %)" in written(opened())
    assert "On target (at most 10 %) · its own target" in written(opened(payer=NORTHLAND))


def test_the_fiscal_year_set_on_screen_moves_periods_and_quarters(folder: Path) -> None:
    app = opened(targets.OPEN, period="Fiscal year to date", grain="by quarter")
    assert "**Jan 2025 to Feb 2025** (2025 to date, calendar year)" in written(app)
    app.selectbox(key=targets.FISCAL).set_value(2).run()
    assert fiscal_first_month(entered(folder)) == 2
    text = written(app)
    assert "**Feb 2025** (FY2026 to date, fiscal year from February)" in text
    assert "The rate was 4.00 % in FY2026 Q1 (Feb)" in text


def test_a_note_is_added_changed_and_removed_and_stands_under_the_trend(folder: Path) -> None:
    app = opened(notes.OPEN)
    app.date_input(key="note_date_new").set_value(date(2025, 2, 1))
    click(app, "note_save")
    assert [error.value for error in app.error] == [notes.NO_TEXT]
    app.date_input(key="note_date_new").set_value(date(2025, 2, 1))
    app.text_input(key="note_text_new").set_value("New audit policy")
    click(app, "note_save")
    assert "**1** Feb 1, 2025: New audit policy" in written(app)
    (note,) = annotations_in_force(entered(folder))
    assert (note.on_date, note.payer, note.made_by) == (date(2025, 2, 1), "", ANN)

    app.selectbox(key=notes.CHOSEN).set_value(note.annotation_id).run()
    app.text_input(key=f"note_text_{note.annotation_id}").set_value("Audit policy in force")
    click(app, "note_save")
    assert "**1** Feb 1, 2025: Audit policy in force" in written(app)
    app.selectbox(key=notes.CHOSEN).set_value(note.annotation_id).run()
    click(app, "note_remove")
    assert "Audit policy" not in written(app)
    assert annotations_in_force(entered(folder)) == []


def test_a_note_on_one_payer_stands_under_its_trend_and_everybody_s(folder: Path) -> None:
    add_annotation(entered(folder), date(2025, 1, 9), "Merger *now*", "MERIDIAN MUTUAL", "b")
    expected = "**1** Jan 9, 2025: Merger \\*now\\* (MERIDIAN MUTUAL)"
    assert expected in written(opened())
    assert expected in written(opened(payer="MERIDIAN MUTUAL"))
    assert "Merger" not in written(opened(payer=NORTHLAND))
    custom = {"period": "Custom months", "from": "2025-02", "to": "2025-02"}
    assert "Merger" not in written(opened(**custom))
