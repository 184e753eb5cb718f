"""Small multiples: one panel per series, side by side, all on one scale so that they compare."""

from __future__ import annotations

from charts.names import in_two_lines
from charts.spec import ChartSpec
from charts.theme import Palette

ACROSS = 2
PANEL_TICKS, NAME_ON_ONE_LINE = 2, 20
GAP_ACROSS, GAP_DOWN_PIXELS, PANEL_PIXELS = 0.06, 46, 74


def height_of(panels: int) -> int:
    """Pixels that so many panels need."""
    return rows_of(panels) * (PANEL_PIXELS + GAP_DOWN_PIXELS)


def rows_of(panels: int) -> int:
    """Rows that so many panels fill."""
    return max(-(-panels // ACROSS), 1)


def axes_of(at: int) -> tuple[str, str]:
    """The axes of a panel, as a trace names them."""
    number = "" if at == 0 else str(at + 1)
    return f"x{number}", f"y{number}"


def panel_layout(spec: ChartSpec, colours: Palette, scale: dict[str, object]) -> dict[str, object]:
    """Axes and names of all panels; scale: the ticks they share, named on the left."""
    highest = max(
        (float(v) for series in spec.series for v in series.values if v is not None), default=0.0
    )
    layout: dict[str, object] = {
        "annotations": [_name(spec, at, colours) for at in range(len(spec.series))]
    }
    for at in range(len(spec.series)):
        x, y = axes_of(at)
        across, down = _place(at, len(spec.series))
        layout[f"xaxis{x[1:]}"] = {
            "domain": across,
            "anchor": y,
            "showticklabels": rows_of(len(spec.series)) - 1 == at // ACROSS
            or at + ACROSS >= len(spec.series),
            "tickangle": 0,
        }
        layout[f"yaxis{y[1:]}"] = {
            "domain": down,
            "anchor": x,
            "range": [0, highest * 1.08 or 1],
            "showticklabels": at % ACROSS == 0,
            **scale,
        }
    return layout


def _place(at: int, panels: int) -> tuple[list[float], list[float]]:
    """Where a panel stands across and down, as shares of the chart."""
    wide = (1 - GAP_ACROSS * (ACROSS - 1)) / ACROSS
    left = (at % ACROSS) * (wide + GAP_ACROSS)
    tall = 1 / rows_of(panels)
    top = 1 - (at // ACROSS) * tall
    share = PANEL_PIXELS / (PANEL_PIXELS + GAP_DOWN_PIXELS)
    bottom = top - tall
    return [left, left + wide], [bottom, bottom + tall * share]


def _name(spec: ChartSpec, at: int, colours: Palette) -> dict[str, object]:
    across, down = _place(at, len(spec.series))
    return {
        "text": f"<b>{in_two_lines(spec.series[at].name, NAME_ON_ONE_LINE)}</b>",
        "x": across[0],
        "y": down[1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "font": {"size": 11, "color": colours.text},
    }
