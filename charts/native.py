"""A ChartSpec as what Office draws: categories, plain series and their colours, ready for a deck or a workbook."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from charts.colours import role_colour
from charts.forecasts import apart, has_band, has_forecast
from charts.spec import Amount, ChartSpec, Series
from charts.theme import Palette, palette
from kpis.catalog import Unit
from kpis.format import exact_usd
from kpis.money import NOTHING
from kpis.periods import month_in_words

Shape = Literal["line", "columns", "stacked columns", "stacked bars", "bars"]
Look = Literal["filled", "forecast", "unseen", "line", "prior", "target"]


@dataclass(frozen=True)
class NativeSeries:
    """One series. colours: one for all its values, or one for each. labelled: its values are printed beside it.

    texts: what is printed at each place of an unseen series instead. above, below: how far the band of each value
    of a forecast reaches beyond it, empty where there is none.
    """

    name: str
    values: tuple[Amount, ...]
    look: Look
    colours: tuple[str, ...]
    labelled: bool = False
    texts: tuple[str, ...] = ()
    above: tuple[float | None, ...] = ()
    below: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class NativeChart:
    """A chart Office can draw and a user can edit.

    axis_from: where the value axis starts, None for zero. axis_to: where it must end so that bands have room,
    None where the values alone decide. months: the categories as dates, where they are months.
    """

    shape: Shape
    title: str
    alt: str
    categories: tuple[str, ...]
    series: tuple[NativeSeries, ...]
    unit: Unit
    label_format: str
    axis_format: str
    axis_from: float | None = None
    axis_to: float | None = None
    legend: bool = False
    months: tuple[date, ...] = ()

    @property
    def has_negatives(self) -> bool:
        return any(value < 0 for one in self.series for value in one.values if value is not None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(
            value is not None
            for one in self.series
            if one.look not in ("unseen", "target")
            for value in one.values
        )


def native_chart(spec: ChartSpec) -> NativeChart:
    """The chart; raises KeyError for a heatmap, which Office has no chart for: it is a coloured table."""
    return {
        "line": _line,
        "columns": _columns,
        "stacked columns": _columns,
        "bars": _bars,
        "waterfall": _waterfall,
    }[spec.kind](spec, palette())


def number_format(unit: Unit) -> str:
    """The exact figures of a unit, as Office writes formats."""
    return {"usd": "$#,##0.00;−$#,##0.00", "share": "0.00%", "days": "#,##0.0", "count": "#,##0"}[
        unit
    ]


def label_format(unit: Unit, largest: float) -> str:
    """Dollars in thousands or millions where the largest is that large; small shares with two digits."""
    if unit == "share":
        return "0.00%" if largest < 0.1 else "0.0%"
    if unit == "days":
        return "#,##0.0"
    if unit == "count":
        return "#,##0"
    digits = "$#,##0"
    if largest >= 999_500:
        digits = '$#,##0.00,,"M"' if largest < 1e7 else '$#,##0.0,,"M"'
    elif largest >= 99_950:
        digits = '$#,##0,"K"'
    return f"{digits};−{digits};$0"


def axis_format(unit: Unit, largest: float) -> str:
    """As labels, with no more digits than a scale needs."""
    if unit == "share":
        return "0.0%" if largest < 0.1 else "0%"
    return "#,##0" if unit in ("days", "count") else label_format(unit, largest)


def _plain(spec: ChartSpec, series: tuple[NativeSeries, ...], colours: Palette) -> NativeChart:
    targets = _targets(spec, colours)
    return NativeChart(
        shape="columns" if spec.kind == "columns" else "bars",
        title=spec.title,
        alt=spec.alt,
        categories=_categories(spec),
        series=(*series, *targets),
        unit=spec.unit,
        label_format=label_format(spec.unit, _largest(spec)),
        axis_format=axis_format(spec.unit, _largest(spec)),
        legend=spec.legend and len(series) + len(targets) > 1,
        months=tuple(date.fromisoformat(x) for x in spec.x) if spec.x_is_month else (),
    )


def _line(spec: ChartSpec, colours: Palette) -> NativeChart:
    lines = tuple(
        NativeSeries(
            one.name,
            one.values,
            "prior" if one.role == "prior" else "line",
            (role_colour(one.role, one.colour, colours),),
        )
        for one in spec.series
    )
    return replace(_plain(spec, lines, colours), shape="line")


def _columns(spec: ChartSpec, colours: Palette) -> NativeChart:
    """Names stand along the side, where they have room; months along the foot."""
    shape: Shape = "columns"
    if spec.kind == "stacked columns":
        shape = "stacked columns" if spec.x_is_month else "stacked bars"
    elif has_forecast(spec):
        shape = "stacked columns"
    columns = tuple(_column(one, colours) for one in spec.series)
    return replace(_plain(spec, columns, colours), shape=shape, axis_to=_axis_to(columns))


def _column(one: Series, colours: Palette) -> NativeSeries:
    look: Look = "forecast" if one.role == "forecast" else "filled"
    drawn = NativeSeries(one.name, one.values, look, (role_colour(one.role, one.colour, colours),))
    if not has_band(one):
        return drawn
    above, below = apart(one.high, one.values), apart(one.values, one.low)
    return replace(drawn, above=tuple(above), below=tuple(below))


def _axis_to(columns: Sequence[NativeSeries]) -> float | None:
    """The top of the highest band, rounded up to two figures; None without any band."""
    tops = [
        float(value) + above
        for one in columns
        for value, above in zip(one.values, one.above, strict=False)
        if value is not None and above is not None
    ]
    highest = max(tops, default=0.0)
    if highest <= 0:
        return None
    size = 10.0 ** (math.floor(math.log10(highest)) - 1)
    return math.ceil(highest / size) * size


def _bars(spec: ChartSpec, colours: Palette) -> NativeChart:
    """One series where every name has a bar of its own: so a user edits one column of numbers."""
    bar = NativeSeries(
        "Value",
        tuple(_own(spec, at) for at in range(len(spec.x))),
        "filled",
        tuple(role_colour(one.role, one.colour, colours) for one in _owners(spec)),
        labelled=True,
    )
    return replace(_plain(spec, (bar,), colours), shape="bars", legend=False)


def _waterfall(spec: ChartSpec, colours: Palette) -> NativeChart:
    """Steps stand on an unseen series that carries them; parts are stacked, so every number stays editable."""
    values = [NOTHING if value is None else Decimal(value) for value in spec.series[0].values]
    last = len(values) - 1
    levels = [sum(values[: at + 1], NOTHING) for at in range(last)]
    carried = [
        NOTHING if at in (0, last) else min(levels[at - 1], levels[at]) for at in range(last + 1)
    ]
    totals = tuple(value if at in (0, last) else None for at, value in enumerate(values))
    rises = tuple(value if 0 < at < last and value > 0 else None for at, value in enumerate(values))
    falls = tuple(
        -value if 0 < at < last and value < 0 else None for at, value in enumerate(values)
    )
    start = _axis_from([float(level) for level in levels])
    parts = (
        NativeSeries("Carried", tuple(carried), "unseen", (colours.background,)),
        NativeSeries("Total", totals, "filled", (colours.primary,)),
        NativeSeries("Adds", rises, "filled", (colours.good,)),
        NativeSeries("Takes", falls, "filled", (colours.bad,)),
        _room_for_labels(values, levels, start),
    )
    return replace(
        _plain(spec, parts, colours), shape="stacked columns", axis_from=start, legend=False
    )


def _room_for_labels(
    values: list[Decimal], levels: list[Decimal], start: float | None
) -> NativeSeries:
    """An unseen part on top of each step that holds its amount: stacked parts have no label outside."""
    span = float(max(levels, default=NOTHING)) - (start or 0.0)
    room = Decimal(f"{span * 0.12:.2f}")
    return NativeSeries(
        "Room for labels",
        (room,) * len(values),
        "unseen",
        ("#ffffff",),
        texts=tuple(exact_usd(value) for value in values),
    )


def _axis_from(levels: list[float]) -> float | None:
    """A bridge whose steps are small against its totals starts above zero, on a round number, so that they show."""
    low, high = min(levels, default=0.0), max(levels, default=0.0)
    start = low - (high - low)
    if low <= 0 or start <= high * 0.3:
        return None
    size = 10.0 ** (len(f"{high - low:.0f}") - 1) if high - low >= 1 else 1.0
    return start // size * size


def _targets(spec: ChartSpec, colours: Palette) -> tuple[NativeSeries, ...]:
    """Each edge of the target band as a level line over all categories."""
    band = spec.band
    if band is None or spec.band_on or not spec.x:  # where band_on is set, the band lies on x
        return ()
    edges = [edge for edge in (band.at_least, band.at_most) if edge is not None]
    names = [band.label] if len(edges) == 1 else [f"{band.label}: from", f"{band.label}: to"]
    return tuple(
        NativeSeries(name, (edge,) * len(spec.x), "target", (colours.good,))
        for name, edge in zip(names, edges, strict=True)
    )


def _categories(spec: ChartSpec) -> tuple[str, ...]:
    if not spec.x_is_month:
        return spec.x
    return tuple(month_in_words(date.fromisoformat(month)) for month in spec.x)


def _owners(spec: ChartSpec) -> list[Series]:
    """The series that each name's bar belongs to."""
    return [
        next((one for one in spec.series if one.values[at] is not None), spec.series[0])
        for at in range(len(spec.x))
    ]


def _own(spec: ChartSpec, at: int) -> Amount:
    return next((one.values[at] for one in spec.series if one.values[at] is not None), None)


def _largest(spec: ChartSpec) -> float:
    return max(
        (abs(float(value)) for one in spec.series for value in one.values if value is not None),
        default=0.0,
    )
