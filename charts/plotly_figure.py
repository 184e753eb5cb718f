"""Draws a ChartSpec with Plotly: actual solid, prior lighter, red only where it is bad."""

from __future__ import annotations

from charts.drawing import Drawing, Drawn
from charts.plotly_axes import lay_out
from charts.plotly_overlays import draw_band, draw_notes
from charts.plotly_traces import DRAWERS
from charts.spec import ChartSpec
from charts.theme import Mode, palette

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}


def figure(spec: ChartSpec, mode: Mode = "light") -> Drawn:
    """The chart, transparent, in the colours of the theme; the title stays with the caller."""
    colours = palette(mode)
    drawn = Drawing()
    DRAWERS[spec.kind](drawn, spec, colours)
    lay_out(drawn, spec, colours)
    if spec.band is not None:
        draw_band(drawn, spec, spec.band, colours)
    draw_notes(drawn, spec, colours)
    return Drawn(drawn)
