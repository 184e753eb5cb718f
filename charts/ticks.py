"""Which values the value axis of a chart names on screen, and how: $8K as on cards and on paper."""

from __future__ import annotations

import math
import re

from charts.spec import ChartSpec
from kpis.catalog import Unit
from kpis.format import short_usd

WANTED = 6
NOTHING = 1e-12
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_NEEDLESS = re.compile(r"\.0+(?=[KMB]$)|(?<=\.[1-9])0(?=[KMB]$)")


def value_ticks(spec: ChartSpec, wanted: int = WANTED) -> dict[str, object]:
    """Round values from the lowest to the highest of a chart and one beyond each, with their names."""
    low, high = _reach(spec)
    span = high - low
    step = _step(span if span > NOTHING else 1.0, spec.unit, wanted)
    first, last = math.floor(low / step) - 1, math.ceil(high / step) + 1
    values = [at * step for at in range(min(first, 0) if low < 0 else 0, last + 1)]
    return {
        "tickmode": "array",
        "tickvals": values,
        "ticktext": [tick_in_words(value, spec.unit) for value in values],
    }


def tick_in_words(value: float, unit: Unit) -> str:
    """A round value as short as it can be told."""
    if unit == "usd":
        return _NEEDLESS.sub("", short_usd(round(value, 2)))
    if unit == "share":
        return f"{value * 100:.6g} %"
    return f"{value:,.6g}"


def _step(span: float, unit: Unit, wanted: int) -> float:
    """The smallest round step that needs no more ticks than wanted; people, days and dollars come whole."""
    size = 10.0 ** math.floor(math.log10(span / wanted))
    step = next(size * one for one in STEPS if size * one * wanted >= span * (1 - 1e-9))
    return step if unit == "share" else float(max(1, math.ceil(step)))


def _reach(spec: ChartSpec) -> tuple[float, float]:
    """From where to where a chart's marks reach, its band too; zero is always in it."""
    up, down = [0.0], [0.0]
    for at in range(len(spec.x)):
        values = [float(one.values[at] or 0) for one in spec.series]
        parts = [values] if spec.kind == "stacked columns" else [[value] for value in values]
        up += [sum(value for value in part if value > 0) for part in parts]
        down += [sum(value for value in part if value < 0) for part in parts]
    up += [float(value) for one in spec.series for value in one.high if value is not None]
    band = spec.band if spec.band is not None and not spec.band_on else None
    edges = [] if band is None else [edge for edge in (band.at_least, band.at_most) if edge]
    return min(down), max([*up, *edges])
