"""The Offsets page: its totals are the register's, its filters narrow it, an opened row tells its life."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import exact_usd
from kpis.offset_list import OffsetListView, offset_totals
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

APP = Path(__file__).parents[2] / "app.py"
PAGE = "pages/offsets.py"


def _page(warehouse: Path, monkeypatch: pytest.MonkeyPatch, **in_url: str) -> AppTest:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in in_url.items():
        app.query_params[name] = value
    return app.run().switch_page(PAGE).run()


def _metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\", "") for metric in app.metric}


def _said(app: AppTest) -> str:
    return "\n".join(e.value for e in (*app.markdown, *app.subheader, *app.caption)).replace("\\", "")  # fmt: skip


@pytest.fixture
def taken_at_once(tmp_path: Path) -> Path:
    """Example E2 with a hostile account number: 150.00 withheld through a reversal."""
    remit = Remit(
        "E2-1",
        "20250310",
        [
            Claim("A", "1000.00"),
            Claim("<b>B$1$</b>", "-600.00", "22", icn="ICN1", adjustments=[("CO", "45", "-25.00")]),
            Claim(
                "<b>B$1$</b>",
                "450.00",
                icn="ICN1",
                adjustments=[("CO", "45", "25.00"), ("CO", "97", "150.00")],
            ),
        ],
    )
    (tmp_path / "e2.835").write_bytes(file_835(remit))
    load([tmp_path / "e2.835"], tmp_path / "warehouse")
    return tmp_path / "warehouse"


def test_totals_on_the_page_are_those_of_the_list(
    sample_warehouse: Path, sample: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(sample_warehouse, monkeypatch, period="All months")
    assert not app.exception
    totals = offset_totals(sample, OffsetListView(Filters()))
    shown = _metrics(app)
    assert shown["Offsets"] == f"{totals.offsets:,}"
    assert shown["Withheld"] == exact_usd(totals.withheld)
    assert shown["Came back"] == exact_usd(totals.came_back)
    assert shown["Open today"] == exact_usd(totals.open_balance)


def test_all_months_hold_letters_older_than_the_first_remittance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = (
        "payer,letter number,reference,notice date,amount,patient account\n"
        "NORTHLAND HEALTH PLAN,L1,REF1,2024-11-20,80.00,X1\n"
        "NORTHLAND HEALTH PLAN,L2,REF2,2024-12-05,20.00,X2\n"
        "NORTHLAND HEALTH PLAN,L3,REF3,2022-01-05,5.00,X3\n"
    )
    contents = {
        "letters.csv": register.encode(),
        "r.835": file_835(Remit("N1", "20250115", [Claim("A", "1000.00")])),
    }
    load([Path(name) for name in contents], tmp_path, contents=contents)
    for period, letters in (
        ("Last 12 months", "2 · $100.00"),
        ("Last 24 months", "2 · $100.00"),
        ("All months", "3 · $105.00"),
    ):
        app = _page(tmp_path, monkeypatch, period=period)
        assert _metrics(app)["Letters unanswered"] == letters


def test_only_a_page_of_rows_is_sent(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(sample_warehouse, monkeypatch, period="All months")
    assert len(app.dataframe[0].value) == 25


def test_state_and_search_come_from_the_url(
    sample_warehouse: Path, sample: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = rows(sample, "select letter_number from open_letter order by 1 limit 1")
    app = _page(
        sample_warehouse,
        monkeypatch,
        offset_state="Letters",
        offset_search=letter["letter_number"],
    )
    table = app.dataframe[0].value
    assert list(table["notice"]) == [f"letter {letter['letter_number']}"]
    assert list(table["status"]) == ["letter only"]


def test_nothing_found_says_what_to_do(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(sample_warehouse, monkeypatch, offset_search="NO SUCH NUMBER")
    assert not app.dataframe
    assert "Clear the search" in app.info[0].value


def test_an_opened_offset_tells_its_life_and_shows_its_segments(
    taken_at_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = rows(engine_of(taken_at_once), "select receivable_id from receivable")
    app = _page(taken_at_once, monkeypatch, offset=item["receivable_id"])
    assert not app.exception
    assert _metrics(app) == {
        "Identified": "$150.00",
        "Withheld": "$150.00",
        "Settled": "$0.00",
        "Open": "$0.00",
        "Came back": "$0.00",
    }
    said = _said(app)
    assert "**$150.00 taken** by NORTHLAND HEALTH PLAN since Mar 10, 2025" in said
    assert "no notice on file" in said
    assert "the claim itself (**certain**)" in said
    assert "First withdrawn on 2025-03-10; no earliest date can be told for it." in said
    (segments,) = [html.value for html in app.html if html.value.startswith("<pre")]
    assert "BPR*I*850.00*" in segments
    assert "CLP*&lt;b&gt;B$1$&lt;/b&gt;*22*-625.00*-600.00**12*ICN1*11*1</mark>" in segments
    assert "PATIENT" not in segments


def test_an_offset_stands_against_the_rules_that_apply_to_it(
    sample_warehouse: Path, sample: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (check,) = rows(
        sample,
        "select receivable_id, first_withdrawal, earliest_date, appeal_deadline from withdrawal_check "
        "where not is_early and first_withdrawal > earliest_date and appeal_deadline is not null "
        "order by receivable_id limit 1",
    )
    app = _page(sample_warehouse, monkeypatch, offset=check["receivable_id"])
    said = _said(app)
    assert (
        f"First withdrawn on {check['first_withdrawal']}, on or after the configured earliest date "
        f"{check['earliest_date']}." in said
    )
    assert f"Configured last day to appeal: {check['appeal_deadline']}" in said
    rules = next(d.value for d in app.dataframe if "Citation" in d.value.columns)
    dates = dict(zip(rules["Rule"], rules["Date"], strict=True))
    assert dates["Earliest withdrawal"] == check["earliest_date"].isoformat()
    assert dates["Time to appeal"] == check["appeal_deadline"].isoformat()


def test_what_files_say_is_never_markup(
    taken_at_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = rows(engine_of(taken_at_once), "select receivable_id from receivable")
    app = _page(taken_at_once, monkeypatch, offset=item["receivable_id"])
    assert all("<b>" not in html.value for html in app.html)
    title = app.subheader[0].value
    assert r"\<b\>B\$1\$\</b\>" in title


def test_back_returns_to_the_list(
    sample_warehouse: Path, sample: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = rows(sample, "select receivable_id from receivable where withheld > 0 order by 1 limit 1")  # fmt: skip
    app = _page(sample_warehouse, monkeypatch, offset=item["receivable_id"], offset_state="Open")
    assert "Every step" in _said(app)
    app.button(key="back").click().run()
    assert "Every step" not in _said(app)
    assert app.selectbox(key="offset_state").value == "Open"
    assert "offset" not in app.query_params


def test_an_unknown_offset_says_so(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(sample_warehouse, monkeypatch, offset="R<script>")
    assert "There is no offset with the number" in app.warning[0].value
