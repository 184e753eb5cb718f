"""Relative and fiscal periods, what is prior to them, and quarters with their names."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.periods import (
    PRESETS,
    FiscalCalendar,
    Period,
    add_months,
    day_in_words,
    minute_in_words,
    preset_period,
    prior_to,
    quarters,
)

FIRST, LAST = date(2024, 11, 1), date(2026, 8, 1)
FROM_OCTOBER = FiscalCalendar(10)

months = st.dates(date(2000, 1, 1), date(2040, 12, 1)).map(lambda day: day.replace(day=1))
calendars = st.integers(1, 12).map(FiscalCalendar)


@pytest.mark.parametrize(
    ("preset", "words", "prior"),
    [
        ("mtd", "Aug 2026", "Jul 2026"),
        ("qtd", "Jul 2026 to Aug 2026", "Apr 2026 to May 2026"),
        ("ytd", "Jan 2026 to Aug 2026", "Jan 2025 to Aug 2025"),
        ("fytd", "Oct 2025 to Aug 2026", "Oct 2024 to Aug 2025"),
        ("1m", "Jul 2026", "Jun 2026"),
        ("3m", "Jun 2026 to Aug 2026", "Mar 2026 to May 2026"),
        ("12m", "Sep 2025 to Aug 2026", "Sep 2024 to Aug 2025"),
        ("24m", "Sep 2024 to Aug 2026", "Sep 2022 to Aug 2024"),
        ("all", "Nov 2024 to Aug 2026", "Jan 2023 to Oct 2024"),
    ],
)
def test_each_period_counts_back_from_the_last_month_with_data(
    preset: str, words: str, prior: str
) -> None:
    period = preset_period(preset, FIRST, LAST, FROM_OCTOBER)
    assert (str(period), str(prior_to(preset, period))) == (words, prior)


def test_custom_months_have_what_lies_just_before_as_prior() -> None:
    period = Period(date(2026, 3, 1), date(2026, 5, 1))
    assert str(prior_to(None, period)) == "Jan 2026 to Feb 2026"


def test_a_fiscal_year_is_named_for_the_year_it_ends_in() -> None:
    named = [FROM_OCTOBER.quarter_name(date(2025, month, 1)) for month in (9, 10, 12)]
    assert named == ["FY2025 Q4", "FY2026 Q1", "FY2026 Q1"]
    assert FROM_OCTOBER.quarter_name(date(2026, 2, 1)) == "FY2026 Q2"
    assert FiscalCalendar().quarter_name(date(2026, 2, 1)) == "2026 Q1"
    assert FiscalCalendar(2).quarter_name(date(2026, 1, 1)) == "FY2026 Q4"


def test_a_part_of_a_quarter_says_which_months_it_has() -> None:
    span = Period(date(2025, 11, 1), date(2026, 5, 1)).each_month()
    assert [quarter.label for quarter in quarters(span, FROM_OCTOBER)] == [
        "FY2026 Q1 (Nov–Dec)",
        "FY2026 Q2",
        "FY2026 Q3 (Apr)",
    ]


@given(months, st.integers(1, 60), calendars)
def test_quarters_hold_every_month_once_and_begin_where_the_calendar_says(
    start: date, count: int, calendar: FiscalCalendar
) -> None:
    span = Period(start, add_months(start, count)).each_month()
    found = quarters(span, calendar)
    assert [month for quarter in found for month in quarter.months] == list(span)
    assert [place for quarter in found for place in quarter.places] == list(range(count))
    for quarter in found:
        assert (quarter.start.month - calendar.first_month) % 3 == 0
        assert {calendar.quarter_name(month) for month in quarter.months} == {quarter.name}


@given(months, st.integers(0, 60), calendars, st.sampled_from(sorted(PRESETS)))
def test_to_date_periods_lie_inside_their_year_and_end_with_the_data(
    first: date, length: int, calendar: FiscalCalendar, preset: str
) -> None:
    last = add_months(first, length)
    period = preset_period(preset, first, last, calendar)
    assert period.months >= 1
    assert period.end == (last if preset == "1m" else add_months(last, 1))
    prior = prior_to(preset, period)
    assert prior.months == period.months
    assert prior.start < period.start
    if preset == "fytd":
        assert calendar.year_name(period.start) == calendar.year_name(last)
        assert period.start.month == calendar.first_month
    if preset == "qtd":
        assert calendar.quarter_name(period.start) == calendar.quarter_name(last)


def test_days_are_written_without_a_leading_zero_on_every_system() -> None:
    assert day_in_words(date(2026, 3, 5)) == "Mar 5, 2026"
    assert minute_in_words(datetime(2026, 3, 15, 4, 7)) == "Mar 15, 2026 04:07 UTC"


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(KeyError):
        preset_period("99m", FIRST, LAST)
