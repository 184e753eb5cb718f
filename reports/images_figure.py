"""A chart drawn as SVG without a browser: the same categories, series and colours that Office gets."""

from __future__ import annotations

from dataclasses import replace

from charts.native import NativeChart, NativeSeries, native_chart
from charts.spec import ChartSpec
from charts.theme import palette
from kpis.format import short_value
from reports.images_heat import draw_heat
from reports.images_marks import (
    LABEL,
    Parts,
    Room,
    block,
    cut_to,
    element,
    marker,
    rule,
    width_in_pixels,
    words,
    wrapped,
)
from reports.images_scale import Scale, number, scale_of, stacked_levels, tick_in_words

NOTHING_TO_DRAW = "No values in this period"
LEGEND_LINE = 20.0
LEGEND_SIGN = 22.0
FOOT_LINES = 2


def draw_chart(spec: ChartSpec, room: Room) -> Parts:
    """The chart with its axes and legend; one without values says so."""
    if spec.kind == "heatmap":
        return draw_heat(spec, room) if spec.series and spec.x else _nothing(room)
    drawn = native_chart(spec)
    if spec.band_on:
        drawn = replace(drawn, series=tuple(s for s in drawn.series if s.look != "target"))
    if drawn.is_empty:
        return _nothing(room)
    legend, above = _legend(drawn, room)
    if drawn.shape in ("bars", "stacked bars") or spec.kind == "waterfall":
        return [*_across(drawn, above), *legend]
    return [*_upright(drawn, spec, above), *legend]


def _nothing(room: Room) -> Parts:
    x, y = room.left + room.width / 2, room.top + room.height / 2
    return [words(NOTHING_TO_DRAW, x, y, palette().muted, anchor="middle", size=16)]


def _legend(drawn: NativeChart, room: Room) -> tuple[Parts, Room]:
    """The names of the series in lines at the foot, and the room above them."""
    named = [(at, one) for at, one in enumerate(drawn.series) if one.look != "unseen"]
    has_target = any(one.look == "target" for _, one in named)
    if len(named) < 2 or not (drawn.legend or has_target):
        return [], room
    lines: list[list[tuple[int, NativeSeries, float]]] = [[]]
    x = room.left
    for at, one in named:
        wide = LEGEND_SIGN + 8 + width_in_pixels(cut_to(one.name, room.width - 40)) + 18
        if lines[-1] and x + wide > room.right:
            lines.append([])
            x = room.left
        lines[-1].append((at, one, x))
        x += wide
    top = room.foot - LEGEND_LINE * len(lines)
    parts: Parts = []
    for row, line in enumerate(lines):
        y = top + row * LEGEND_LINE + LEGEND_LINE * 0.7
        for at, one, left in line:
            parts += _sign(one, at, left, y - 4)
            name = cut_to(one.name, room.width - 40)
            parts.append(words(name, left + LEGEND_SIGN + 8, y, palette().text))
    return parts, replace(room, height=room.height - LEGEND_LINE * len(lines) - 6)


def _sign(one: NativeSeries, at: int, x: float, y: float) -> Parts:
    colour = one.colours[0]
    if one.look == "filled":
        return block(x + 4, y - 6, 14, 12, colour, at)
    line = rule(x, y, x + LEGEND_SIGN, y, colour, _width(one), _dash(one))
    return [line, marker(x + LEGEND_SIGN / 2, y, colour, at)] if one.look == "line" else [line]


def _upright(drawn: NativeChart, spec: ChartSpec, room: Room) -> Parts:
    """Values upwards, categories along the foot."""
    foot = room.foot - (LABEL * 1.3 * (FOOT_LINES if not drawn.months else 1) + 8)
    scale = scale_of(drawn, foot, room.top + 8)
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
    dash = {"stroke_dasharray": _dash(series)} if _dash(series) else {}
    line = element(
        "polyline", points=path, fill="none", stroke=colour, stroke_width=_width(series), **dash
    )
    if series.look == "prior":
        return [line]
    return [line, *(marker(x, y, colour, place) for x, y in points)]


