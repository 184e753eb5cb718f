"""Columns nobody knows, named in a real browser; and refused rows that come back as a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PATIENCE_MS, open_page, running_app, settle

WORKLIST = """Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Sent,Asked For,Still Open,Who
Northland,L1,ICN1,03/31/2026,"$1,234.56",1.00,Jane Invented
Northland,L2,ICN2,03/30/2026,$10.00,2.00,Joe Invented
"""
APRIL = """Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Sent,Asked For,Still Open,Who
Northland,L3,ICN3,04/30/2026,$0.44,3.00,Jane Invented
"""
REFUSED = """Payer,Letter Number,Notice Date,Overpayment Amount
Northland,L1,03/31/2026,10.00
Northland,L2,03/31/2026,ten
"""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def own_server(sample_warehouse: Path, tmp_path: Path) -> Iterator[str]:
    """The app over a copy of the sample that a test may change."""
    folder = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, folder)
    with running_app(folder) as address:
        yield address


def _upload(page: Page, name: str, text: str) -> None:
    payload = FilePayload(name=name, mimeType="text/csv", buffer=text.encode())
    expect(page.locator("input[type=file]")).to_have_count(1)
    page.locator("input[type=file]").set_input_files([payload])
    expect(page.get_by_text("What became of your files")).to_be_visible()
    settle(page)


def _take(page: Page, header: str, field: str) -> None:
    """Says which field a column is, as a user does: open the list, type, pick."""
    page.get_by_label(f"What {header} is", exact=True).click()
    page.keyboard.type(field)
    page.get_by_role("option", name=field).first.click()
    expect(
        page.locator(".st-key-mapping").get_by_text("Chosen by you", exact=True).first
    ).to_be_visible()
    settle(page)


def test_an_unknown_export_is_named_once_and_the_next_loads_by_itself(
    page: Page, own_server: str
) -> None:
    open_page(page, own_server, "data")
    _upload(page, "worklist.csv", WORKLIST)
    page.get_by_role("button", name="Say what the columns are").click()
    form = page.locator(".st-key-mapping")
    expect(form.get_by_text("Still missing: amount.")).to_be_visible()
    expect(page.get_by_role("button", name="Save and load")).to_be_disabled()
    expect(form.get_by_text("Jane")).to_have_count(0)
    _take(page, "Asked For", "Amount")
    _take(page, "Ltr Sent", "Notice date")
    expect(form.get_by_text("The first 2 rows can be read so.")).to_be_visible()
    page.get_by_role("button", name="Save and load").click()
    expect(page.get_by_text("1 file loaded: 2 rows.")).to_be_visible()
    expect(page.get_by_text("The mapping is saved as worklist.toml.")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    _upload(page, "april.csv", APRIL)
    expect(page.get_by_text("1 file loaded: 1 row.")).to_be_visible()
    expect(page.get_by_role("tab", name="Mappings (1)")).to_be_visible()


def test_refused_rows_come_back_with_what_is_wrong_beside_them(page: Page, own_server: str) -> None:
    open_page(page, own_server, "data")
    _upload(page, "register.csv", REFUSED)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Refused rows (CSV)").click()
    download = waiting.value
    assert download.suggested_filename == "register-refused.csv"
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "Payer,Letter Number,Notice Date,Overpayment Amount,What is wrong",
        "Northland,L1,03/31/2026,10.00,",
        'Northland,L2,03/31/2026,ten,"The amount is not an amount in dollars and cents. Write it like '
        '1,234.56 or -1,234.56."',
    ]
