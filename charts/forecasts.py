"""Columns ahead beside columns past: forecast hatched, with its band as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from charts.spec import Amount, ChartSpec, Series
from charts.theme import Palette
from kpis.forecast import MONTHS_BEHIND, MonthAhead
from kpis.format import exact_usd, short_usd
from kpis.money import NOTHING
from kpis.periods import Period, add_months


def forecast_chart(
    period: Period, withheld: Sequence[Decimal], ahead: Sequence[MonthAhead]
) -> ChartSpec:
    """USD withheld in the last twelve months of the period, then what is expected of the months after it.

    withheld: every month of the period, oldest first.
    """
    past = tuple(withheld[-MONTHS_BEHIND:])
    months = [add_months(period.end, at - len(past)) for at in range(len(past))]
    gone, nothing_yet = (None,) * len(past), (None,) * len(ahead)
    total = sum((one.amount for one in ahead), NOTHING)
    return ChartSpec(
        kind="columns",
        title=f"About {short_usd(total)} would be withheld in the next {len(ahead)} months",
        x=tuple(month.isoformat() for month in (*months, *(one.month for one in ahead))),
        series=(
            Series("Withheld", (*past, *nothing_yet)),
            Series(
                "Forecast, with its 80 % band",
                (*gone, *(one.amount for one in ahead)),
                role="forecast",
                detail=("",) * len(past) + tuple(band_in_words(one) for one in ahead),
                low=(*gone, *(one.low for one in ahead)),
                high=(*gone, *(one.high for one in ahead)),
            ),
        ),
        unit="usd",
        alt="Withheld by month: "
        + ", ".join(f"{m:%b %Y} {exact_usd(v)}" for m, v in zip(months, past, strict=True))
        + "; forecast: "
        + ", ".join(
            f"{one.month:%b %Y} {exact_usd(one.amount)}, {band_in_words(one)}" for one in ahead
        ),
        x_is_month=True,
        height=330,
    )


def band_in_words(one: MonthAhead) -> str:
    """Between which amounts a month ahead lies, or that it has no band."""
    if one.low is None or one.high is None:
        return "no band"
    return f"80 % between {exact_usd(one.low)} and {exact_usd(one.high)}"


def has_forecast(spec: ChartSpec) -> bool:
    """Whether any series lies ahead; it shares the places of the series before it."""
    return any(series.role == "forecast" for series in spec.series)


def hatched(colour: str, colours: Palette) -> dict[str, object]:
    """The marker of a column ahead: hatched on the background, outlined in its colour."""
    return {
        "color": colours.background,
        "line": {"width": 1.5, "color": colour},
        "pattern": {
            "shape": "/",
            "fillmode": "overlay",
            "fgcolor": colour,
            "fgopacity": 0.6,
            "size": 7,
            "solidity": 0.25,
        },
    }


def has_band(series: Series) -> bool:
    """Whether any value of it lies between a low and a high."""
    return any(value is not None for value in series.low)


def band_bar(series: Series, colours: Palette) -> dict[str, object] | None:
    """The bar from low to high on each value; None where no value has a band."""
    if not has_band(series):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": apart(series.high, series.values),
        "arrayminus": apart(series.values, series.low),
        "color": colours.text,
        "thickness": 1.5,
        "width": 6,
    }


def apart(upper: tuple[Amount, ...], lower: tuple[Amount, ...]) -> list[float | None]:
    """How far each value lies above the other; None where either is not known."""
    return [
        None if high is None or low is None else float(high) - float(low)
        for high, low in zip(upper, lower, strict=True)
    ]