def _column(drawn: NativeChart, at: int, left: float, step: float, scale: Scale) -> Parts:
    """All that stands at one category, beside each other or stacked."""
    parts: Parts = []
    filled = [(n, one) for n, one in enumerate(drawn.series) if one.look == "filled"]
    wide = step * 0.7
    if drawn.shape == "stacked columns":
        for (start, end), (place, one) in zip(
            stacked_levels(drawn, at), enumerate(drawn.series), strict=True
        ):
            if one.look == "filled" and start != end:
                top, high = scale.at(end), scale.at(start) - scale.at(end)
                parts += block(left + step * 0.15, top, wide, high, _colour(one, at), place)
        return parts
    each = wide / max(1, len(filled))
    for order, (place, one) in enumerate(filled):
        value = one.values[at]
        if value is not None:
            zero, top = scale.at(0.0), scale.at(float(value))
            x = left + step * 0.15 + order * each
            hatching = place if len(filled) > 1 else 0
            parts += block(x, top, each * 0.94, zero - top, _colour(one, at), hatching)
    return parts


def _across(drawn: NativeChart, room: Room) -> Parts:
    """Categories down the side, values to the right, each bar with its amount; totals keep their order."""
    names = [_name_lines(name, room.width) for name in drawn.categories]
    left = room.left + max(width_in_pixels(line) for lines in names for line in lines) + 10
    told = [_told(drawn, at) for at in range(len(drawn.categories))]
    free = min(0.45, (max(map(width_in_pixels, told)) + 12) / max(1.0, room.right - left))
    shown = replace(drawn, series=tuple(one for one in drawn.series if not one.texts))
    scale = scale_of(shown, left, room.right, room=free)
    step = min(40.0, room.height / len(drawn.categories))
    parts: Parts = []
    for at, lines in enumerate(names):
        middle = room.top + (at + 0.5) * step
        first = middle + 4 - (len(lines) - 1) * LABEL * 0.6
        for row, line in enumerate(lines):
            y = first + row * LABEL * 1.2
            parts.append(words(line, left - 8, y, palette().text, anchor="end"))
        parts += _bar(shown, at, middle, step * 0.66, scale)
        end = max(scale.at(edge) for span in stacked_levels(shown, at) for edge in span)
        parts.append(words(told[at], end + 6, middle + 4, palette().text))
    zero = scale.at(max(0.0, scale.low))
    foot = room.top + step * len(names)
    parts += _targets_across(shown, room.top, foot, scale)
    return [*parts, rule(zero, room.top, zero, foot, palette().muted)]


def _name_lines(name: str, width: float) -> list[str]:
    return wrapped(name, width * 0.3, most=2) or [""]


def _bar(drawn: NativeChart, at: int, middle: float, high: float, scale: Scale) -> Parts:
    parts: Parts = []
    spans = stacked_levels(drawn, at)
    filled = sum(one.look == "filled" for one in drawn.series)
    for place, ((start, end), one) in enumerate(zip(spans, drawn.series, strict=True)):
        if one.look == "filled" and start != end:
            x, wide = scale.at(start), scale.at(end) - scale.at(start)
            hatching = _hatching(drawn, place) if filled > 1 else 0
            parts += block(x, middle - high / 2, wide, high, _colour(one, at), hatching)
    return parts


def _hatching(drawn: NativeChart, place: int) -> int:
    """The first series that is seen is plain."""
    return place - next(at for at, one in enumerate(drawn.series) if one.look == "filled")


def _told(drawn: NativeChart, at: int) -> str:
    """What stands beside a bar: the steps' own text, else the bar's or the stack's value."""
    for one in drawn.series:
        if one.texts:
            return one.texts[at]
    filled = [one.values[at] for one in drawn.series if one.look == "filled"]
    if all(value is None for value in filled):
        return short_value(None, drawn.unit)
    return short_value(sum(map(number, filled)), drawn.unit)


def _targets(drawn: NativeChart, plot: Room, scale: Scale) -> Parts:
    return [
        rule(plot.left, scale.at(edge), plot.right, scale.at(edge), one.colours[0], 1.5, _dash(one))
        for one, edge in _edges(drawn)
    ]


def _targets_across(drawn: NativeChart, top: float, foot: float, scale: Scale) -> Parts:
    return [
        rule(scale.at(edge), top, scale.at(edge), foot, one.colours[0], 1.5, _dash(one))
        for one, edge in _edges(drawn)
    ]


def _edges(drawn: NativeChart) -> list[tuple[NativeSeries, float]]:
    return [(one, number(one.values[0])) for one in drawn.series if one.look == "target"]


def _colour(one: NativeSeries, at: int) -> str:
    return one.colours[at] if len(one.colours) > 1 else one.colours[0]


def _dash(one: NativeSeries) -> str:
    return {"prior": "2 4", "target": "7 4"}.get(one.look, "")


def _width(one: NativeSeries) -> float:
    return 2.4 if one.look == "line" else 1.6
