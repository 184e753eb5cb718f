"""Layout and axes of a chart on screen: what is named along them, and how."""

from __future__ import annotations

from collections.abc import Sequence

from charts.drawing import Drawing
from charts.names import in_two_lines
from charts.plotly_traces import amounts
from charts.spec import ChartSpec
from charts.theme import Palette
from charts.ticks import value_ticks

ROOM, ROOM_FOR_WORDS, ROOM_FOR_LETTER = 10, 26, 8


def lay_out(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """Size, margins, legend and the axes of the chart's kind."""
    drawn.update_layout(
        height=spec.height,
        margin={
            "l": 8,
            "r": _room_for_amounts(spec),
            "t": ROOM_FOR_WORDS if spec.band_on or spec.notes else ROOM,
            "b": 8,
        },
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
        drawn.update_yaxes(gridcolor=colours.grid, showgrid=True, **_scale(spec))
    if spec.kind == "small multiples":
        drawn.update_xaxes(type="date", tickformat="%b\n%Y", tickvals=_first_middle_last(spec.x))
    elif spec.x_is_month:
        drawn.update_xaxes(
            type="date", tickformat="%b\n%Y", dtick="M1" if len(spec.x) <= 6 else None
        )
    if spec.x_names:
        few = spec.kind == "small multiples"
        named = _first_middle_last(spec.x) if few else list(spec.x)
        drawn.update_xaxes(
            tickmode="array",
            tickvals=named,
            ticktext=[in_two_lines(spec.x_names[spec.x.index(x)]) for x in named],
            autotickangles=[0, -90],
        )


def _scale(spec: ChartSpec) -> dict[str, object]:
    """Ticks of the value axis; only dollars may start above zero. Small panels have theirs already."""
    if spec.kind == "small multiples":
        return {}
    return value_ticks(spec) | ({} if spec.unit == "usd" else {"rangemode": "tozero"})


def _room_for_amounts(spec: ChartSpec) -> int:
    """Pixels right of the chart: beside bars, those of the longest amount, however narrow the screen."""
    if spec.kind != "bars":
        return 8
    texts = (text for series in spec.series for text in amounts(spec, series))
    return ROOM + ROOM_FOR_LETTER * max(map(len, texts), default=0)


def _first_middle_last(x: Sequence[str]) -> list[str]:
    """The months a panel has room to name."""
    return list(dict.fromkeys((x[0], x[len(x) // 2], x[-1]))) if x else []
