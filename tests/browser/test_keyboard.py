"""Everything that matters can be done without a mouse: filters, menu, tables."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import open_page, settle

TABS = 120
FOCUSED = """() => {
    const at = document.activeElement;
    const key = at.closest('[class*="st-key-"]');
    const name = key ? [...key.classList].find(one => one.startsWith('st-key-')) : '';
    return at.tagName + ' ' + name + ' ' + (at.getAttribute('aria-label') || at.innerText || at.tagName).slice(0, 80);
}"""


def reach_by_tab(page: Page, wanted: str) -> None:
    """Presses Tab until what is wanted has the focus; fails with the way it took."""
    way = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        way.append(str(page.evaluate(FOCUSED)))
        if wanted in way[-1]:
            return
    raise AssertionError(f"{wanted} was not reached by Tab, but: " + " | ".join(way))


def test_a_period_is_chosen_by_keyboard_alone(page: Page, server: str) -> None:
    open_page(page, server)
    reach_by_tab(page, "st-key-period")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Last 3")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-period input")).to_have_value("Last 3 months")
    settle(page)
    assert "period=Last+3+months" in page.url


def test_a_payer_is_added_and_taken_away_by_keyboard_alone(page: Page, server: str) -> None:
    open_page(page, server, "offsets")
    reach_by_tab(page, "st-key-payer")
    page.keyboard.type("Cascade")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server}/offsets?payer=Cascade+Advantage")
    page.keyboard.press("Backspace")
    expect(page).to_have_url(f"{server}/offsets")


def test_the_menu_opens_a_page_by_keyboard(page: Page, server: str) -> None:
    open_page(page, server)
    reach_by_tab(page, "Outlook")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Outlook")


def test_a_cell_of_the_payer_table_opens_its_payer_by_keyboard(page: Page, server: str) -> None:
    open_page(page, server, "payers")
    table = page.locator(".st-key-payer_table")
    table.scroll_into_view_if_needed()
    table.locator("canvas").first.wait_for()
    reach_by_tab(page, "CANVAS st-key-payer_table")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Payers")
    assert "payer=" in page.url
