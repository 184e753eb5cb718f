"""The decision flow in a real browser: from the list to the offset it is tied to, and back by the offset's match."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from kpis.controls import escalation_rows, escalation_threshold
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from tests.browser.conftest import PATIENCE_MS, open_page, running_app, settle
from tests.decided_matches import TIED, UNDECIDED, figures, item_on, load_two_remittances

expect.set_options(timeout=PATIENCE_MS)


def _in_suspense(page: Page, value: str) -> None:
    card = page.get_by_test_id("stMetric").filter(has_text=re.compile(r"^\s*In suspense"))
    expect(card.get_by_test_id("stMetricValue")).to_have_text(value)


def test_a_withdrawal_is_tied_seen_on_its_offset_and_undone(page: Page, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    load_two_remittances(warehouse)
    number = item_on(warehouse, "CCC1")
    with running_app(warehouse) as address:
        open_page(page, address, "controls")
        _in_suspense(page, "1 · $150.00")
        _open_first_row(page)
        expect(page.locator("mark").filter(has_text="WO:ADJ77")).to_be_visible()
        page.get_by_text(number).click()
        expect(page.get_by_text("If you tie it,")).to_be_visible()
        settle(page)
        page.get_by_label("Why (required)").fill("letter found")
        page.get_by_role("button", name="Tie it to this offset").click()
        expect(page.get_by_text(f"tied to offset {number}").first).to_be_visible()
        _in_suspense(page, "0 · $0.00")
        assert figures(warehouse) == TIED
        page.get_by_role("button", name="Open the offset").click()
        expect(page.get_by_role("heading", level=1, name="Offsets")).to_be_visible()
        expect(page.get_by_text("The proof, step by step")).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Change a match").click()
        page.get_by_role("button", name="WO:ADJ77").click()
        expect(page.get_by_role("heading", level=1, name="Controls")).to_be_visible()
        page.get_by_label("Why undo it (required)").fill("wrong letter")
        page.get_by_role("button", name="Undo").click()
        _in_suspense(page, "1 · $150.00")
        expect(page.get_by_text("left to the rules again")).to_be_visible()
    assert figures(warehouse) == UNDECIDED


def test_a_row_of_a_list_opens_its_offset(page: Page, server: str, sample: DuckDBEngine) -> None:
    largest = escalation_rows(sample, Filters(), escalation_threshold(), 1).to_pylist()[0]
    open_page(page, server, "controls?control=Over+the+threshold&period=All+months")
    _click_first_row(page)
    expect(page.get_by_role("heading", level=1, name="Offsets")).to_be_visible()
    expect(page.get_by_text(largest["receivable_id"]).first).to_be_visible()


def _open_first_row(page: Page) -> None:
    _click_first_row(page)
    expect(page.get_by_text("Back to the list")).to_be_visible()
    settle(page)


def _click_first_row(page: Page) -> None:
    """Clicks the button in the first row; the table is drawn on a canvas."""
    canvas = page.get_by_test_id("stDataFrame").locator("canvas").first
    canvas.wait_for()
    settle(page)
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + 53)
