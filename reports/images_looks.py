"""How a series looks in a drawing: its colour, hatching, stroke; the edges of targets; the band of a forecast."""

from __future__ import annotations

from charts.native import NativeChart, NativeSeries
from charts.theme import palette
from reports.images_marks import LABEL, Parts, block, element, marker, rule
from reports.images_scale import Scale, number

CAP = 5.0


def edges_of(drawn: NativeChart) -> list[tuple[NativeSeries, float]]:
    """The levels of targets."""
    return [(one, number(one.values[0])) for one in drawn.series if one.look == "target"]


def colour_of(one: NativeSeries, at: int) -> str:
    """Of its value at one place."""
    return one.colours[at] if len(one.colours) > 1 else one.colours[0]


def dash_of(one: NativeSeries) -> str:
    """Of its stroke; "" is solid."""
    return {"prior": "2 4", "target": "7 4"}.get(one.look, "")


def line_width(one: NativeSeries) -> float:
    """Of its stroke, in pixels."""
    return 2.4 if one.look == "line" else 1.6


def sign_of(one: NativeSeries, place: int, x: float, y: float, wide: float) -> Parts:
    """What stands for it in a legend, `wide` pixels from x on around the height y."""
    colour = one.colours[0]
    if one.look in ("filled", "forecast"):
        return standing(one, 0, x + 4, y - 6, wide - 8, LABEL, place)
    line = rule(x, y, x + wide, y, colour, line_width(one), dash_of(one))
    return [line, marker(x + wide / 2, y, colour, place)] if one.look == "line" else [line]


def standing(
    one: NativeSeries, at: int, x: float, y: float, wide: float, high: float, hatching: int
) -> Parts:
    """A block of it; a forecast is hatched and outlined, whatever else stands beside it."""
    colour = colour_of(one, at)
    if one.look != "forecast":
        return block(x, y, wide, high, colour, hatching)
    outline = element(
        "rect", x=x, y=y, width=wide, height=high, fill="none", stroke=colour, stroke_width=1.5
    )
    lighter = element("rect", x=x, y=y, width=wide, height=high, fill="#ffffff", fill_opacity=0.35)
    return [*block(x, y, wide, high, colour, 1), lighter, outline]


def band_bar(one: NativeSeries, at: int, x: float, scale: Scale) -> Parts:
    """The bar over the band of a forecast's value; nothing where it has none."""
    above, below = (reach[at] if reach else None for reach in (one.above, one.below))
    if above is None or below is None:
        return []
    value, colour = number(one.values[at]), palette().text
    top, foot = scale.at(value + above), scale.at(value - below)
    caps = [rule(x - CAP, y, x + CAP, y, colour, 1.5) for y in (top, foot)]
    return [rule(x, top, x, foot, colour, 1.5), *caps]
