"""Charts of one page narrow each other, what narrows is seen and taken away, tables are taken along with it."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import open_page, settle
from tests.browser.test_navigation import click_bar, filters_in

CAUSE = "Medical necessity"


def test_a_click_on_a_cause_narrows_its_neighbours_and_a_chip_takes_it_away(
    page: Page, server: str
) -> None:
    open_page(page, server, "causes")
    legend = page.locator(".st-key-cause_trend .legend .traces")
    expect(legend).not_to_have_count(1)
    click_bar(page, "cause_bars", CAUSE)
    chip = page.locator(".st-key-clear_cause button")
    expect(chip).to_contain_text(f"Cause: {CAUSE}")
    settle(page)
    assert filters_in(page) == {"cause": [CAUSE]}
    expect(page.locator(".st-key-cause_trend .barlayer .trace.bars")).to_have_count(1)

    chip.click()
    expect(chip).to_have_count(0)
    settle(page)
    assert filters_in(page) == {}


def test_the_csv_of_a_table_says_what_it_is(page: Page, server: str, tmp_path: Path) -> None:
    open_page(page, server, "causes?payer=Cascade+Advantage&period=Last+3+months")
    with page.expect_download() as downloading:
        page.locator("[class*='st-key-download_causes'] button").click()
    downloading.value.save_as(tmp_path / "causes.csv")
    with (tmp_path / "causes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert {(row["Period"], row["Filters"]) for row in rows} == {
        ("Aug 2026 to Oct 2026", "Payers: Cascade Advantage")
    }
    assert all(row["Data through"].startswith("2026-10-30, loaded 20") for row in rows)
    assert all("Appeal success rate: (full + partial)" in row["Definitions"] for row in rows)


def test_keys_reset_the_filters_and_list_themselves(page: Page, server: str) -> None:
    open_page(page, server, "appeals?payer=Cascade+Advantage")
    page.keyboard.press("Alt+Backspace")
    expect(page).to_have_url(f"{server}/appeals")
    settle(page)
    page.keyboard.press("Alt+k")
    expect(page.get_by_role("dialog")).to_contain_text("Reset every filter")


def test_on_paper_there_is_the_page_and_no_menu(page: Page, server: str) -> None:
    open_page(page, server)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.locator(".st-key-filters")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    whole = "document.querySelector('[data-testid=stMain]').scrollHeight - 1 <= document.body.scrollHeight"
    assert page.evaluate(whole)
