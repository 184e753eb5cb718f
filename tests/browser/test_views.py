"""Saved views in a real browser: saved in one window, opened from its link in another."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page, running_app, settle

LINK = "period=Quarter+to+date&compare=vs+prior+year&grain=by+quarter&payer=Cascade+Advantage&cause=Upcoding"
LINE = "Oct 2026 (2026 Q4 to date), Oct 2026 through Oct 30 · vs Oct 2025 · trends by quarter"


def filters_in(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_link_of_a_saved_view_opens_the_same_filters_in_a_new_window(
    browser: Browser, page: Page, sample_warehouse: Path, tmp_path: Path
) -> None:
    own = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, own)
    with running_app(own) as server:
        open_page(page, server, f"payers?{LINK}")
        expect(page.get_by_text(LINE)).to_be_visible()
        page.get_by_role("button", name="Views").click()
        page.get_by_label("Save this page with its filters as").fill("Cascade, upcoding")
        page.get_by_role("button", name="Save view").click()
        link = page.get_by_test_id("stCode").inner_text().strip()
        assert link.startswith(f"{server}/payers?")

        context = browser.new_context(viewport={"width": 1440, "height": 900})
        other = context.new_page()
        other.goto(link)
        settle(other)
        expect(other.get_by_text(LINE)).to_be_visible()
        expect(other.get_by_role("heading", level=1)).to_have_text("Cascade Advantage")
        assert filters_in(other) == parse_qs(LINK)

        open_page(other, server, "")
        other.get_by_role("button", name="Views").click()
        other.locator(".st-key-view_open button").click()
        expect(other.get_by_role("heading", level=1)).to_have_text("Cascade Advantage")
        settle(other)
        assert filters_in(other) == parse_qs(LINK)
        context.close()


def test_a_click_on_a_month_of_the_trend_narrows_the_page_to_it_and_back_returns(
    page: Page, server: str
) -> None:
    open_page(page, server, "?period=Last+3+months&compare=no+comparison")
    page.locator(".st-key-rate_trend .scatterlayer .point").first.click(force=True)
    expect(page.get_by_text("Aug 2026 · no comparison chosen · all payers")).to_be_visible()
    settle(page)
    assert filters_in(page) == {
        "period": ["Custom months"],
        "compare": ["no comparison"],
        "from": ["2026-08"],
        "to": ["2026-08"],
    }
    page.go_back()
    expect(page.locator("strong", has_text="Aug 2026 to Oct 2026")).to_be_visible()
