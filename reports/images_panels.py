"""Small multiples drawn as SVG: a panel per series, two to a row, all on one scale so that they compare."""

from __future__ import annotations

from dataclasses import replace

from charts.multiples import ACROSS, rows_of
from charts.native import native_chart
from charts.spec import ChartSpec
from charts.theme import palette
from reports.images_marks import LABEL, Parts, Room, cut_to, words
from reports.images_upright import draw_upright

GAP_ACROSS, GAP_DOWN, NAME = 24.0, 10.0, 18.0


def draw_panels(spec: ChartSpec, room: Room) -> Parts:
    """Each panel under its name."""
    lines = native_chart(replace(spec, kind="line"))
    wide = (room.width - GAP_ACROSS * (ACROSS - 1)) / ACROSS
    high = (room.height - GAP_DOWN * (rows_of(len(spec.series)) - 1)) / rows_of(len(spec.series))
    parts: Parts = []
    for at, series in enumerate(spec.series):
        left = room.left + at % ACROSS * (wide + GAP_ACROSS)
        top = room.top + at // ACROSS * (high + GAP_DOWN)
        parts.append(
            words(cut_to(series.name, wide - 4), left, top + LABEL, palette().text, bold=True)
        )
        one = replace(lines, series=(lines.series[at],), legend=False)
        panel = Room(left, top + NAME, wide, high - NAME)
        parts += draw_upright(one, spec, panel, beside=lines)
    return parts
