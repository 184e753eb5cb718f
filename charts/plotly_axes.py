"""Layout and axes of a chart on screen: what is named along them, and how."""

from __future__ import annotations

import textwrap

from charts.drawing import Drawing
from charts.spec import ChartSpec
from charts.theme import Palette


def lay_out(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """Size, margins, legend and the axes of the chart's kind."""
    drawn.update_layout(
        height=spec.height,
        margin={"l": 8, "r": 8, "t": 26 if spec.band_on or spec.notes else 4, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": colours.text, "size": 13},
        hoverlabel={
            "bgcolor": colours.background,
            "font": {"color": colours.text},
            "align": "left",
        },
        showlegend=spec.legend
        and len(spec.series) > 1
        and spec.kind not in ("heatmap", "small multiples"),
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "title": None,
            "traceorder": "normal",
        },
        dragmode=False,
    )
    drawn.update_xaxes(
        showgrid=False, zeroline=False, color=colours.muted, automargin=True, title=None
    )
    drawn.update_yaxes(
        showgrid=False, zeroline=False, color=colours.muted, automargin=True, title=None
    )
    if spec.kind in ("bars", "waterfall"):
        drawn.update_xaxes(showticklabels=False)
        drawn.update_yaxes(color=colours.text)
    elif spec.kind == "heatmap":
        drawn.update_xaxes(color=colours.text)
        drawn.update_yaxes(color=colours.text)
    else:
        drawn.update_yaxes(gridcolor=colours.grid, showgrid=True, **ticks_of(spec))
    if spec.kind == "small multiples":
        drawn.update_xaxes(type="date", tickformat="%b\n%Y")
    elif spec.x_is_month:
        drawn.update_xaxes(
            type="date", tickformat="%b\n%Y", dtick="M1" if len(spec.x) <= 6 else None
        )
    if spec.x_names:
        drawn.update_xaxes(
            tickmode="array", tickvals=spec.x, ticktext=[wrapped(name) for name in spec.x_names]
        )


def ticks_of(spec: ChartSpec) -> dict[str, object]:
    """How the value axis names its ticks."""
    if spec.unit == "usd":
        return {"tickprefix": "$", "tickformat": ",.3~s"}
    if spec.unit == "share":
        return {"tickformat": ".1~%", "rangemode": "tozero"}
    return {"tickformat": ",~r", "rangemode": "tozero"}


def wrapped(name: str) -> str:
    """A name over several lines, a word or two on each."""
    return "<br>".join(textwrap.wrap(name, 12, break_long_words=False))
