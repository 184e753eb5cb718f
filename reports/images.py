"""A chart as a file on a machine without a browser: SVG, PNG, CSV, each with its filters and as-of."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from charts.bridge import CUT_AXIS
from charts.forecasts import has_band
from charts.multiples import rows_of
from charts.native import native_chart
from charts.spec import Amount, ChartSpec
from charts.theme import palette
from data.spreadsheets import harmless
from reports.images_figure import draw_chart
from reports.images_marks import FAMILY, Parts, Room, element, hatchings, words, wrapped
from reports.pdf import png_of
from reports.scope import Scope

WIDTH = 900
MARGIN = 24.0
TITLE, SMALL = 18.0, 11.0
PIXELS_PER_INCH = 192.0
PANEL_HEIGHT = 150


@dataclass(frozen=True)
class Caption:
    """What a chart's file says about itself: filters, as-of, source, one line each."""

    lines: tuple[str, ...]


def caption_of(scope: Scope) -> Caption:
    """Period and filters, how far the data reaches, whether it is the sample."""
    sample = ("Sample data: invented payers and patients",) if scope.freshness.is_sample else ()
    return Caption(
        (f"{scope.period_in_words} · {scope.filters_in_words}", scope.as_of_in_words, *sample)
    )


def svg(
    spec: ChartSpec, caption: Caption | None = None, *, width: int = WIDTH, height: int = 0
) -> str:
    """The chart as SVG. With a caption it stands alone: title above, caption beneath; else only the chart.

    height: of the chart itself in pixels; its own where none is given.
    """
    high = float(height or _height(spec))
    if caption is None:
        ground = element("rect", width=width, height=high, fill="#ffffff")
        return _drawing(spec, [ground, *draw_chart(spec, Room(0, 0, width, high))], width, high)
    inner = width - 2 * MARGIN
    title = wrapped(spec.title, inner, TITLE, bold=True)
    told = (*_about_axis(spec), *caption.lines)
    foot = [line for text in told for line in wrapped(text, inner, SMALL)]
    top = MARGIN + len(title) * TITLE * 1.25 + 10
    whole = top + high + 14 + len(foot) * SMALL * 1.45 + MARGIN * 0.6
    parts = [element("rect", width=width, height=whole, fill="#ffffff")]
    for at, line in enumerate(title):
        y = MARGIN + TITLE * (0.85 + 1.25 * at)
        parts.append(words(line, MARGIN, y, palette().text, size=TITLE, bold=True))
    parts += draw_chart(spec, Room(MARGIN, top, inner, high))
    for at, line in enumerate(foot):
        y = top + high + 14 + SMALL * (0.9 + 1.45 * at)
        parts.append(words(line, MARGIN, y, palette().muted, size=SMALL))
    return _drawing(spec, parts, width, whole)


def png(spec: ChartSpec, caption: Caption, *, width: int = WIDTH) -> bytes:
    """The chart as PNG, twice as fine as its SVG. Letters the shipped font lacks become "?"."""
    return png_of(svg(spec, caption, width=width), PIXELS_PER_INCH)


def csv_of(spec: ChartSpec, caption: Caption) -> bytes:
    """The exact numbers of the chart, UTF-8 with a byte order mark: title and caption, then a row per category."""
    columns = _columns(spec)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[harmless(line)] for line in (spec.title, *caption.lines)])
    writer.writerow([])
    writer.writerow(
        ["Month" if spec.x_is_month else "Name", *(harmless(name) for name, _ in columns)]
    )
    for at, name in enumerate(spec.x):
        writer.writerow([harmless(name), *(_exact(values[at]) for _, values in columns)])
    return text.getvalue().encode("utf-8-sig")


FORMATS: dict[str, tuple[str, Callable[[ChartSpec, Caption], bytes]]] = {
    "png": ("image/png", lambda spec, caption: png(spec, caption)),
    "svg": ("image/svg+xml", lambda spec, caption: svg(spec, caption).encode()),
    "csv": ("text/csv", csv_of),
}


def _about_axis(spec: ChartSpec) -> tuple[str, ...]:
    """That the axis is cut, where it is: only bridges are."""
    is_cut = spec.kind == "waterfall" and native_chart(spec).axis_from is not None
    return (CUT_AXIS,) if is_cut else ()


def _height(spec: ChartSpec) -> int:
    if spec.kind in ("bars", "waterfall"):
        return max(140, 36 * len(spec.x))
    if spec.kind == "heatmap":
        return 60 + 36 * len(spec.series)
    if spec.kind == "stacked columns" and not spec.x_is_month:
        return max(160, 40 * len(spec.x) + 40)
    if spec.kind == "small multiples":
        return PANEL_HEIGHT * rows_of(len(spec.series))
    return spec.height


def _drawing(spec: ChartSpec, parts: Parts, width: float, height: float) -> str:
    """The parts as one file, told to those who cannot see it."""
    told = element("title", spec.title) + element("desc", spec.alt)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FAMILY}">{told}{hatchings()}{"".join(parts)}</svg>'
    )


def _columns(spec: ChartSpec) -> list[tuple[str, Sequence[Amount]]]:
    """Names and values of the columns; bars have a series for each name, which in a file is one column."""
    if spec.kind == "bars":
        own = [
            next((one.values[at] for one in spec.series if one.values[at] is not None), None)
            for at in range(len(spec.x))
        ]
        return [("Value", own)]
    columns: list[tuple[str, Sequence[Amount]]] = []
    for one in spec.series:
        columns.append((one.name, one.values))
        if has_band(one):
            columns += [(f"{one.name}: from", one.low), (f"{one.name}: to", one.high)]
    return columns


def _exact(value: Amount) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:.2f}" if isinstance(value, Decimal) else repr(value)
