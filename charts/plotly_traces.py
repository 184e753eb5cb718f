"""The marks of each kind of chart on screen."""

from __future__ import annotations

from collections.abc import Callable

from charts.colours import role_colour
from charts.drawing import Drawing
from charts.forecasts import band_bar, has_forecast, hatched
from charts.hover import hover_texts
from charts.multiples import PANEL_TICKS, axes_of, panel_layout
from charts.names import in_two_lines
from charts.spec import ChartSpec, Series, stands_alone
from charts.theme import Palette
from charts.ticks import value_ticks
from kpis.format import cell_value, short_value

# A bar takes so much of the height, until several fill it: one alone is no wall.
SHARE_OF_ONE_BAR = 0.175
# Names of bars longer than this stand on two lines, so that on a phone bars and amounts keep their room.
NAME_ON_ONE_LINE = 20
# So many columns of a heatmap have names in smaller letters: upright on a phone, two lines fit the column.
MANY_COLUMNS = 6
# A column takes so much of the width, until several fill it: one month alone is no wall.
SHARE_OF_ONE_COLUMN, SHARE_OF_COLUMNS = 0.15, 0.75


def _line(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        is_prior = series.role == "prior"
        drawn.add(
            "scatter",
            x=spec.x,
            y=numbers(series),
            name=series.name,
            mode="lines" if is_prior and not stands_alone(series.values) else "lines+markers",
            line={
                "color": colours.muted
                if is_prior
                else role_colour(series.role, series.colour, colours),
                "width": 1.5 if is_prior else 2.5,
                "dash": "dot" if is_prior else "solid",
            },
            opacity=0.75 if is_prior else 1,
            marker={"size": 6},
            customdata=hover_texts(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
            connectgaps=False,
        )


def _columns(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        drawn.add(
            "bar",
            x=spec.x,
            y=numbers(series),
            name=series.name,
            marker=hatched(role_colour(series.role, series.colour, colours), colours)
            if series.role == "forecast"
            else {"color": role_colour(series.role, series.colour, colours), "line": {"width": 0}},
            error_y=band_bar(series, colours),
            customdata=hover_texts(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    is_stacked = spec.kind == "stacked columns" or has_forecast(spec)
    taken = min(SHARE_OF_COLUMNS, SHARE_OF_ONE_COLUMN * len(spec.x))
    drawn.update_layout(barmode="stack" if is_stacked else "group", bargap=1 - taken)


def _bars(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        drawn.add(
            "bar",
            y=spec.x,
            x=numbers(series),
            name=series.name,
            orientation="h",
            marker={
                "color": role_colour(series.role, series.colour, colours),
                "line": {"width": 0},
            },
            text=amounts(spec, series),
            textposition="outside",
            cliponaxis=False,
            customdata=hover_texts(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.update_layout(barmode="stack", bargap=1 - min(0.7, SHARE_OF_ONE_BAR * len(spec.x)))
    drawn.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=spec.x,
        ticktext=[in_two_lines(name, NAME_ON_ONE_LINE) for name in spec.x],
    )
    longest = max(
        (value or 0.0 for series in spec.series for value in numbers(series)), default=0.0
    )
    drawn.update_xaxes(range=[0, longest or 1])


def _waterfall(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    series = spec.series[0]
    last = len(spec.x) - 1
    drawn.add(
        "waterfall",
        y=spec.x,
        x=numbers(series),
        orientation="h",
        measure=[
            "absolute" if at == 0 else "total" if at == last else "relative"
            for at in range(last + 1)
        ],
        text=[short_value(value, spec.unit) for value in series.values],
        textposition="outside",
        cliponaxis=False,
        increasing={"marker": {"color": colours.good}},
        decreasing={"marker": {"color": colours.bad}},
        totals={"marker": {"color": colours.primary}},
        connector={"line": {"color": colours.grid, "width": 1}},
        customdata=hover_texts(spec, series),
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawn.update_layout(waterfallgap=0.35)
    drawn.update_yaxes(autorange="reversed")
    drawn.update_xaxes(range=_zoomed(series))


def _heatmap(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """Cells, and over each an unseen point: Plotly reports clicks on points, not on cells."""
    rows = [series.name for series in spec.series]
    drawn.add(
        "heatmap",
        x=spec.x,
        y=rows,
        z=[numbers(series) for series in spec.series],
        text=[[cell_value(value, spec.unit) for value in series.values] for series in spec.series],
        texttemplate="%{text}",
        textfont={"color": colours.text},
        hoverinfo="skip",
        colorscale=[
            [at / (len(colours.scale) - 1), colour] for at, colour in enumerate(colours.scale)
        ],
        zmin=0,
        zmax=max((value or 0.0 for one in spec.series for value in numbers(one)), default=0.0) or 1,
        showscale=False,
        xgap=2,
        ygap=2,
    )
    drawn.add(
        "scatter",
        x=[x for _ in rows for x in spec.x],
        y=[row for row in rows for _ in spec.x],
        mode="markers",
        marker={"size": 34, "symbol": "square", "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[text for series in spec.series for text in hover_texts(spec, series)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawn.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[in_two_lines(row) for row in rows],
    )
    drawn.update_xaxes(
        side="top",
        tickfont={"size": 11 if len(spec.x) <= MANY_COLUMNS else 10},
        autotickangles=[0, -90],
        range=[-0.5, len(spec.x) - 0.5],
        tickvals=list(range(len(spec.x))),
        ticktext=[in_two_lines(x) for x in spec.x],
    )


def _multiples(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for at, series in enumerate(spec.series):
        across, down = axes_of(at)
        drawn.add(
            "scatter",
            x=spec.x,
            y=numbers(series),
            name=series.name,
            mode="lines" if len(spec.x) > 1 else "markers",
            line={"color": role_colour(series.role, series.colour, colours), "width": 2},
            fill="tozeroy",
            xaxis=across,
            yaxis=down,
            customdata=hover_texts(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.update_layout(panel_layout(spec, colours, value_ticks(spec, PANEL_TICKS)))


def amounts(spec: ChartSpec, series: Series) -> list[str]:
    """What stands beside each bar of a series; nothing where it has none."""
    return ["" if value is None else short_value(value, spec.unit) for value in series.values]


def numbers(series: Series) -> list[float | None]:
    return [None if value is None else float(value) for value in series.values]


def is_cut(spec: ChartSpec) -> bool:
    """Whether a bridge's axis starts above zero on screen."""
    return _zoomed(spec.series[0])[0] > 0


def _zoomed(series: Series) -> list[float]:
    """A bridge whose steps are small against its totals starts the axis above zero, so the steps show."""
    running, levels = 0.0, []
    for value in numbers(series)[:-1]:
        running += value or 0.0
        levels.append(running)
    low, high = min(levels), max(levels)
    room = (high - low) or high or 1.0
    return [max(0.0, low - room * 0.6) if low > 0 else low - room * 0.2, high + room * 0.4]


DRAWERS: dict[str, Callable[[Drawing, ChartSpec, Palette], None]] = {
    "line": _line,
    "columns": _columns,
    "stacked columns": _columns,
    "bars": _bars,
    "waterfall": _waterfall,
    "heatmap": _heatmap,
    "small multiples": _multiples,
}
