"""The Data page: checking without loading, replacing corrected remittances, and refused rows given back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.warehouse import current_snapshot
from tests.apps.test_data import TAKEN_AT_ONCE, _page, _upload, _withheld, _words
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

FIRST = file_835(Remit("T-1", "20250310", [Claim("A", "100.00")]))
CORRECTED = file_835(Remit("T-1", "20250310", [Claim("A", "90.00")]))
REGISTER = b"""Payer,Letter Number,Notice Date,Overpayment Amount,Patient Name
Northland,L1,03/31/2026,10.00,Jane Invented
Northland,L2,03/31/2026,ten,Joe Invented
"""


def _payments(folder: Path) -> list[Decimal]:
    found = rows(engine_of(folder), "select payment_amount from remittance")
    return [row["payment_amount"] for row in found]


def _downloads(app: AppTest) -> list[str]:
    return [element.proto.label for element in app.get("download_button")]


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """All there is but the lock, and the log of views, which tells of the visit itself."""
    beside = ("lock", "usage.sqlite")
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(beside))
    return [(path.name, path.read_bytes()) for path in found]


def test_only_checking_says_what_would_happen_and_changes_no_byte(warehouse: Path) -> None:
    before, withheld = _files(warehouse), _withheld(warehouse)
    app = _page()
    app.checkbox(key="only_check").check().run()
    app = _upload(app, **{"own.835": TAKEN_AT_ONCE, "cut.835": TAKEN_AT_ONCE[:400]})
    assert not app.exception
    said = _words(app)
    assert "Checked only: nothing was loaded." in said
    assert "1 file would load: 1 remittance, payments of $850.00." in said
    assert "Your data would replace the sample." in said
    assert [row["status"] for row in app.dataframe[0].value.to_dict("records")] == [
        "✓ would load",
        "✕ would be refused",
    ]
    assert _files(warehouse) == before
    assert _withheld(warehouse) == withheld


def test_what_was_checked_is_loaded_at_a_click(warehouse: Path) -> None:
    app = _page()
    app.checkbox(key="only_check").check().run()
    app = _upload(app, **{"own.835": TAKEN_AT_ONCE})
    app.button(key="again").click().run()
    assert "1 file loaded: 1 remittance, payments of $850.00." in _words(app)
    assert "again" not in {button.key for button in app.button}
    assert _withheld(warehouse) == Decimal("150.00")


def test_a_corrected_remittance_takes_the_place_of_the_earlier_one_where_asked(
    warehouse: Path,
) -> None:
    app = _upload(_page(), **{"first.835": FIRST})
    app.checkbox(key="replaces_known").check().run()
    app = _upload(app, **{"corrected.835": CORRECTED})
    assert "1 remittance took the place of one loaded before" in _words(app)
    assert _payments(warehouse) == [Decimal("90.00")]


def test_without_being_asked_both_remittances_of_one_trace_number_count(warehouse: Path) -> None:
    app = _upload(_page(), **{"first.835": FIRST})
    _upload(app, **{"corrected.835": CORRECTED})
    assert sorted(_payments(warehouse)) == [Decimal("90.00"), Decimal("100.00")]


def test_refused_rows_can_be_had_back_until_the_outcome_is_put_away(warehouse: Path) -> None:
    app = _upload(_page(), **{"register.csv": REGISTER})
    assert "Refused rows (CSV)" in _downloads(app)
    assert "**register.csv:** 1 of 2 rows need correction." in _words(app)
    snapshot = current_snapshot(warehouse)
    assert snapshot is not None
    assert all(b"Joe Invented" not in content for _, content in _files(warehouse))
    app.button(key="done").click().run()
    assert "Refused rows (CSV)" not in _downloads(app)
    assert "finished_load" not in app.session_state


@pytest.mark.usefixtures("warehouse")
def test_a_refused_835_has_no_rows_to_give_back() -> None:
    app = _upload(_page(), **{"cut.835": TAKEN_AT_ONCE[:400]})
    assert "Refused rows (CSV)" not in _downloads(app)


@pytest.mark.usefixtures("warehouse")
def test_a_failed_load_can_be_tried_again_with_the_same_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("screen.load_job.load", full)
        app = _upload(_page(), **{"own.835": TAKEN_AT_ONCE})
    assert "The disk refused: No space left on device." in _words(app)
    app.button(key="again").click().run()
    assert "1 file loaded: 1 remittance, payments of $850.00." in _words(app)


@pytest.mark.usefixtures("warehouse")
def test_every_kind_of_table_is_named_with_what_it_needs() -> None:
    said = _words(_page())
    for line in (
        "- trace number, payment date and payment amount\n",
        "**Payer list** needs name; with one of: payer ID; or plan type; or group name",
        "**Appeals log** needs payer name, case number and appeal status",
    ):
        assert line in said
