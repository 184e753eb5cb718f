"""What is still to come: the forecast and its band, open amounts by day, who takes more and more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.forecast import MonthAhead, band_of_errors, forecast, past_errors
from kpis.offset_list import OffsetListView, offset_totals
from kpis.outlook import (
    WAITS,
    Risk,
    _risk,
    forward_balances,
    open_items,
    rising,
    waiting,
    whole_months,
    withheld_by_month,
)
from kpis.overview import open_exposure
from kpis.periods import Period
from kpis.report_outlook import expected_takings
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

DECEMBER = date(2025, 12, 1)
MONEY = st.decimals(0, 10_000, places=2)


def dollars(*amounts: int) -> list[Decimal]:
    return [Decimal(f"{amount}.00") for amount in amounts]


def test_less_than_a_year_has_no_forecast() -> None:
    assert forecast(DECEMBER, dollars(*[100] * 11)) == ()


def test_a_year_gives_the_mean_and_no_band() -> None:
    year = dollars(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100)
    assert forecast(DECEMBER, year) == (
        MonthAhead(date(2026, 1, 1), Decimal("8.33"), None, None, 0),
        MonthAhead(date(2026, 2, 1), Decimal("8.33"), None, None, 0),
        MonthAhead(date(2026, 3, 1), Decimal("8.33"), None, None, 0),
    )


def test_errors_are_actual_less_what_was_known_so_many_months_before() -> None:
    history = dollars(*[120] * 12, 240, 120)
    assert past_errors(history, 1) == [Decimal("120.00"), Decimal("-10.00")]
    assert past_errors(history, 2) == [Decimal("0.00")]
    assert past_errors(history, 3) == []


def test_the_band_leaves_one_error_in_ten_on_either_side() -> None:
    errors = dollars(*range(1, 20))
    assert band_of_errors(errors) == (Decimal("2.00"), Decimal("18.00"))
    assert band_of_errors(errors[:9]) == (Decimal("1.00"), Decimal("9.00"))
    assert band_of_errors(errors[:8]) is None


def test_the_band_lies_around_the_mean_by_the_errors_and_never_below_zero() -> None:
    history = dollars(*[0, 120] * 6, *[0] * 9, 500)
    first = forecast(DECEMBER, history)[0]
    assert first.amount == Decimal("51.67")
    errors = past_errors(history, 1)
    assert (min(errors), max(errors)) == (Decimal("-60.00"), Decimal("480.00"))
    assert (first.low, first.high, first.errors) == (Decimal("0.00"), Decimal("531.67"), 10)
    sinking = forecast(DECEMBER, dollars(*[900] * 12, *[0] * 12))[0]
    assert (sinking.amount, sinking.low) == (Decimal("0.00"), Decimal("0.00"))


@given(st.lists(MONEY, min_size=9, max_size=60))
def test_at_least_eight_in_ten_past_errors_lie_within_the_band(errors: list[Decimal]) -> None:
    band = band_of_errors(errors)
    assert band is not None
    assert sum(band[0] <= error <= band[1] for error in errors) >= 0.8 * len(errors)


@given(st.lists(MONEY, min_size=12, max_size=40))
def test_a_forecast_lies_within_its_band_or_has_none(history: list[Decimal]) -> None:
    for one in forecast(DECEMBER, history):
        assert min(history[-12:]) <= one.amount <= max(history[-12:])
        if one.low is not None and one.high is not None:
            assert min(Decimal(0), one.amount) <= one.low <= one.amount <= one.high


def test_a_band_of_errors_that_all_lie_above_begins_at_the_mean() -> None:
    growing = [Decimal(100 * month) for month in range(24)]
    next_month = forecast(date(2026, 6, 1), growing)[0]
    assert (next_month.low, next_month.amount) == (Decimal("1750.00"), Decimal("1750.00"))
    assert next_month.high == Decimal("2400.00")


def test_rising_compares_a_month_of_the_last_three_with_one_of_the_twelve_before() -> None:
    months = dollars(*[100] * 11, 300, 200, 200, 101)
    assert _risk("Aetna", months) == Risk(
        "Aetna", Decimal("167.00"), Decimal("116.67"), beyond=True, trend=tuple(months)
    )
    assert _risk("Aetna", months[:-1] + dollars(100)).beyond is False


def test_open_amounts_by_wait_are_the_exposure_of_the_overview(sample: DuckDBEngine) -> None:
    for filters in (Filters(), Filters(specialties=("Cardiology",)), Filters(payers=("nobody",))):
        found = waiting(sample, filters)
        exposure = open_exposure(sample, filters)
        assert sum(one.amount for one in found) == sum(one.total for one in exposure)
        assert sum(one.items for one in found) == sum(one.items + one.letters for one in exposure)


def test_a_letter_has_the_specialty_of_its_provider_on_every_page(sample: DuckDBEngine) -> None:
    radiology = Filters(specialties=("Radiology",))
    open_now = offset_totals(sample, OffsetListView(radiology, "Open"))
    letters = offset_totals(sample, OffsetListView(radiology, "Letters"))
    assert (open_now.open_balance, open_now.offsets) == (Decimal("239.07"), 2)
    assert (letters.letter_amount, letters.letters) == (Decimal("234.42"), 1)
    for amounts in (
        [one.total for one in open_exposure(sample, radiology)],
        [one.amount for one in waiting(sample, radiology)],
        [one.amount for one in expected_takings(sample, radiology)],
    ):
        assert sum(amounts) == Decimal("473.49")
    listed = open_items(sample, radiology, None)
    assert [one.specialty for one in listed] == ["Radiology"] * 3


def test_a_balance_forwarded_beside_a_payment_is_put_off_and_a_shortfall_forwarded(
    tmp_path: Path,
) -> None:
    medicare = Remit(
        "M1", "20250115", [Claim("A", "5000.00"), Claim("X", "-3000.00", status="22"), Claim("X", "0.00")],
        plb=[("FB:00X", "-3000.00")], payer="MEDICARE", payer_id="MC01",
    )  # fmt: skip
    short = Remit(
        "T1", "20250116", [Claim("B", "600.00"), Claim("C", "-800.00", status="22"), Claim("C", "0.00")],
        plb=[("FB:T1", "-200.00")],
    )  # fmt: skip
    load([Path("fb.835")], tmp_path, contents={"fb.835": file_835(medicare, short)})
    engine = engine_of(tmp_path)
    assert [
        (one.put_off, one.forwarded, one.total) for one in open_exposure(engine, Filters())
    ] == [
        (Decimal("3000.00"), Decimal("0.00"), Decimal("3000.00")),
        (Decimal("0.00"), Decimal("200.00"), Decimal("200.00")),
    ]
    assert [(one.put_off, one.last_forwarded) for one in forward_balances(engine, Filters())] == [
        (Decimal("3000.00"), Decimal("0.00")),
        (Decimal("0.00"), Decimal("200.00")),
    ]


def test_items_stand_where_their_earliest_day_or_age_puts_them(sample: DuckDBEngine) -> None:
    reached = rows(sample, "select max(payment_date) as day from posted_remittance")[0]["day"]
    items = open_items(sample, Filters(), None)
    assert {item.wait for item in items} >= {WAITS[0], WAITS[1], WAITS[4]}
    for item in items:
        days, age = (item.earliest or reached) - reached, reached - item.announced
        expected = (
            WAITS[0 if days.days <= 0 else 1 if days.days <= 30 else 2 if days.days <= 60 else 3]
            if item.earliest
            else WAITS[4 if age.days <= 30 else 5 if age.days <= 60 else 6]
        )
        assert item.wait == expected
        assert (item.rule is None) == (item.earliest is None)


@pytest.mark.parametrize("wait", [None, WAITS[0], WAITS[6]])
def test_pages_of_open_items_are_the_whole_list(sample: DuckDBEngine, wait: str | None) -> None:
    whole = open_items(sample, Filters(), wait)
    pages = [open_items(sample, Filters(), wait, 4, at) for at in range(0, len(whole) + 1, 4)]
    assert [item for page in pages for item in page] == list(whole)
    of_wait = [one for one in waiting(sample, Filters()) if wait in (None, one.wait)]
    assert sum(item.amount for item in whole) == sum(one.amount for one in of_wait)


def test_balances_add_up_and_are_those_of_the_open_offsets(sample: DuckDBEngine) -> None:
    found = forward_balances(sample, Filters())
    for one in found:
        assert one.open_balance == one.put_off + one.last_forwarded + one.difference
    whole = rows(sample, "select sum(open_balance) as open from receivable")[0]["open"]
    assert sum(one.open_balance for one in found) == whole


def test_months_count_once_they_are_whole(sample: DuckDBEngine) -> None:
    period = whole_months(sample)
    assert period == Period(date(2024, 11, 1), date(2026, 11, 1))
    withheld = withheld_by_month(sample, Filters(), period)
    assert len(withheld) == 24
    assert sum(withheld) == rows(sample, "select sum(withheld) as g from kpi_cube")[0]["g"]


def test_who_rises_is_ranked_by_dollars(sample: DuckDBEngine) -> None:
    for dimension in ("payer", "specialty"):
        found = rising(sample, Filters(), dimension)
        assert found
        assert [one.rise for one in found] == sorted((one.rise for one in found), reverse=True)
        assert all(one.rise > 0 and len(one.trend) == 15 for one in found)
    (one,) = rising(
        sample,
        Filters(payers=(found_payer := rising(sample, Filters(), "payer")[0].name,)),
        "payer",
    )
    assert one.name == found_payer
