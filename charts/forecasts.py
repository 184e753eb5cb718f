"""Columns ahead beside columns past: forecast hatched, with its band as a bar."""

from __future__ import annotations

from charts.spec import Amount, ChartSpec, Series
from charts.theme import Palette


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


def band_bar(series: Series, colours: Palette) -> dict[str, object] | None:
    """The bar from low to high on each value; None where no value has a band."""
    if not any(value is not None for value in series.low):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": _apart(series.high, series.values),
        "arrayminus": _apart(series.values, series.low),
        "color": colours.text,
        "thickness": 1.5,
        "width": 6,
    }


def _apart(upper: tuple[Amount, ...], lower: tuple[Amount, ...]) -> list[float | None]:
    return [
        None if high is None or low is None else float(high) - float(low)
        for high, low in zip(upper, lower, strict=True)
    ]
