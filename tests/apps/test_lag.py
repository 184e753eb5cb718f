"""Lag and notice: do they warn us, and how long do we have?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.checks import CHECKS, NO_NOTICE, check_counts
from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.lag import lag_buckets, lag_figures, notice_standings, posting_delay
from kpis.payers import lag_distribution
from loaders.ingest import load
from tests.apps.conftest import APP, OpenPage, written
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

REGISTER = (
    "Payer,Letter Number,Notice Date,Overpayment Amount\n"
    "Northland Health Plan,SOON,2025-03-03,50\n"
    "Northland Health Plan,LATE,2025-03-03,60\n"
)
REMITTANCES = (
    # Day 20 and day 45 after letters of a Medicare payer, and 7.00 that nothing announced.
    Remit("T1", "20250323", [Claim("P", "900", filing="MA")], [("WO:SOON", "50.00")]),
    Remit("T2", "20250417", [Claim("Q", "900", filing="MA")], [("WO:LATE", "60.00")]),
    Remit("T3", "20250418", [Claim("R", "900", filing="MA")], [("WO:OTHER", "7.00")]),
)


@pytest.fixture(scope="module")
def medicare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """REMITTANCES and REGISTER; a row of the user's rules that cannot be read."""
    folder = tmp_path_factory.mktemp("medicare")
    (folder / "rules.csv").write_text("kind,days\nappeal,soon\n")
    contents = {"r.835": file_835(*REMITTANCES), "offsets.csv": REGISTER.encode()}
    load([Path(name) for name in contents], folder, contents=contents)
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the page over a folder."""

    def page(folder: Path, **filters: str) -> AppTest:
        monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
        app = AppTest.from_file(APP, default_timeout=60)
        for key, value in filters.items():
            app.query_params[key.rstrip("_")] = value
        app.run()
        app.switch_page("pages/lag.py").run()
        assert not app.exception
        return app

    return page


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\$", "$") for metric in app.metric}


def test_figures_name_days_dollars_and_what_they_rest_on(
    medicare: Path, opened: Callable[..., AppTest]
) -> None:
    app = opened(medicare)
    shown = metrics(app)
    assert shown["Median lag"] == "32 days"
    assert shown["Nine in ten within"] == "42 days"
    assert shown["Lag by dollars"] == "34 days"
    assert shown["Notice on file"] == "66.7 %"
    assert shown["No notice on file"] == "$7"
    assert shown["Before earliest date"] == "$50"
    assert shown["After look-back"] == "no value"
    text = written(app)
    assert "2 of 3 withdrawals with a lag · $110.00" in text
    assert "2 of 3 withdrawals with a notice · $110.00" in text
    assert "1 of 2 that a rule covers" in text
    assert "1 of 2 before the configured earliest date" in text


def test_the_word_violation_is_never_used(medicare: Path, opened: Callable[..., AppTest]) -> None:
    app = opened(medicare)
    assert "violation" not in (written(app) + " ".join(m.help for m in app.metric)).lower()


def test_marked_withdrawals_name_the_rule_that_applied(
    medicare: Path, opened: Callable[..., AppTest]
) -> None:
    app = opened(medicare, lag_check="Withdrawn before the configured earliest date")
    table = app.dataframe[1].value
    assert list(table["withheld"]) == [50.0]
    assert [str(day)[:10] for day in table["earliest_date"]] == ["2025-04-13"]
    assert list(table["days_early"]) == [21]
    assert "405.379" in table["citation"][0]


def test_a_rule_that_cannot_be_read_is_told(medicare: Path, opened: Callable[..., AppTest]) -> None:
    (warning,) = opened(medicare).warning
    assert warning.value.startswith("rules.csv, row 2: soon is no whole number")


def test_a_changed_rules_file_counts_from_the_next_load(
    medicare: Path, opened: Callable[..., AppTest]
) -> None:
    assert not opened(medicare).info
    kept = (medicare / "rules.csv").read_text()
    (medicare / "rules.csv").write_text("kind,days\nappeal,90\n")
    try:
        (note,) = opened(medicare).info
    finally:
        (medicare / "rules.csv").write_text(kept)
    assert "counts from the next load or rebuild" in note.value


def test_nothing_withdrawn_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("lag", payer="MERIDIAN MUTUAL")
    assert "Nothing was first withdrawn in this period" in app.info[0].value


def test_an_empty_month_says_what_to_do(open_page: OpenPage) -> None:
    month = {"period": "Custom months", "from_": "2025-02", "to": "2025-02"}
    app = open_page("lag", payer="MERIDIAN MUTUAL", **month)
    assert len(app.info) == 1
    assert not app.metric


def test_one_payer_of_the_sample_has_one_row(
    sample_warehouse: Path, opened: Callable[..., AppTest]
) -> None:
    app = opened(sample_warehouse, payer="Meridian Mutual", period="All months")
    assert set(app.dataframe[0].value["payer"]) == {"Meridian Mutual"}
    assert app.selectbox(key="lag_check").options == list(CHECKS)


def test_figures_of_the_sample_agree_with_the_other_pages(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    total = notice_standings(engine, Filters()).total
    known = lag_distribution(engine, Filters())
    assert (total.withdrawn, total.counted, total.median) == (
        known.withdrawn,
        known.counted,
        known.median,
    )
    lags = lag_figures(engine, Filters())
    assert lags["recoupment_lag_median_days"].value == total.median
    assert lags["recoupment_lag_p90_days"].value == total.ninetieth
    assert {lags[name].count for name in lags if name.endswith("_days")} == {total.counted}
    assert tuple(one.counted for one in lag_buckets(engine, Filters())) == known.counts
    assert total.no_notice == check_counts(engine, Filters())[NO_NOTICE] == known.without_notice
    standings = notice_standings(engine, Filters()).each
    assert sum(one.withdrawn for one in standings) == total.withdrawn
    assert sum(one.no_notice_amount for one in standings) == total.no_notice_amount
    (held,) = rows(
        engine,
        "select sum(e.amount) as amount from receivable_event as e join receivable as r "
        "on r.receivable_id = e.receivable_id "
        "where e.kind = 'withheld' and r.lag_state = 'no notice on file'",
    )
    assert total.no_notice_amount == held["amount"]


def test_every_month_s_lags_are_those_of_the_cube(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    march = Filters(since=date(2026, 3, 1), until=date(2026, 4, 1), payers=("Cascade Advantage",))
    (cube,) = kpi_table(engine, march).to_pylist()
    assert notice_standings(engine, march).total.counted == cube["lag_count"] > 0


def test_posting_delay_leaves_out_the_history_of_the_first_day(medicare: Path) -> None:
    assert posting_delay(engine_of(medicare), Filters()).remittances == 0
