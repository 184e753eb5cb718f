"""Board deck: sections and their order, the preview, the files; what it says where there is nothing."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from kpis.filters import Filters
from reports.sections import SECTIONS, build_report
from tests.apps.conftest import OpenPage, written
from tests.warehouses import engine_of


def previewed(app: AppTest) -> list[str]:
    """The sentences of the preview in their order, numbers first."""
    return [e.value for e in app.markdown if e.value.split(".")[0].isdigit()]


def test_every_section_is_previewed_with_its_sentence_and_charts(
    open_page: OpenPage, small_warehouse: Path
) -> None:
    app = open_page("deck")
    assert len(previewed(app)) == len(SECTIONS)
    assert "Payers withheld $250" in written(app).replace("\\", "")
    report = build_report(engine_of(small_warehouse), Filters())
    assert len(app.get("image")) == sum(len(section.charts) for section in report.sections)


def test_sections_are_left_out_and_moved(open_page: OpenPage) -> None:
    app = open_page("deck")
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


def test_an_empty_selection_says_what_to_do(open_page: OpenPage) -> None:
    january = {"period": "Custom months", "from_": "2025-01", "to": "2025-01"}
    app = open_page("deck", payer=["MERIDIAN MUTUAL"], **january)
    assert "Choose another period or other payers" in app.info[0].value
    assert "No values in this period." in written(app).replace("\\", "")
