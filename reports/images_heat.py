"""A heatmap drawn as SVG: cells darker the larger they are, each with its value."""

from __future__ import annotations

from charts.spec import Amount, ChartSpec
from charts.theme import palette
from kpis.format import cell_value
from reports.images_marks import Parts, Room, element, width_in_pixels, words, wrapped
from reports.images_scale import number

HEAD = 46.0
LOWEST = 18.0


def draw_heat(spec: ChartSpec, room: Room) -> Parts:
    """Rows by columns; the value stands in its cell, so that the shade is never alone."""
    names = [wrapped(one.name, room.width * 0.22, most=2) for one in spec.series]
    left = room.left + max(width_in_pixels(line) for lines in names for line in lines) + 10
    wide = (room.right - left) / len(spec.x)
    high = max(LOWEST, min(40.0, (room.height - HEAD) / len(spec.series)))
    parts = _heads(spec, left, room.top, wide)
    largest = max((abs(number(v)) for one in spec.series for v in one.values), default=0.0)
    for row, (series, lines) in enumerate(zip(spec.series, names, strict=True)):
        top = room.top + HEAD + row * high
        for at, line in enumerate(lines):
            y = top + high / 2 + 4 + (at - (len(lines) - 1) / 2) * 13
            parts.append(words(line, left - 8, y, palette().text, anchor="end", size=11))
        for column, value in enumerate(series.values):
            cell = Room(left + column * wide, top, wide, high)
            parts += _cell(spec, value, cell, largest)
    return parts


def _heads(spec: ChartSpec, left: float, top: float, wide: float) -> Parts:
    parts: Parts = []
    for column, name in enumerate(spec.x):
        lines = wrapped(name, wide - 4, 11, most=3)
        for at, line in enumerate(lines):
            y = top + HEAD - 6 - (len(lines) - 1 - at) * 13
            x = left + (column + 0.5) * wide
            parts.append(words(line, x, y, palette().muted, anchor="middle", size=11))
    return parts


def _cell(spec: ChartSpec, value: Amount, room: Room, largest: float) -> Parts:
    if value is None:
        return []
    scale = palette().scale
    share = abs(number(value)) / largest if largest else 0.0
    shade = scale[min(len(scale) - 1, round(share * (len(scale) - 1)))]
    box = element(
        "rect", x=room.left + 1, y=room.top + 1, width=room.width - 2, height=room.height - 2, fill=shade
    )  # fmt: skip
    told = cell_value(value, spec.unit).removesuffix(" days") or "–"
    size = 11.0 if width_in_pixels(told, 11) <= room.width - 4 else 9.0
    x, y = room.left + room.width / 2, room.top + room.height / 2 + 4
    return [box, words(told, x, y, palette().text, anchor="middle", size=size)]
