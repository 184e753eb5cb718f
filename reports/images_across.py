"""Charts whose values run across: bars, stacked bars and bridges, each with its amount beside it."""

from __future__ import annotations

from dataclasses import replace

from charts.native import NativeChart
from charts.theme import palette
from kpis.format import short_value
from reports.images_looks import colour_of, dash_of, edges_of
from reports.images_marks import LABEL, Parts, Room, block, rule, width_in_pixels, words, wrapped
from reports.images_scale import Scale, number, scale_of, stacked_levels


def draw_across(drawn: NativeChart, room: Room) -> Parts:
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
            parts += block(x, middle - high / 2, wide, high, colour_of(one, at), hatching)
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


def _targets_across(drawn: NativeChart, top: float, foot: float, scale: Scale) -> Parts:
    return [
        rule(scale.at(edge), top, scale.at(edge), foot, one.colours[0], 1.5, dash_of(one))
        for one, edge in edges_of(drawn)
    ]
