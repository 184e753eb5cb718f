"""What the months ahead would take: the forecast of the screen, with its band and the months it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from charts.forecasts import band_in_words, forecast_chart
from kpis.forecast import METHOD, MONTHS_BEHIND, MonthAhead, forecast
from kpis.format import short_usd
from kpis.money import NOTHING
from kpis.outlook import whole_months, withheld_by_month
from kpis.periods import Period, month_in_words
from reports.content import Column, Section, Table, told
from reports.material import Material

FILTERS_BUT_NO_PERIOD = "It follows the last whole month with remittances, whatever the period."


def outlook(material: Material) -> Section:
    """The last twelve whole months, and what the method says of the next three."""
    period = whole_months(material.engine)
    withheld = withheld_by_month(material.engine, material.filters, period) if period else ()
    ahead = forecast(period.last_month, withheld) if period else ()
    if period is None or not ahead:
        return _too_little(len(withheld))
    past, future = _months_table(period, withheld), _ahead_table(ahead)
    chart = forecast_chart(period, withheld, ahead)
    return Section(
        name="outlook",
        heading="Outlook",
        title=_title(withheld, ahead),
        notes="\n".join([METHOD, FILTERS_BUT_NO_PERIOD, "", told(future), "", told(past)]),
        charts=(chart,),
        details=(future, past),
        statements=(_rests_on(ahead), FILTERS_BUT_NO_PERIOD),
    )


def _too_little(months: int) -> Section:
    needed = f"A forecast needs {MONTHS_BEHIND} whole months with remittances; there are {months}."
    return Section(
        name="outlook",
        heading="Outlook",
        title="No forecast: there is less than a year of whole months",
        notes=f"{needed}\n{METHOD}",
        details=(_ahead_table(()),),
        statements=(needed,),
    )


def _title(withheld: Sequence[Decimal], ahead: Sequence[MonthAhead]) -> str:
    """What is expected against what the months just before took, as many of them."""
    total = sum((one.amount for one in ahead), NOTHING)
    before = sum(withheld[-len(ahead) :], NOTHING)
    said = f"About {short_usd(total)} would be withheld in the next {len(ahead)} months"
    return f"{said}, after {short_usd(before)} in the last {len(ahead)}"


def _rests_on(ahead: Sequence[MonthAhead]) -> str:
    first = ahead[0]
    return (
        f"Forecast: the mean of the last {MONTHS_BEHIND} whole months. {month_in_words(first.month)}: "
        f"{band_in_words(first)}, from {first.errors} past errors of the same method."
    )


def _ahead_table(ahead: Sequence[MonthAhead]) -> Table:
    return Table(
        name="Months ahead",
        alt="What is expected to be withheld by month, with its 80 % band",
        columns=(
            Column("month", "Month", "month"),
            Column("amount", "Expected", "usd", total="sum"),
            Column("low", "80 % from", "usd"),
            Column("high", "80 % to", "usd"),
            Column("errors", "Past errors", "count"),
        ),
        rows=tuple((one.month, one.amount, one.low, one.high, one.errors) for one in ahead),
        total=("Total", sum((one.amount for one in ahead), NOTHING), None, None, None)
        if ahead
        else None,
    )


def _months_table(period: Period, withheld: Sequence[Decimal]) -> Table:
    """Every whole month: the band comes from all of them, the forecast from the last twelve."""
    return Table(
        name="Withheld by whole month",
        alt="What was withheld in each whole month",
        columns=(
            Column("month", "Month", "month"),
            Column("withheld", "Withheld", "usd", total="sum"),
        ),
        rows=tuple(zip(period.each_month(), withheld, strict=True)),
        total=("Total", sum(withheld, NOTHING)),
    )
