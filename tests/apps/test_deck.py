"""Board deck: sections and their order, the preview, the files; what it says where there is nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from data.entered import entered
from data.targets_entered import set_target
from kpis.filters import Filters
from reports.content import Section
from reports.material import Material
from reports.sections import HEADINGS, SECTIONS, build_report
from tests.apps.conftest import APP, OpenPage, written
from tests.warehouses import engine_of


def previewed(app: AppTest) -> list[str]:
    """The sentences of the preview in their order, numbers first."""
    return [e.value for e in app.markdown if e.value.split(".")[0].isdigit()]


def test_every_section_is_previewed_with_its_sentence_and_charts(
    open_page: OpenPage, small_warehouse: Path
) -> None:
    app = open_page("deck")
    app.toggle(key="deck_whole").set_value(True).run()
    assert len(previewed(app)) == len(SECTIONS)
    assert "Payers withheld $250" in written(app).replace("\\", "")
    report = build_report(engine_of(small_warehouse), Filters())
    assert len(app.get("image")) == sum(len(section.charts) for section in report.sections)


def test_one_section_is_worked_out_at_a_time(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[str] = []
    for name, section in SECTIONS.items():
        monkeypatch.setitem(SECTIONS, name, partial(noted, worked_out, name, section))
    st.cache_data.clear()
    app = open_page("deck")
    assert worked_out == ["summary"]
    app.button(key="deck_on").click().run()
    assert worked_out == ["summary", "offset_volume_rate"]
    app.selectbox(key="deck_slide").set_value("cash_bridge").run()
    assert [("reached the bank" in line) for line in previewed(app)] == [True]
    app.button(key="deck_back").click().run()
    assert worked_out[2:] == ["cash_bridge", "net_cash_impact"]


def noted(
    names: list[str], name: str, section: Callable[[Material], Section], material: Material
) -> Section:
    """The section as it is, its name kept."""
    names.append(name)
    return section(material)


def test_every_section_is_called_in_the_list_what_it_calls_itself(small_warehouse: Path) -> None:
    report = build_report(engine_of(small_warehouse), Filters())
    assert {section.name: section.heading for section in report.sections} == HEADINGS


def test_sections_are_left_out_and_moved(open_page: OpenPage) -> None:
    app = open_page("deck")
    app.toggle(key="deck_whole").set_value(True).run()
    app.button(key="deck_none").click().run()
    assert [e.value for e in app.info] == [
        "No section is chosen. Tick at least one, then build the files."
    ]
    app.checkbox(key="deck_shown_payers").check()
    app.checkbox(key="deck_shown_cash_bridge").check().run()
    assert ["reached the bank" in line for line in previewed(app)] == [True, False]
    app.button(key="deck_up_payers").click().run()
    assert ["reached the bank" in line for line in previewed(app)] == [False, True]
    app.button(key="deck_usual").click().run()
    assert ["reached the bank" in line for line in previewed(app)] == [True, False]


def test_files_are_built_and_go_stale_with_the_sections(open_page: OpenPage) -> None:
    app = open_page("deck")
    app.button(key="deck_build").click().run()
    assert not app.exception
    names = [button.proto.label for button in app.get("download_button")]
    assert names == ["Slides (PPTX)", "Workbook (XLSX)", "Summary (PDF)"]
    app.checkbox(key="deck_shown_causes").uncheck().run()
    assert [e.value for e in app.info] == [
        "Filters, data or sections have changed since. Build the files again."
    ]
    assert not app.get("download_button")


def test_only_the_files_wanted_are_built(open_page: OpenPage) -> None:
    app = open_page("deck")
    assert not app.get("download_button")
    app.button_group(key="deck_kinds").set_value(["summary"]).run()
    app.button(key="deck_build").click().run()
    (button,) = app.get("download_button")
    assert button.proto.label == "Summary (PDF)"
    app.button_group(key="deck_kinds").set_value([]).run()
    assert app.button(key="deck_build").disabled


def test_preview_and_files_hold_the_targets_the_user_set(warehouse: Path) -> None:
    set_target(entered(warehouse), "offset_volume_rate", "", None, Decimal("0.123"), "b", "plan")
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/deck.py").run()
    assert "at most 12.3 %" in written(app).replace("\\", "")
    app.button_group(key="deck_kinds").set_value(["summary"]).run()
    app.button(key="deck_build").click().run()
    _, made = app.session_state["deck_built"]
    assert "at most 12.3 %" in PdfReader(io.BytesIO(made[".pdf"])).pages[0].extract_text()


def test_an_empty_selection_says_what_to_do(open_page: OpenPage) -> None:
    january = {"period": "Custom months", "from_": "2025-01", "to": "2025-01"}
    app = open_page("deck", payer=["MERIDIAN MUTUAL"], **january)
    assert "Choose another period or other payers" in app.info[0].value
    app.toggle(key="deck_whole").set_value(True).run()
    assert "No values in this period." in written(app).replace("\\", "")
