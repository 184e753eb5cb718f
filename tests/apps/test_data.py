"""The Data page: an upload changes every figure or none, and what became of each file is said."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from data import warehouse as warehouse_module
from data.ledger.build import build_ledger
from kpis.cube import kpi_table
from kpis.filters import Filters
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

APP = Path(__file__).parents[2] / "app.py"
PAGE = "pages/data.py"

TAKEN_AT_ONCE = file_835(
    Remit(
        "E2-1",
        "20250310",
        [
            Claim("A", "1000.00"),
            Claim("B", "-600.00", "22", adjustments=[("CO", "45", "-25.00")]),
            Claim("B", "450.00", "1", adjustments=[("CO", "45", "25.00"), ("CO", "97", "150.00")]),
        ],
    )
)
SHORT_PAID = file_835(Remit("SHORT-1", "20250311", [Claim("C", "500.00")], payment="450.00"))


def _page() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=60).run().switch_page(PAGE).run()


def _upload(app: AppTest, **files: bytes) -> AppTest:
    uploader = app.file_uploader[0]
    for name, content in files.items():
        uploader.upload(name, content)
    return app.run()


def _withheld(folder: Path) -> Decimal:
    (row,) = kpi_table(engine_of(folder), Filters()).to_pylist()
    found: Decimal = row["withheld"]
    return found


def _words(app: AppTest) -> str:
    kinds = (app.success, app.info, app.warning, app.error, app.markdown, app.caption)
    return "\n".join(e.value for kind in kinds for e in kind).replace("\\", "")


def test_own_data_replaces_the_sample_and_says_so(warehouse: Path) -> None:
    app = _upload(_page(), **{"own.835": TAKEN_AT_ONCE})
    assert not app.exception
    said = _words(app)
    assert "1 file loaded: 1 remittance, payments of $850.00" in said
    assert "Your data has replaced the sample." in said
    assert _withheld(warehouse) == Decimal("150.00")
    (result,) = app.dataframe[0].value.to_dict("records")
    known = {"file": "own.835", "status": "✓ loaded", "claims": 3, "paid": 850.0}
    assert {name: result[name] for name in known} == known


def test_a_refused_file_changes_no_figure_and_says_why(warehouse: Path) -> None:
    before = _withheld(warehouse)
    app = _upload(_page(), **{"scan.835": b"%PDF-1.7 scanned", "cut.835": TAKEN_AT_ONCE[:400]})
    said = _words(app)
    assert "2 files refused" in said
    assert "This is a PDF document, not an X12 835." in said
    assert "The file ends at byte 400, in the middle of transaction 0001" in said
    assert "Get the complete file again" in said
    assert "bundled sample" in said
    assert _withheld(warehouse) == before


def test_the_same_file_twice_counts_once(warehouse: Path) -> None:
    app = _upload(_page(), **{"own.835": TAKEN_AT_ONCE})
    app = _upload(app, **{"again.835": TAKEN_AT_ONCE})
    assert "1 file known before: nothing counts twice" in _words(app)
    assert _withheld(warehouse) == Decimal("150.00")


@pytest.mark.usefixtures("warehouse")
def test_two_files_of_one_name_are_both_loaded() -> None:
    app = _page()
    other = file_835(Remit("OTHER-1", "20250312", [Claim("Z", "10.00")]))
    app.file_uploader[0].upload("remit.835", TAKEN_AT_ONCE)
    app.file_uploader[0].upload("remit.835", other)
    app.run()
    assert "2 files loaded: 2 remittances, payments of $860.00" in _words(app)


@pytest.mark.usefixtures("warehouse")
def test_a_remittance_that_does_not_tie_is_shown_in_quarantine() -> None:
    app = _upload(_page(), **{"own.835": TAKEN_AT_ONCE, "short.835": SHORT_PAID})
    words = _words(app)
    assert "1 file loaded: 1 remittance, payments of $850.00" in words
    assert "1 file stored, and changed no figure: no remittance there ties to its payment" in words
    assert "1 remittance of these set aside in quarantine" in words
    table = next(d.value for d in app.dataframe if "difference" in d.value.columns)
    assert list(table["difference"]) == [-50.0]
    assert "BPR*I*450.00*" in "".join(html.value for html in app.html)


@pytest.mark.usefixtures("warehouse")
def test_the_sample_button_is_only_there_while_nothing_is_loaded() -> None:
    assert "load_sample" not in {button.key for button in _page().button}


def test_a_warehouse_in_use_is_said_in_words(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse_module, "LOCK_PATIENCE_SECONDS", 0)
    app = _page()
    before = _withheld(warehouse)
    with FileLock(warehouse / "lock"):
        app = _upload(app, **{"own.835": TAKEN_AT_ONCE})
    assert "Wait for it to finish, or stop it, then load again." in _words(app)
    assert _withheld(warehouse) == before


@pytest.mark.usefixtures("warehouse")
def test_done_puts_the_outcome_away() -> None:
    app = _upload(_page(), **{"own.835": TAKEN_AT_ONCE})
    app.button(key="done").click().run()
    assert "1 file loaded" not in _words(app)


def test_an_empty_warehouse_offers_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "empty"
    with warehouse_module.new_snapshot(folder) as connection:
        build_ledger(connection)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    app = _page()
    assert "Nothing is loaded yet." in _words(app)
    app.button(key="load_sample").click().run()
    assert not app.exception
    assert "bundled sample" in _words(app)
    assert _withheld(folder) > 0
