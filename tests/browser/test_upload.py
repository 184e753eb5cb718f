"""Files through the real uploader: the first start, own data in place of the sample, refusals that change nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PATIENCE_MS, open_page, running_app, settle
from tests.make_835 import Claim, Remit, file_835

CODES = [("CO", "45", "25.00"), ("CO", "97", "150.00")]
REVERSED = [
    Claim("B", "-600.00", "22", adjustments=[("CO", "45", "-25.00")]),
    Claim("B", "450.00", adjustments=CODES),
]
TAKEN_AT_ONCE = file_835(Remit("E2-1", "20250303", [Claim("A", "1000.00"), *REVERSED]))
PUT_OFF_THEN_TAKEN = file_835(
    Remit("E5-1", "20250304", [Claim("C", "1000.00"), *REVERSED], [("WO:B", "-150.00")], payer="MERIDIAN"),
    Remit("E5-2", "20250418", [Claim("D", "2000.00")], [("WO:B", "150.00")], payer="MERIDIAN"),
)  # fmt: skip

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def own_warehouse(sample_warehouse: Path, tmp_path: Path) -> Path:
    """A copy of the sample that a test may change."""
    folder = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, folder)
    return folder


@pytest.fixture
def own_server(own_warehouse: Path) -> Iterator[str]:
    """The app over that copy."""
    with running_app(own_warehouse) as address:
        yield address


def _go_to(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    settle(page)


def _upload(page: Page, **files: bytes) -> None:
    expect(page.locator("input[type=file]")).to_have_count(1)
    page.locator("input[type=file]").set_input_files(
        [
            FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
            for name, content in files.items()
        ]
    )
    expect(page.get_by_text("What became of your files")).to_be_visible()
    settle(page)


def _metric(page: Page, label: str) -> str:
    """The value of a card, once the script has run."""
    settle(page)
    card = page.get_by_test_id("stMetric").filter(has_text=re.compile(rf"^\s*{label}"))
    return card.first.get_by_test_id("stMetricValue").inner_text().strip()


def test_first_start_loads_the_sample_with_a_progress_bar(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path / "nothing-yet") as address:
        page.goto(address)
        expect(page.get_by_text("First start: loading the sample data").first).to_be_visible()
        expect(page.get_by_role("progressbar").first).to_be_visible()
        expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
        expect(page.get_by_text("Sample data").first).to_be_visible()
        expect(page.get_by_test_id("stMetricValue").first).to_have_text(re.compile(r"\d"))
    assert (tmp_path / "nothing-yet" / "CURRENT").exists()


def test_own_files_replace_the_sample_and_change_every_figure_to_the_cent(
    page: Page, own_server: str
) -> None:
    open_page(page, own_server)
    _go_to(page, "Data")
    _upload(page, **{"e2.835": TAKEN_AT_ONCE, "e5.835": PUT_OFF_THEN_TAKEN})
    expect(page.get_by_text("Your data has replaced the sample.")).to_be_visible()
    expect(
        page.get_by_text("2 files loaded: 3 remittances, payments of $3,700.00.")
    ).to_be_visible()
    expect(page.get_by_text("ties to $3,700.00 of deposits, to the cent")).to_be_visible()
    _go_to(page, "Offsets")
    assert _metric(page, "Offsets") == "2"
    assert _metric(page, "Withheld") == "$300.00"
    assert _metric(page, "Open today") == "$0.00"
    assert _metric(page, "Letters unanswered") == "0 · $0.00"
    expect(page.get_by_text("Sample data")).to_have_count(0)


def test_refused_files_change_no_figure(page: Page, own_server: str) -> None:
    open_page(page, own_server)
    _go_to(page, "Offsets")
    before = [_metric(page, label) for label in ("Offsets", "Withheld", "Came back", "Open today")]
    _go_to(page, "Data")
    _upload(page, **{"cut.835": TAKEN_AT_ONCE[:400], "scan.pdf": b"%PDF-1.7 scanned"})
    expect(page.get_by_text("2 files refused")).to_be_visible()
    outcome = page.locator(".st-key-outcome")
    expect(outcome.get_by_text("in the middle of transaction 0001")).to_be_visible()
    expect(outcome.get_by_text("This is a PDF document, not an X12 835.")).to_be_visible()
    _go_to(page, "Offsets")
    after = [_metric(page, label) for label in ("Offsets", "Withheld", "Came back", "Open today")]
    assert after == before
    expect(page.get_by_text("Sample data").first).to_be_visible()


def test_a_click_elsewhere_does_not_break_off_a_load(
    page: Page, own_server: str, own_warehouse: Path
) -> None:
    open_page(page, own_server)
    _go_to(page, "Data")
    e2 = FilePayload(name="e2.835", mimeType="text/plain", buffer=TAKEN_AT_ONCE)
    with FileLock(own_warehouse / "lock"):
        page.locator("input[type=file]").set_input_files([e2])
        expect(page.get_by_text("Waiting for another loader to finish.")).to_be_visible()
        _go_to(page, "Definitions")
    _go_to(page, "Data")
    expect(page.get_by_text("1 file loaded: 1 remittance, payments of $850.00.")).to_be_visible()
