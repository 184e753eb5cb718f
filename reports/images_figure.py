"""A chart drawn as SVG without a browser: the same categories, series and colours that Office gets."""

from __future__ import annotations

from dataclasses import replace

from charts.native import NativeChart, NativeSeries, native_chart
from charts.spec import ChartSpec
from charts.theme import palette
from reports.images_across import draw_across
from reports.images_heat import draw_heat
from reports.images_looks import sign_of
from reports.images_marks import Parts, Room, cut_to, width_in_pixels, words
from reports.images_panels import draw_panels
from reports.images_upright import draw_upright

NOTHING_TO_DRAW = "No values in this period"
LEGEND_LINE = 20.0
LEGEND_SIGN = 22.0


def draw_chart(spec: ChartSpec, room: Room) -> Parts:
    """The chart with its axes and legend; one without values says so."""
    if not spec.series or not spec.x:
        return _nothing(room)
    if spec.kind == "heatmap":
        return draw_heat(spec, room)
    if spec.kind == "small multiples":
        return draw_panels(spec, room)
    drawn = native_chart(spec)
    if spec.band_on:
        drawn = replace(drawn, series=tuple(s for s in drawn.series if s.look != "target"))
    if drawn.is_empty:
        return _nothing(room)
    legend, above = _legend(drawn, room)
    if drawn.shape in ("bars", "stacked bars") or spec.kind == "waterfall":
        return [*draw_across(drawn, above), *legend]
    return [*draw_upright(drawn, spec, above), *legend]


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
            parts += sign_of(one, at, left, y - 4, LEGEND_SIGN)
            name = cut_to(one.name, room.width - 40)
            parts.append(words(name, left + LEGEND_SIGN + 8, y, palette().text))
    return parts, replace(room, height=room.height - LEGEND_LINE * len(lines) - 6)
