"""Charts whose values rise: lines, columns and stacks, with their axes, target lines and bands."""

from __future__ import annotations

from charts.native import NativeChart, NativeSeries
from charts.spec import ChartSpec
from charts.theme import palette
from reports.images_looks import band_bar, colour_of, dash_of, edges_of, line_width, standing
from reports.images_marks import (
    LABEL,
    Parts,
    Room,
    block,
    element,
    marker,
    rule,
    width_in_pixels,
    words,
    wrapped,
)
from reports.images_scale import Scale, scale_of, stacked_levels, tick_in_words

FOOT_LINES = 2
STANDING = ("filled", "forecast")


def draw_upright(
    drawn: NativeChart, spec: ChartSpec, room: Room, beside: NativeChart | None = None
) -> Parts:
    """Values upwards, categories along the foot; beside: the chart whose axis it shares."""
    foot = room.foot - (LABEL * 1.3 * (FOOT_LINES if not drawn.months else 1) + 8)
    scale = scale_of(beside or drawn, foot, room.top + 8)
    left = room.left + 8 + max(width_in_pixels(tick_in_words(t, drawn.unit)) for t in scale.ticks)
    plot = Room(left, room.top + 8, room.right - left - 6, foot - room.top - 8)
    parts = _band(spec, drawn, plot)
    for tick in scale.ticks:
        y = scale.at(tick)
        parts.append(rule(plot.left, y, plot.right, y, palette().grid))
        label = tick_in_words(tick, drawn.unit)
        parts.append(words(label, plot.left - 6, y + 4, palette().muted, anchor="end"))
    parts += _foot(drawn, plot)
    step = plot.width / len(drawn.categories)
    if drawn.shape == "line":
        parts += _lines(drawn, plot, scale)
    else:
        for at in range(len(drawn.categories)):
            parts += _column(drawn, at, plot.left + at * step, step, scale)
    parts += _targets(drawn, plot, scale)
    zero = scale.at(max(0.0, scale.low))
    return [*parts, rule(plot.left, zero, plot.right, zero, palette().muted)]


def _foot(drawn: NativeChart, plot: Room) -> Parts:
    """The categories' names, as many as have room."""
    step = plot.width / len(drawn.categories)
    if drawn.months:
        widest = max(width_in_pixels(name) for name in drawn.categories) + 10
        every = max(1, int(-(-widest // step)))
        last = (len(drawn.categories) - 1) % every
        shown = [[name] if at % every == last else [] for at, name in enumerate(drawn.categories)]
    else:
        shown = [wrapped(name, step - 4, most=FOOT_LINES) for name in drawn.categories]
    parts: Parts = []
    for at, lines in enumerate(shown):
        x = plot.left + (at + 0.5) * step
        if drawn.months and lines:
            half = width_in_pixels(lines[0]) / 2
            x = min(x, plot.right + 6 - half)
        for row, line in enumerate(lines):
            y = plot.foot + 16 + row * LABEL * 1.2
            parts.append(words(line, x, y, palette().muted, anchor="middle"))
    return parts


def _band(spec: ChartSpec, drawn: NativeChart, plot: Room) -> Parts:
    """The columns inside a band of the categories, shaded and named."""
    if not spec.band_on or spec.band is None:
        return []
    step = plot.width / len(drawn.categories)
    left, right = min(spec.band_on) * step, (max(spec.band_on) + 1) * step
    shade = element(
        "rect", x=plot.left + left, y=plot.top, width=right - left, height=plot.height,
        fill=palette().good, fill_opacity=0.14,
    )  # fmt: skip
    middle = plot.left + (left + right) / 2
    name = words(spec.band.label, middle, plot.top + 12, palette().good, anchor="middle")
    return [shade, name]


def _lines(drawn: NativeChart, plot: Room, scale: Scale) -> Parts:
    """Each line in pieces between its gaps."""
    step = plot.width / len(drawn.categories)
    parts: Parts = []
    for place, series in enumerate(drawn.series):
        if series.look == "target":
            continue
        pieces: list[list[tuple[float, float]]] = [[]]
        for at, value in enumerate(series.values):
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append((plot.left + (at + 0.5) * step, scale.at(float(value))))
        for piece in (one for one in pieces if one):
            parts += _piece(series, piece, place)
    return parts


def _piece(series: NativeSeries, points: list[tuple[float, float]], place: int) -> Parts:
    colour = series.colours[0]
    path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    dash = {"stroke_dasharray": dash_of(series)} if dash_of(series) else {}
    line = element(
        "polyline", points=path, fill="none", stroke=colour, stroke_width=line_width(series), **dash
    )
    if series.look == "prior" and len(points) > 1:
        return [line]
    return [line, *(marker(x, y, colour, place) for x, y in points)]


def _column(drawn: NativeChart, at: int, left: float, step: float, scale: Scale) -> Parts:
    """All that stands at one category, beside each other or stacked."""
    parts: Parts = []
    filled = [(n, one) for n, one in enumerate(drawn.series) if one.look in STANDING]
    wide = step * 0.7
    if drawn.shape == "stacked columns":
        for (start, end), (place, one) in zip(
            stacked_levels(drawn, at), enumerate(drawn.series), strict=True
        ):
            if one.look in STANDING and start != end:
                top, high = scale.at(end), scale.at(start) - scale.at(end)
                parts += standing(one, at, left + step * 0.15, top, wide, high, place)
                parts += band_bar(one, at, left + step / 2, scale)
        return parts
    each = wide / max(1, len(filled))
    for order, (place, one) in enumerate(filled):
        value = one.values[at]
        if value is not None:
            zero, top = scale.at(0.0), scale.at(float(value))
            x = left + step * 0.15 + order * each
            hatching = place if len(filled) > 1 else 0
            parts += block(x, top, each * 0.94, zero - top, colour_of(one, at), hatching)
    return parts


def _targets(drawn: NativeChart, plot: Room, scale: Scale) -> Parts:
    return [
        rule(
            plot.left, scale.at(edge), plot.right, scale.at(edge), one.colours[0], 1.5, dash_of(one)
        )
        for one, edge in edges_of(drawn)
    ]
