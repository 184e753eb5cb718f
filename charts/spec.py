"""A chart as data: what it says and shows, for any renderer to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kpis.catalog import Unit

Kind = Literal[
    "line", "columns", "stacked columns", "bars", "waterfall", "heatmap", "small multiples"
]
Role = Literal["actual", "prior", "category", "good", "bad", "total", "forecast"]
Amount = Decimal | float | int | None


@dataclass(frozen=True)
class Series:
    """Values in the order of the chart's x; None leaves a gap. `colour` is a place in the palette.

    detail: one line per value that hover adds to the exact figure, e.g. "12 receivables".
    low, high: between which a forecast value lies, drawn as a bar of its own; None where that is not known.
    """

    name: str
    values: tuple[Amount, ...]
    role: Role = "actual"
    colour: int | None = None
    detail: tuple[str, ...] = ()
    low: tuple[Amount, ...] = ()
    high: tuple[Amount, ...] = ()


def stands_alone(values: Sequence[Amount]) -> bool:
    """Whether some value has no neighbour to draw a line to: without a point of its own it would not be seen."""
    apart = [None, *values, None]
    return any(
        value is not None and before is None and after is None
        for before, value, after in zip(apart, values, apart[2:], strict=False)
    )


@dataclass(frozen=True)
class Band:
    """A target band; an open side is None."""

    at_least: float | None
    at_most: float | None
    label: str


@dataclass(frozen=True)
class Note:
    """Something that happened on a date; `label` is short enough to stand on the chart, `text` shows on hover."""

    on_date: date
    label: str
    text: str


@dataclass(frozen=True)
class ChartSpec:
    """One chart.

    title: a sentence that says what it shows. x: categories, or months as YYYY-MM-DD where `x_is_month`.
    A heatmap has one series per row, small multiples one per panel; a waterfall one series whose first and last
    values are totals.
    band_on: where x are ranges of the band's unit, the places inside the band; drawn as columns in it.
    x_names: where x are months that each stand for more, such as quarters, what they are called.
    notes: drawn on an axis of months, each at the month or quarter it lies in.
    alt: what a reader who cannot see it is told.
    """

    kind: Kind
    title: str
    x: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    alt: str
    band: Band | None = None
    band_on: tuple[int, ...] = ()
    x_is_month: bool = False
    height: int = 300
    legend: bool = True
    x_names: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
