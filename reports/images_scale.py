"""The value axis of a drawing: where a value stands, and which values are named."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from charts.native import NativeChart, NativeSeries
from charts.spec import Amount
from kpis.catalog import Unit
from kpis.format import short_value

TICKS = 5
_NO_CENTS = re.compile(r"\.0+(?=[KMB]$)|(?<=\.[1-9])0(?=[KMB]$)")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Values from low to high over pixels from `start` to `end`; named are the ticks."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The pixel of a value; values beyond an end stand at that end."""
        kept = min(max(value, self.low), self.high)
        return self.start + (kept - self.low) / (self.high - self.low) * (self.end - self.start)


def scale_of(drawn: NativeChart, start: float, end: float, *, room: float = 0.0) -> Scale:
    """The axis over everything drawn; `room` is the share of its length kept free at its end."""
    low, high = _ends(drawn)
    step = _step((high - low) or 1.0, drawn.unit)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    last = last if last > first else first + 1
    ticks = tuple(number * step for number in range(first, last + 1))
    top = max(ticks[-1], low + (high - low) / (1 - room)) if room else ticks[-1]
    return Scale(ticks[0], top, start, end, ticks)


def tick_in_words(value: float, unit: Unit) -> str:
    """A tick as an axis names it."""
    if unit == "share":
        return f"{value * 100:g} %" if abs(value) < 0.1 else f"{value * 100:.0f} %"
    if unit == "days":
        return f"{value:,g}"
    return _NO_CENTS.sub("", short_value(round(value, 10), unit))


def stacked_levels(drawn: NativeChart, at: int) -> list[tuple[float, float]]:
    """From where to where each series reaches at one category; negatives stack downwards."""
    up = down = 0.0
    found = []
    for series in drawn.series:
        value = 0.0 if series.look == "target" else number(series.values[at])
        if value >= 0:
            found.append((up, up + value))
            up += value
        else:
            found.append((down, down + value))
            down += value
    return found


def number(value: Amount) -> float:
    return 0.0 if value is None else float(value)


def _ends(drawn: NativeChart) -> tuple[float, float]:
    values = list(_reached(drawn))
    low, high = min(values, default=0.0), max(values, default=0.0)
    low = min(0.0, low) if drawn.axis_from is None else drawn.axis_from
    return low, max(high, 0.0) if low < 0 else high if high > low else low + 1.0


def _reached(drawn: NativeChart) -> Iterable[float]:
    targets = [one for one in drawn.series if one.look == "target"]
    yield from (float(one.values[0]) for one in targets if one.values and one.values[0] is not None)
    if drawn.shape.startswith("stacked"):
        for at in range(len(drawn.categories)):
            yield from (edge for span in stacked_levels(drawn, at) for edge in span)
        yield from (edge for one in drawn.series for edge in _band_edges(one))
        return
    for series in drawn.series:
        yield from (float(value) for value in series.values if value is not None)


def _band_edges(series: NativeSeries) -> Iterable[float]:
    for value, above, below in zip(series.values, series.above, series.below, strict=False):
        if above is not None and below is not None:
            yield from (number(value) + above, number(value) - below)


def _step(span: float, unit: Unit) -> float:
    rough = span / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * one for one in STEPS if size * one >= rough * 0.999)
    return max(1.0, round(step)) if unit == "count" else step
