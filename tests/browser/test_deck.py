"""The Board deck page and a chart's own files, as a user takes them."""

from __future__ import annotations

import io
from pathlib import Path

from playwright.sync_api import Page
from pptx import Presentation

from tests.browser.conftest import open_page


def test_the_slides_built_are_downloaded(page: Page, server: str) -> None:
    open_page(page, server, "deck")
    page.get_by_role("button", name="Build the files").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Slides (PPTX)").click()
    content = Path(waiting.value.path()).read_bytes()
    assert len(Presentation(io.BytesIO(content)).slides) > 10


def test_a_chart_is_taken_along_as_a_picture(page: Page, server: str) -> None:
    open_page(page, server)
    page.locator(".st-key-cash_bridge_files button").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    assert "reached the bank" in Path(waiting.value.path()).read_text()
