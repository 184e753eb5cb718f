"""The Overview shows what the remittances come to, against what, and whether it ties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.choices import choices
from kpis.filters import Filters
from kpis.overview import cash_bridge, in_sentences, open_exposure, what_changed
from loaders.ingest import load
from tests.apps.conftest import APP, REMITTANCES, OpenPage, written
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

FEBRUARY = {"period": "Custom months", "from_": "2025-02", "to": "2025-02"}


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\$", "$") for metric in app.metric}


def test_cards_show_the_headline_figures(open_page: OpenPage) -> None:
    shown = metrics(open_page())
    assert shown["Offset volume rate"] == "7.14 %"
    assert shown["Net cash impact"] == "−$250"
    assert shown["Appeal success rate"] == "no value"
    assert shown["Recoupment lag"] == "no value"


def test_a_card_names_n_dollars_and_target(open_page: OpenPage) -> None:
    text = written(open_page())
    assert "2 receivables · $250.00 withheld" in text
    assert "Above target (at most 2 %)" in text


def test_change_is_against_the_named_months(open_page: OpenPage) -> None:
    app = open_page(**FEBRUARY)
    rate = next(metric for metric in app.metric if metric.label == "Offset volume rate")
    assert rate.value == "4.0 %"
    assert rate.delta == "−11.0 points"
    assert rate.proto.delta_description == "better"
    assert "was 15.0 % in Jan 2025" in written(app)


def test_without_earlier_data_there_is_no_change(open_page: OpenPage) -> None:
    app = open_page()
    assert [metric.delta for metric in app.metric] == ["", "", "", ""]
    assert "No data for the prior period" in written(app)


def test_no_comparison_when_none_is_chosen(open_page: OpenPage) -> None:
    app = open_page(compare="no comparison", **FEBRUARY)
    assert [metric.delta for metric in app.metric] == ["", "", "", ""]
    assert "No comparison chosen" in written(app)


def test_bridge_leads_from_payments_to_deposits_to_the_cent(small_warehouse: Path) -> None:
    bridge = cash_bridge(engine_of(small_warehouse), Filters())
    assert bridge.payments == Decimal("3500.00")
    assert bridge.withheld == Decimal("-250.00")
    assert bridge.interest == Decimal("5.00")
    assert bridge.deposits == Decimal("3255.00")
    assert bridge.difference == 0
    assert bridge.remittances == 3


def test_bridge_ties_for_every_payer_of_the_sample(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    names = choices(engine).payers
    bridges = [cash_bridge(engine, Filters(payers=(name,))) for name in names]
    assert len(bridges) > 1
    assert [bridge.difference for bridge in bridges] == [0] * len(names)
    assert sum(b.deposits for b in bridges) == cash_bridge(engine, Filters()).deposits


def test_bridge_says_how_it_comes_to_the_card_and_to_controls(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    assert "taken net" not in written(open_page())
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    text = written(AppTest.from_file(APP, default_timeout=60).run())
    assert (
        "The card's −$65,228.95 = −$69,542.86 taken net + $4,313.91 recovered through re-processed claims, "
        "which the bridge counts in payments. The $69,403.33 net withheld on Controls = $69,542.86 taken net − "
        "$139.53 other credits." in text
    )


def test_bridge_says_that_a_specialty_cannot_split_deposits(open_page: OpenPage) -> None:
    assert "cannot be split" in written(open_page(specialty="Unassigned"))
    assert "cannot be split" not in written(open_page(payer="MERIDIAN MUTUAL"))


def test_bridge_of_a_split_still_shows_payer_and_period(open_page: OpenPage) -> None:
    text = written(open_page(specialty="Unassigned", payer="MERIDIAN MUTUAL"))
    assert "Ties to the cent: $505.00 in 1 deposit." in text


def test_what_changed_names_the_payer_and_the_cause(small_warehouse: Path) -> None:
    changed = what_changed(engine_of(small_warehouse), Filters(), date(2025, 2, 1))
    assert changed.headline == "In Feb 2025 payers withheld $100.00: $50.00 less than in Jan 2025."
    assert in_sentences(changed.payers, 1) == [
        "NORTHLAND HEALTH PLAN: $50.00 less ($150.00 → $100.00), 100\N{NO-BREAK SPACE}% of everything that fell."
    ]
    assert in_sentences(changed.causes, 2) == [
        "Documentation: $150.00 less ($150.00 → $0.00), 100\N{NO-BREAK SPACE}% of everything that fell.",
        "Medical necessity: $100.00 more ($0.00 → $100.00), 100\N{NO-BREAK SPACE}% of everything that rose.",
    ]


def test_what_changed_of_one_payer_names_it_and_lists_no_payers(open_page: OpenPage) -> None:
    text = written(open_page(payer="NORTHLAND HEALTH PLAN"))
    assert (
        "In Feb 2025 NORTHLAND HEALTH PLAN withheld $100.00: $50.00 less than in Jan 2025." in text
    )
    assert "By payer" not in text
    assert "By cause\n- Documentation: $150.00 less" in text
    assert "By payer" in written(open_page())


def test_what_changed_may_be_against_the_same_month_of_the_year_before(
    open_page: OpenPage, small_warehouse: Path
) -> None:
    changed = what_changed(
        engine_of(small_warehouse), Filters(), date(2025, 2, 1), date(2024, 2, 1)
    )
    assert changed.headline == "In Feb 2025 payers withheld $100.00: $100.00 more than in Feb 2024."
    assert changed.headline in written(open_page(compare="vs prior year"))


def test_trend_names_its_months_and_the_months_compared_with(open_page: OpenPage) -> None:
    text = written(open_page(**FEBRUARY, compare="vs prior period"))
    assert "The rate was 4.00 % in Feb 2025" in text
    assert "its peak was 15.0 % in Jan 2025" in written(open_page())


def test_quarters_of_the_trend_are_sums_over_sums(open_page: OpenPage) -> None:
    text = written(open_page(grain="by quarter", period="All months"))
    assert "The rate was 7.14 % in 2025 Q1 (Jan–Feb)" in text


def test_without_a_remittance_every_part_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = (
        "Payer,Case Number,Appeal Level,Appeal Status,Decision Date,Amount at Issue,"
        "Overturned Amount,Patient Account\nUnion Trust,C1,1,Pending,,80,,B\n"
    )
    load([Path("appeals.csv")], tmp_path, contents={"appeals.csv": log.encode()})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    text = written(app)
    assert "Nothing is posted yet. Load remittances on the Data page." in text
    assert [metric.value for metric in app.metric] == ["no value"] * 4
    assert "no value withheld" not in text


def test_filters_that_leave_nothing_have_no_peak_and_are_on_no_target(open_page: OpenPage) -> None:
    nothing = {"payer": "MERIDIAN MUTUAL", "cause": "Documentation"}
    empty = written(open_page(**nothing))
    assert "0 receivables · $0.00 withheld" in empty
    assert "On target" not in empty
    assert "Target at most 2 %" in empty
    assert "On target (at most 2 %)" in written(open_page(payer="MERIDIAN MUTUAL"))


def test_a_rate_that_never_left_zero_has_no_peak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remits = [Remit(f"N{at}", f"20250{at}15", [Claim(f"A{at}", "100.00")]) for at in (1, 2)]
    load([Path("r.835")], tmp_path, contents={"r.835": file_835(*remits)})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    text = written(AppTest.from_file(APP, default_timeout=60).run())
    assert "The rate was 0.00 % in Feb 2025, as in all of the period" in text
    assert "its peak" not in text


def test_open_exposure_is_what_is_announced_and_not_taken(
    small_warehouse: Path, open_page: OpenPage
) -> None:
    rows = open_exposure(engine_of(small_warehouse), Filters())
    assert [(row.payer, row.put_off, row.forwarded, row.total) for row in rows] == [
        ("MERIDIAN MUTUAL", Decimal("30.00"), Decimal("0.00"), Decimal("30.00"))
    ]
    assert "Still to come: $30.00 announced and not yet taken on 1 item" in written(open_page())


def test_header_says_how_fresh_the_data_is_and_that_it_ties(open_page: OpenPage) -> None:
    text = written(open_page())
    assert "Data through Feb 20, 2025" in text
    assert "ties to $3,255.00 of deposits, to the cent" in text


def test_header_counts_what_does_not_balance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off_by_a_cent = Remit("BAD", "20250301", [Claim("Z", "10.00")], payment="10.01")
    content = file_835(*REMITTANCES, off_by_a_cent)
    load([Path("bad.835")], tmp_path, contents={"bad.835": content})
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert "1 remittance does not balance" in written(app)
    assert "ties to $3,255.00" in written(app)


def test_own_data_carries_no_sample_badge(open_page: OpenPage) -> None:
    assert "Sample data" not in written(open_page())


def test_sample_is_named_on_every_page(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    app = AppTest.from_file(APP, default_timeout=60).run()
    for name in ("overview", "payers", "specialties", "offsets", "data", "definitions"):
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        assert "Sample data" in written(app), name


def test_first_start_loads_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path / "nothing yet"))
    app = AppTest.from_file(APP, default_timeout=300).run()
    assert not app.exception
    assert "Sample data" in written(app)
    assert len(app.metric) == 4
