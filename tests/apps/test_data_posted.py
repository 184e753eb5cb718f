"""Where a posted table is the source, its rows are shown as proof, with the cells marked that moved the money."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.offset_life import Source
from loaders.ingest import load
from screen.segments import Line, payment_and_adjustments, remittance_lines
from tests.apps.test_data import _page, _upload, _words
from tests.warehouses import engine_of, rows

PAYMENT = "Payer,Check Number,Check Date,Check Amount"
POSTED = f"""{PAYMENT},Acct #,ICN,CLP02,CLP03,CLP04,PLB Code,PLB Reference,PLB Amount,Note
NORTH,T1,2026-03-31,680.00,A,I1,1,1000.00,1000.00,,,,x
NORTH,T1,2026-03-31,680.00,B,I2,22,-600.00,-600.00,,,,x
NORTH,T1,2026-03-31,680.00,B,I2,1,600.00,450.00,,,,x
NORTH,T1,2026-03-31,680.00,,,,,,WO,LTR9,150.00,x
NORTH,T1,2026-03-31,680.00,,,,,,L6,,20.00,x
"""
UNBALANCED = POSTED.replace("680.00", "700.00")
NO_ADJUSTMENT = "".join(line for line in UNBALANCED.splitlines(True) if ",,,,,," not in line)


@pytest.fixture
def posted(tmp_path: Path) -> Path:
    """A warehouse with POSTED in it."""
    (result,) = load([Path("posted.csv")], tmp_path, contents={"posted.csv": POSTED.encode()})
    assert result.status == "loaded", result.problems
    return tmp_path


def _text(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


def _marked(lines: list[Line]) -> list[str]:
    return [text for line in lines for text, is_marked in line.pieces if is_marked]


def _place(folder: Path, table: str, where: str) -> tuple[str, int, int]:
    (row,) = rows(
        engine_of(folder),
        f"select load.archive, {table}.byte_start, {table}.byte_end from {table} "
        f"join remittance using (remittance_id) join load on load.load_id = remittance.load_id where {where}",
    )
    return row["archive"], row["byte_start"], row["byte_end"]


def test_a_claim_shows_its_row_with_status_and_amounts_marked(posted: Path) -> None:
    source = Source("claim", *_place(posted, "claim_payment", "claim_status = '22'"))
    lines = remittance_lines(posted, 0, [source])
    assert _text(lines) == [
        "row 3",
        "Payer: NORTH | Check Number: T1 | Check Date: 2026-03-31 | Check Amount: 680.00 | Acct #: B | ICN: I2"
        " | CLP02: 22 | CLP03: -600.00 | CLP04: -600.00",
    ]
    assert _marked(lines) == ["22", "-600.00", "-600.00"]


def test_a_provider_adjustment_shows_its_row_with_code_reference_and_amount_marked(
    posted: Path,
) -> None:
    place = _place(posted, "provider_adjustment", "reason_code = 'WO'")
    (row,) = rows(
        engine_of(posted),
        "select reference, amount from provider_adjustment where reason_code = 'WO'",
    )
    source = Source("provider adjustment", *place, "WO", row["reference"], row["amount"])
    lines = remittance_lines(posted, 0, [source])
    assert "row 5" in _text(lines)
    assert "row 6" not in _text(lines)
    assert _marked(lines) == ["WO", "LTR9", "150.00"]


def test_a_row_that_names_another_table_keeps_its_name(tmp_path: Path) -> None:
    checks = "Payer,Check Number,Check Date,Check Amount\nNORTH,T1,2026-03-31,850.00\n"
    claims = (
        "Check Number,ICN,CLP02,CLP03,CLP04\nT1,I1,1,1000.00,1000.00\nT1,I2,22,-150.00,-150.00\n"
    )
    given = {"checks.csv": checks.encode(), "claims.csv": claims.encode()}
    results = load([Path(name) for name in given], tmp_path, contents=given)
    assert [result.status for result in results] == ["loaded", "loaded"]
    source = Source("claim", *_place(tmp_path, "claim_payment", "claim_status = '22'"))
    texts = _text(remittance_lines(tmp_path, 0, [source]))
    assert texts == [
        "row 2",
        "Payer: NORTH | Check Number: T1 | Check Date: 2026-03-31 | Check Amount: 850.00",
        "⋯",
        "row 3 of claims.csv",
        "Check Number: T1 | ICN: I2 | CLP02: 22 | CLP03: -150.00 | CLP04: -150.00",
    ]


def test_a_posted_table_that_does_not_tie_shows_what_its_balance_is_made_of(tmp_path: Path) -> None:
    load([Path("posted.csv")], tmp_path, contents={"posted.csv": NO_ADJUSTMENT.encode()})
    (row,) = rows(
        engine_of(tmp_path),
        "select archive, byte_start, byte_end, balance_state from remittance join load using (load_id)",
    )
    assert row.pop("balance_state") == "unbalanced"
    lines = payment_and_adjustments(tmp_path, *row.values())
    assert [text for text in _text(lines) if text.startswith("row ")] == [
        f"row {number}" for number in range(2, 5)
    ]
    assert set(_marked(lines)) == {"700.00", "1000.00", "-600.00", "450.00"}


def test_the_quarantine_shows_the_rows_of_a_posted_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([Path("posted.csv")], tmp_path, contents={"posted.csv": NO_ADJUSTMENT.encode()})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    app: AppTest = _page()
    assert not app.exception
    drawn = "".join(html.value for html in app.html)
    assert "row 4" in drawn
    assert "ICN: " in drawn


def test_a_sign_that_nothing_tells_is_stated_and_then_it_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([Path("first.csv")], tmp_path, contents={"first.csv": POSTED.encode()})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    other = UNBALANCED.replace("T1", "T2").encode()
    app = _upload(_page(), **{"second.csv": other})
    assert "The sign of the provider adjustments cannot be told" in _words(app)
    app.button(key="name_columns_0").click().run()
    app.radio(key="mapping_sign").set_value("Positive amounts reduce the payment").run()
    app.button(key="save_mapping").click().run()
    assert "1 file stored, and changed no figure" in _words(app)
    (row,) = rows(
        engine_of(tmp_path),
        "select provider_adjustment_total, difference from remittance where trace_number = 'T2'",
    )
    assert list(row.values()) == [Decimal("170.00"), Decimal("20.00")]
