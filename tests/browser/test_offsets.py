"""The register in a real browser: a row opens its life, the life is a link, back returns to the same list."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.offset_list import OffsetListView, offset_rows
from tests.browser.conftest import PATIENCE_MS, open_page, settle
from tests.warehouses import rows

ALL_MONTHS = "period=All+months"

expect.set_options(timeout=PATIENCE_MS)


def _open_first_row(page: Page) -> None:
    """Clicks the button in the first row; the table is drawn on a canvas."""
    canvas = page.get_by_test_id("stDataFrame").locator("canvas").first
    canvas.wait_for()
    page.set_viewport_size({"width": 1440, "height": 2000})
    settle(page)
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40, box["y"] + 53)
    expect(page.get_by_text("Back to the list")).to_be_visible()
    settle(page)


def test_a_row_opens_its_life_with_the_raw_segment(
    page: Page, server: str, sample: DuckDBEngine
) -> None:
    (first,) = offset_rows(sample, OffsetListView(Filters()), 1).to_pylist()
    open_page(page, server)
    open_page(page, server, f"offsets?{ALL_MONTHS}")
    _open_first_row(page)
    assert parse_qs(urlparse(page.url).query)["offset"] == [first["receivable_id"]]
    expect(page.get_by_text("The proof, step by step")).to_be_visible()
    expect(page.locator("mark").filter(has_text=re.compile(r"^(CLP|WO|WU|OB|FB)")).first).to_be_visible()  # fmt: skip
    expect(page.locator("pre").filter(has_text="BPR*I*").first).to_be_visible()


def test_back_returns_to_the_same_list(page: Page, server: str) -> None:
    open_page(page, server)
    open_page(page, server, f"offsets?{ALL_MONTHS}&offset_state=Came+back")
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Rows 26 to")).to_be_visible()
    _open_first_row(page)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_text("Rows 26 to")).to_be_visible()
    assert parse_qs(urlparse(page.url).query)["offset_state"] == ["Came back"]


def test_the_browser_s_back_returns_to_the_list_too(page: Page, server: str) -> None:
    open_page(page, server)
    open_page(page, server, f"offsets?{ALL_MONTHS}&offset_state=Open")
    _open_first_row(page)
    page.go_back()
    expect(page.get_by_text("Rows 1 to")).to_be_visible()
    expect(page.get_by_text("Back to the list")).to_have_count(0)


def test_a_life_is_a_link_and_shows_no_patient(
    page: Page, server: str, sample: DuckDBEngine
) -> None:
    (item,) = rows(
        sample,
        "select receivable_id from receivable where origin = 'claim reversal' and withheld > 0 "
        "order by receivable_id limit 1",
    )
    open_page(page, server)
    open_page(page, server, f"offsets?offset={item['receivable_id']}")
    patient = page.locator("pre").filter(has_text="NM1*QC*1*").first
    expect(patient).to_be_visible()
    name = re.search(r"NM1\*QC\*1\*([^~]*)", patient.inner_text())
    assert name is not None
    assert set(name[1]) <= {"x", "*"}


def test_search_narrows_the_list(page: Page, server: str, sample: DuckDBEngine) -> None:
    (letter,) = rows(sample, "select letter_number from open_letter order by letter_number limit 1")
    open_page(page, server)
    open_page(page, server, f"offsets?{ALL_MONTHS}")
    box = page.get_by_label("Search", exact=True)
    box.fill(letter["letter_number"])
    box.press("Enter")
    expect(page.get_by_text("Rows 1 to 1 of 1")).to_be_visible()


def test_of_three_pages_every_number_stands_below_the_list(page: Page, server: str) -> None:
    open_page(page, server, "offsets?payer=Cascade+Advantage")
    pager = page.get_by_test_id("stPagination")
    assert re.findall(r"\d+|…", pager.inner_text()) == ["1", "2", "3"]
