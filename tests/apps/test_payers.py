"""Payers: ranked, concentrated, and one payer by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from kpis.filters import Filters
from kpis.payers import (
    LAG_EDGES,
    appeal_standing,
    concentration,
    lag_distribution,
    lag_label,
    payer_standings,
)
from reports.sections import build_report
from tests.apps.conftest import OpenPage, written
from tests.warehouses import engine_of, rows


def test_payers_are_ranked_by_what_they_withheld(small_warehouse: Path) -> None:
    steps = ((date(2025, 1, 1),), (date(2025, 2, 1),))
    standings = payer_standings(engine_of(small_warehouse), Filters(), steps)
    assert [(one.payer, one.withheld, one.taken_count) for one in standings] == [
        ("NORTHLAND HEALTH PLAN", Decimal("250.00"), 2),
        ("MERIDIAN MUTUAL", Decimal("0.00"), 0),
    ]
    assert standings[0].trend == (0.15, 0.05)


def test_concentration_of_one_payer_alone_is_ten_thousand(small_warehouse: Path) -> None:
    found = concentration(payer_standings(engine_of(small_warehouse), Filters()))
    assert found is not None
    assert (found.top_payer, found.top_share, found.hhi, found.payers) == (
        "NORTHLAND HEALTH PLAN",
        1.0,
        10_000,
        1,
    )


def test_one_payer_by_itself_is_not_few_payers(small_warehouse: Path, open_page: OpenPage) -> None:
    said = "NORTHLAND HEALTH PLAN took everything that was withheld in this period."
    text = written(open_page("payers")).replace("**", "")
    assert said in text
    assert "few payers" not in text
    (section,) = build_report(engine_of(small_warehouse), Filters(), ["payers"]).sections
    assert section.statements == (said,)


def test_nothing_withheld_has_no_concentration(small_warehouse: Path) -> None:
    only = Filters(payers=("MERIDIAN MUTUAL",))
    assert concentration(payer_standings(engine_of(small_warehouse), only)) is None


def test_table_shows_exact_dollars_and_the_line_below_equals_the_cards(
    open_page: OpenPage,
) -> None:
    app = open_page("payers")
    table = app.dataframe[0].value
    assert list(table["payer"]) == ["NORTHLAND HEALTH PLAN", "MERIDIAN MUTUAL", "All payers"]
    assert list(table["withheld"]) == [250.0, 0.0, 250.0]
    assert list(table["payments"]) == [3000.0, 500.0, 3500.0]
    text = written(app)
    assert "offset volume rate **7.14 %**" in text
    assert "2 receivables · $250.00 withheld" in text


def test_rows_of_the_sample_add_up_to_the_whole(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    whole = rows(engine, "select sum(withheld) as g, sum(payments) as p from kpi_cube")[0]
    standings = payer_standings(engine, Filters())
    assert sum(one.withheld for one in standings) == whole["g"]
    assert sum(one.payments for one in standings) == whole["p"]


def test_one_payer_in_the_filter_opens_its_page(open_page: OpenPage) -> None:
    app = open_page("payers", payer="MERIDIAN MUTUAL")
    assert [title.value for title in app.title] == ["MERIDIAN MUTUAL"]
    text = written(app)
    assert "Still to come: $30.00" in text
    assert "Nothing withheld in this period" in text


def test_all_payers_leads_back_to_the_ranking(open_page: OpenPage) -> None:
    app = open_page("payers", payer="MERIDIAN MUTUAL")
    next(button for button in app.button if button.label == "All payers").click().run()
    assert [title.value for title in app.title] == ["Payers"]
    assert app.multiselect(key="payer").value == []


def test_page_of_a_payer_names_cause_and_missing_notice(open_page: OpenPage) -> None:
    text = written(open_page("payers", payer="NORTHLAND HEALTH PLAN"))
    assert "Documentation is 60 % of $250 withheld" in text
    assert "A notice is on file for 0 of 2 (0 %). Left out of the lag: 2 no notice on file." in text


def test_every_lag_of_the_sample_falls_in_one_bucket(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    found = lag_distribution(engine, Filters())
    state = rows(
        engine,
        "select count(*) filter (lag_state = 'counted') as counted, count(*) as withdrawn, "
        "median(lag_days) filter (lag_state = 'counted') as median "
        "from receivable where first_withdrawal is not null",
    )[0]
    assert found.counted == state["counted"] > 0
    assert found.withdrawn == state["withdrawn"]
    assert found.median == state["median"]
    assert len(found.counts) == len(LAG_EDGES)


def test_appeals_of_the_sample_are_decided_or_stand_apart(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    found = appeal_standing(engine, Filters())
    count = {
        row["status"]: row["n"]
        for row in rows(engine, "select status, count(*) as n from appeal_case group by 1")
    }
    decided = rows(engine, "select count(decided_outcome) as n from appeal_case")[0]["n"]
    assert found.decided == decided
    assert found.pending == count["pending"]
    assert found.dismissed == count["dismissed"]


def test_buckets_read_as_ranges_of_days() -> None:
    assert [lag_label(edge) for edge in (LAG_EDGES[1], LAG_EDGES[-1])] == ["15–30", "121 +"]


def test_the_recovery_in_cash_stands_beside_what_came_back(open_page: OpenPage) -> None:
    table = open_page("payers").dataframe[0].value
    assert list(table["recovered"]) == [0.0, 0.0, 0.0]
    assert table["recovery_rate_cash"].fillna(-1).tolist() == [0.0, -1, 0.0]


def test_one_payer_tells_its_rates_with_what_they_rest_on(open_page: OpenPage) -> None:
    text = written(open_page("payers", payer="NORTHLAND HEALTH PLAN"))
    assert "Recovery rate, cash 0.00 % ($0.00 of $250.00)" in text
    assert "Appeal success rate, full wins only no value (0 cases, $0.00 at issue)" in text


def test_panels_and_trends_of_the_ranking_go_by_quarter_where_the_bar_says_so(
    open_page: OpenPage,
) -> None:
    """2025 Q1 is 250.00 of 3,000.00 for one payer, the months together and not the mean of 15 % and 5 %."""
    app = open_page("payers", grain="by quarter", period="All months")
    panels = next(
        one.proto for one in app.get("plotly_chart") if "in panels" in one.proto.spec
        or "Offset volume rate by quarter" in one.proto.alt
    )  # fmt: skip
    assert "NORTHLAND HEALTH PLAN 8.33 %" in panels.alt
    assert "2025 Q1" in panels.spec
    trends = list(app.dataframe[0].value["trend"])
    assert [list(trend) for trend in trends] == [[250 / 3000], [0.0], [250 / 3500]]
    by_month = open_page("payers", period="All months").dataframe[0].value["trend"]
    assert [list(trend) for trend in by_month] == [[0.15, 0.05], [0.0, 0.0], [0.15, 0.04]]
