"""The filter bar: links restore it, pages share it, reset clears it."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from kpis.periods import PRESETS, FiscalCalendar, Period
from screen.filter_words import FilterWords, line
from screen.filters import COMPARISONS, PERIODS, PRESET_BY_LABEL
from tests.apps.conftest import OpenPage, written


def rate(app: AppTest) -> str:
    return str(next(metric.value for metric in app.metric if metric.label == "Offset volume rate"))


def test_every_preset_is_offered() -> None:
    assert set(PERIODS[:-1]) == set(PRESETS.values()) == set(PRESET_BY_LABEL)
    assert len(COMPARISONS) == 3


def test_a_payer_in_the_link_narrows_the_figures(open_page: OpenPage) -> None:
    assert rate(open_page()) == "7.14 %"
    assert rate(open_page(payer="NORTHLAND HEALTH PLAN")) == "8.33 %"
    assert rate(open_page(payer="MERIDIAN MUTUAL")) == "0.00 %"


def test_a_cause_in_the_link_narrows_the_figures(open_page: OpenPage) -> None:
    app = open_page(cause="Documentation")
    assert rate(app) == "4.29 %"
    assert "**Cause:** Documentation" in written(app)


def test_an_unknown_value_in_a_link_is_dropped(open_page: OpenPage) -> None:
    app = open_page(payer="NOBODY", period="Last 99 months")
    assert app.multiselect(key="payer").value == []
    assert app.selectbox(key="period").value == "Last 12 months"


def test_filters_stay_from_page_to_page(open_page: OpenPage) -> None:
    app = open_page(payer="NORTHLAND HEALTH PLAN", period="Last 3 months")
    app.switch_page("pages/specialties.py").run()
    assert app.multiselect(key="payer").value == ["NORTHLAND HEALTH PLAN"]
    assert app.selectbox(key="period").value == "Last 3 months"


def test_custom_months_may_be_given_in_any_order(open_page: OpenPage) -> None:
    app = open_page(period="Custom months", from_="2025-02", to="2025-01")
    assert rate(app) == "7.14 %"


def test_one_custom_month(open_page: OpenPage) -> None:
    app = open_page(period="Custom months", from_="2025-01", to="2025-01")
    assert rate(app) == "15.0 %"


def test_custom_months_offer_every_month_with_data(open_page: OpenPage) -> None:
    app = open_page(period="Custom months")
    months = [f"{date(2025, month, 1):%Y-%m}" for month in (1, 2)]
    assert app.selectbox(key="from").options == months
    assert app.selectbox(key="to").options == months[::-1]


def test_prior_year_is_missing_where_data_does_not_reach_back(open_page: OpenPage) -> None:
    app = open_page(compare="vs prior year", period="Custom months", from_="2025-02", to="2025-02")
    assert "No data for the prior year" in written(app)


def test_every_relative_period_is_named_with_its_months(open_page: OpenPage) -> None:
    months = {
        "Month to date": "**Feb 2025**, Feb 2025 through Feb 20 · vs Jan 2025 · all payers",
        "Quarter to date": "**Jan 2025 to Feb 2025** (2025 Q1 to date), Feb 2025 through Feb 20",
        "Last month": "**Jan 2025** · no data for the prior period",
        "All months": "**Jan 2025 to Feb 2025**, Feb 2025 through Feb 20 · no data for the prior",
    }
    for period, words in months.items():
        assert words in written(open_page(period=period)), period


def test_all_that_is_filtered_stands_in_one_line(open_page: OpenPage) -> None:
    app = open_page(
        payer="NORTHLAND HEALTH PLAN", specialty="Unassigned", compare="no comparison",
        grain="by quarter",
    )  # fmt: skip
    assert (
        "**Mar 2024 to Feb 2025**, Feb 2025 through Feb 20 · no comparison chosen · trends by "
        "quarter · **Payer:** NORTHLAND HEALTH PLAN · **Specialty:** Unassigned"
    ) in written(app)


def test_many_values_are_counted_after_the_first() -> None:
    words = FilterWords(
        period=Period(date(2025, 1, 1), date(2025, 2, 1)),
        chosen="Custom months",
        compared="vs Dec 2024",
        by_quarter=False,
        calendar=FiscalCalendar(),
        values={"Payer": tuple("ABCDEFG")},
    )
    assert line(words, date(2025, 1, 31)) == (
        "**Jan 2025** · vs Dec 2024 · **Payer:** A, B, C, D and 3 more"
    )


def test_reset_brings_the_period_back_too(open_page: OpenPage) -> None:
    app = open_page(period="Custom months", from_="2025-01", to="2025-01", grain="by quarter")
    next(button for button in app.button if button.label == "Reset").click().run()
    assert app.selectbox(key="period").value == "Last 12 months"
    assert app.selectbox(key="grain").value == "by month"
    assert dict(app.query_params) == {}


def test_reset_clears_every_value_at_once(open_page: OpenPage) -> None:
    app = open_page(payer="NORTHLAND HEALTH PLAN", cause="Documentation")
    reset = next(button for button in app.button if button.label == "Reset")
    reset.click().run()
    assert app.multiselect(key="payer").value == []
    assert app.multiselect(key="cause").value == []
    assert rate(app) == "7.14 %"
    assert not [button for button in app.button if button.label == "Reset"]
