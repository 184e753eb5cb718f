"""Ways through the app in a real browser: drill-down, links, origins, phone, dark."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from screen.navigation import PAGES
from tests.browser.conftest import of_others, open_page, running_app, settle

PAYER = "Cascade Advantage"
PATHS = tuple("" if page is PAGES[0] else page.name for page in PAGES)


def filters_in(page: Page) -> dict[str, list[str]]:
    """What the address holds."""
    return parse_qs(urlsplit(page.url).query)


def click_bar(page: Page, chart: str, name: str) -> None:
    """Clicks the bar beside its label."""
    label = page.locator(f".st-key-{chart} .yaxislayer-above text", has_text=name)
    label.wait_for()
    box = label.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] + 25, box["y"] + box["height"] / 2)


def test_a_click_on_a_payer_leads_to_its_page_and_on_to_its_offsets(
    page: Page, server: str
) -> None:
    open_page(page, server, "payers")
    click_bar(page, "payer_bars", PAYER)

    expect(page.get_by_role("heading", level=1)).to_have_text(PAYER)
    expect(page).to_have_url(f"{server}/payers?payer=Cascade+Advantage")

    page.get_by_role("link", name="Show its offsets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offsets")
    expect(page).to_have_url(f"{server}/offsets?payer=Cascade+Advantage")
    expect(page.locator(".st-key-payer")).to_contain_text(PAYER)


def test_a_click_on_a_cell_of_the_heatmap_narrows_the_page_and_a_second_opens_the_offsets(
    page: Page, server: str
) -> None:
    open_page(page, server, "specialties")
    page.locator(".st-key-specialty_heatmap .scatterlayer .point").first.click(force=True)
    expect(page.locator(".st-key-clear_specialty")).to_be_visible()
    settle(page)
    chosen = filters_in(page)
    assert len(chosen["payer"]) == 1
    assert len(chosen["specialty"]) == 1
    expect(page.locator(".st-key-payer")).to_contain_text(chosen["payer"][0])

    page.locator(".st-key-specialty_heatmap .scatterlayer .point").first.click(force=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Offsets")
    assert filters_in(page) == chosen


def test_a_link_restores_the_filters(page: Page, server: str) -> None:
    open_page(
        page,
        server,
        "payers?period=Last+3+months&compare=vs+prior+year&payer=Cascade+Advantage"
        "&payer=Meridian+Mutual&specialty=Cardiology",
    )
    expect(page.locator(".st-key-period input")).to_have_value("Last 3 months")
    expect(page.locator(".st-key-compare input")).to_have_value("vs prior year")
    expect(page.locator(".st-key-payer")).to_contain_text("Cascade Advantage")
    expect(page.locator(".st-key-payer")).to_contain_text("Meridian Mutual")
    expect(page.get_by_text("Specialty: Cardiology", exact=True)).to_be_visible()


def test_filters_stay_when_another_page_is_chosen_in_the_menu(page: Page, server: str) -> None:
    open_page(page, server, "?payer=Cascade+Advantage&period=Last+6+months")
    page.get_by_role("link", name="Specialties").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Specialties")
    settle(page)

    expect(page.locator(".st-key-payer")).to_contain_text(PAYER)
    expect(page.locator(".st-key-period input")).to_have_value("Last 6 months")
    assert filters_in(page) == {"payer": [PAYER], "period": ["Last 6 months"]}


@pytest.mark.parametrize("first", ["", "causes", "definitions"])
def test_a_link_may_be_the_first_visit_to_a_new_server(
    page: Page, sample_warehouse: Path, first: str
) -> None:
    with running_app(sample_warehouse) as server:
        for path in (first, PATHS[PATHS.index(first) - 1]):
            open_page(page, server, f"{path}?payer=Cascade+Advantage")
            expect(page.locator(".st-key-payer")).to_contain_text(PAYER)


def test_what_a_page_asks_of_others_is_seen(page: Page, server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    open_page(page, server)
    assert any(address.startswith("ws:") for address in asked)
    assert of_others(asked) == []
    assert of_others(["https://fonts.example/a.woff", "data:,", "ws://1.2.3.4/", server]) == [
        "https://fonts.example/a.woff",
        "ws://1.2.3.4/",
    ]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_stands_on_a_phone_in_the_dark_theme(page: Page, server: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    open_page(page, server, f"{path}?payer=Cascade+Advantage")
    widths = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=\"stMain\"]');"
        " return [main.scrollWidth, document.documentElement.scrollWidth] }"
    )
    background = page.locator('[data-testid="stApp"]').evaluate(
        "element => getComputedStyle(element).backgroundColor"
    )
    text = page.get_by_role("heading", level=1).evaluate("h => getComputedStyle(h).color")
    assert max(widths) <= 390
    assert background == "rgb(16, 23, 31)"
    assert text == "rgb(231, 237, 243)"
    assert page.locator('[data-testid="stException"]').count() == 0


def back_to(page: Page, title: str) -> dict[str, list[str]]:
    """Goes back to the page of this title; what its address holds then.

    Where the menu opens a page, Streamlit's browser side leaves out what stands in a closed popover until the server
    puts it back; now and then it makes a view of that, too, and it takes a second step back to leave the page.
    """
    page.go_back()
    settle(page)
    if page.get_by_role("heading", level=1).text_content() != title:
        page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    settle(page)
    return filters_in(page)


def test_back_from_a_drill_down_keeps_every_filter_in_force_in_the_address(
    page: Page, server: str
) -> None:
    """Specialty stands behind "More filters", whose widgets the browser does not hold while it is closed."""
    link = "payer=Northland+Health+Plan&period=Last+6+months&specialty=Cardiology"
    open_page(page, server, f"specialties?{link}")
    page.locator(".st-key-specialty_heatmap .scatterlayer .point").first.click(force=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Offsets")
    settle(page)
    assert filters_in(page) == parse_qs(link)
    page.get_by_role("link", name="Causes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Causes")
    settle(page)
    assert filters_in(page) == parse_qs(link)

    assert back_to(page, "Offsets") == parse_qs(link)
    assert back_to(page, "Specialties") == parse_qs(link)
    expect(page.get_by_text("Specialty: Cardiology", exact=True)).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offsets")
    settle(page)
    assert filters_in(page) == parse_qs(link)


def test_what_one_click_sets_is_one_view_to_go_back_from(page: Page, server: str) -> None:
    open_page(page, server, "?compare=no+comparison&payer=Cascade+Advantage")
    page.locator(".st-key-rate_trend .scatterlayer .point").nth(3).click(force=True)
    expect(page.get_by_text("Feb 2026 · no comparison chosen")).to_be_visible()
    settle(page)
    assert back_to(page, "Overview") == {"compare": ["no comparison"], "payer": [PAYER]}
    expect(page.locator("strong", has_text="Nov 2025 to Oct 2026")).to_be_visible()
