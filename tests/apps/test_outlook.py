"""Outlook: what is open and by when, the months ahead, who takes more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from screen.outlook_lists import RISK_COLUMNS
from tests.apps.conftest import APP, OpenPage, written


@pytest.fixture
def outlook(sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page over the sample."""
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/outlook.py").run()
    assert not app.exception
    return app


def test_too_little_history_has_no_forecast_and_says_so(open_page: OpenPage) -> None:
    text = written(open_page("outlook"))
    assert "No forecast: there is less than a year of whole months" in text
    assert "A forecast needs 12 whole months; there are 1." in text
    assert "Rising payers: there is no year before the last three months to compare with" in text


def test_open_money_stands_by_age_where_no_rule_gives_a_day(open_page: OpenPage) -> None:
    app = open_page("outlook")
    text = written(app)
    assert "**$30.00** announced and not yet taken, in 1 offset or letter." in text
    assert "for **$30.00** no rule gives a day" in text
    table = app.dataframe[-1].value
    assert list(table["amount"]) == [30.0]
    assert list(table["wait"]) == ["No date, up to 30 days old"]


def test_months_ahead_are_hatched_and_carry_their_band(outlook: AppTest) -> None:
    traces = json.loads(outlook.get("plotly_chart")[0].proto.spec)["data"]
    past, ahead = traces
    assert [value is None for value in past["y"]] == [False] * 12 + [True] * 3
    assert [value is None for value in ahead["y"]] == [True] * 12 + [False] * 3
    assert ahead["marker"]["pattern"]["shape"] == "/"
    assert all(value > 0 for value in ahead["error_y"]["array"][-3:])
    assert "80 % between $" in ahead["customdata"][-1]


def test_the_method_is_told_in_words(outlook: AppTest) -> None:
    assert "the mean of the last 12 whole months" in written(outlook)


def test_means_of_months_are_named_as_means_on_screen_and_in_the_file() -> None:
    assert [RISK_COLUMNS[name] for name in ("rise", "recent", "usual")] == [
        "More per month",
        "Per month, last 3",
        "Per month, 12 before",
    ]


def test_choosing_where_items_stand_lists_those_alone(outlook: AppTest) -> None:
    outlook.selectbox(key="open_wait").set_value("May be taken now").run()
    table = outlook.dataframe[-1].value
    assert set(table["wait"]) == {"May be taken now"}
    assert len(table) == 5


def test_the_balances_end_with_their_total(outlook: AppTest) -> None:
    balances = next(frame.value for frame in outlook.dataframe if "last_forwarded" in frame.value)
    assert balances["payer"].iloc[-1] == "Total"
    amounts = balances["open_balance"]
    assert round(sum(amounts[:-1]), 2) == round(amounts.iloc[-1], 2)
