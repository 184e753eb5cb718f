"""A chart as data: what it says and shows, for any renderer to draw."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.catalog import Unit

Kind = Literal["line", "columns", "stacked columns", "bars", "waterfall", "heatmap"]
Role = Literal["actual", "prior", "category", "good", "bad", "total"]
Amount = Decimal | float | int | None


@dataclass(frozen=True)
class Series:
    """Values in the order of the chart's x; None leaves a gap. `colour` is a place in the palette.

    detail: one line per value that hover adds to the exact figure, e.g. "12 receivables".
    """

    name: str
    values: tuple[Amount, ...]
    role: Role = "actual"
    colour: int | None = None
    detail: tuple[str, ...] = ()


@dataclass(frozen=True)
class Band:
    """A target band; an open side is None."""

    at_least: float | None
    at_most: float | None
    label: str


@dataclass(frozen=True)
class ChartSpec:
    """One chart.

    title: a sentence that says what it shows. x: categories, or months as YYYY-MM-DD where `x_is_month`.
    A heatmap has one series per row; a waterfall one series whose first and last values are totals.
    band_on: where x are ranges of the band's unit, the places inside the band; drawn as columns in it.
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
