"""Draws a ChartSpec with Plotly: actual solid, prior lighter, red only where it is bad."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from charts.drawing import Drawing, Drawn
from charts.forecasts import band_bar, has_forecast, hatched
from charts.multiples import axes_of, panel_layout
from charts.spec import Amount, ChartSpec, Series
from charts.theme import Mode, Palette, palette
from kpis.format import exact_value, short_value

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset"}


def figure(spec: ChartSpec, mode: Mode = "light") -> Drawn:
    """The chart, transparent, in the colours of the theme; the title stays with the caller."""
    colours = palette(mode)
    drawn = Drawing()
    _DRAWERS[spec.kind](drawn, spec, colours)
    _lay_out(drawn, spec, colours)
    if spec.band is not None:
        _draw_band(drawn, spec, colours)
    if spec.notes:
        _draw_notes(drawn, spec, colours)
    return Drawn(drawn)


def _line(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        is_prior = series.role == "prior"
        drawn.add(
            "scatter",
            x=spec.x,
            y=_numbers(series),
            name=series.name,
            mode="lines+markers" if not is_prior else "lines",
            line={
                "color": colours.muted if is_prior else _colour(series, colours),
                "width": 1.5 if is_prior else 2.5,
                "dash": "dot" if is_prior else "solid",
            },
            opacity=0.75 if is_prior else 1,
            marker={"size": 6},
            customdata=_hover(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
            connectgaps=False,
        )


def _columns(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        drawn.add(
            "bar",
            x=spec.x,
            y=_numbers(series),
            name=series.name,
            marker=hatched(_colour(series, colours), colours)
            if series.role == "forecast"
            else {"color": _colour(series, colours), "line": {"width": 0}},
            error_y=band_bar(series, colours),
            customdata=_hover(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    is_stacked = spec.kind == "stacked columns" or has_forecast(spec)
    drawn.update_layout(barmode="stack" if is_stacked else "group", bargap=0.25)


def _bars(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for series in spec.series:
        drawn.add(
            "bar",
            y=spec.x,
            x=_numbers(series),
            name=series.name,
            orientation="h",
            marker={"color": _colour(series, colours), "line": {"width": 0}},
            text=[
                short_value(value, spec.unit) if value is not None else ""
                for value in series.values
            ],
            textposition="outside",
            cliponaxis=False,
            customdata=_hover(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.update_layout(barmode="stack", bargap=0.3)
    drawn.update_yaxes(autorange="reversed")
    longest = max(
        (value or 0.0 for series in spec.series for value in _numbers(series)), default=0.0
    )
    drawn.update_xaxes(range=[0, longest * 1.25 or 1])


def _waterfall(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    series = spec.series[0]
    last = len(spec.x) - 1
    drawn.add(
        "waterfall",
        y=spec.x,
        x=_numbers(series),
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
        customdata=_hover(spec, series),
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
        z=[_numbers(series) for series in spec.series],
        text=[
            [short_value(value, spec.unit) if value else "" for value in series.values]
            for series in spec.series
        ],
        texttemplate="%{text}",
        textfont={"color": colours.text},
        hoverinfo="skip",
        colorscale=[
            [at / (len(colours.scale) - 1), colour] for at, colour in enumerate(colours.scale)
        ],
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
        customdata=[text for series in spec.series for text in _hover(spec, series)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawn.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[_wrapped(row) for row in rows],
    )
    drawn.update_xaxes(
        side="top",
        tickfont={"size": 11},
        range=[-0.5, len(spec.x) - 0.5],
        tickvals=list(range(len(spec.x))),
        ticktext=[_wrapped(x) for x in spec.x],
    )


def _multiples(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    for at, series in enumerate(spec.series):
        across, down = axes_of(at)
        drawn.add(
            "scatter",
            x=spec.x,
            y=_numbers(series),
            name=series.name,
            mode="lines",
            line={"color": _colour(series, colours), "width": 2},
            fill="tozeroy",
            xaxis=across,
            yaxis=down,
            customdata=_hover(spec, series),
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn.update_layout(panel_layout(spec, colours, _ticks(spec)))


_DRAWERS: dict[str, Callable[[Drawing, ChartSpec, Palette], None]] = {
    "line": _line,
    "columns": _columns,
    "stacked columns": _columns,
    "bars": _bars,
    "waterfall": _waterfall,
    "heatmap": _heatmap,
    "small multiples": _multiples,
}


def _lay_out(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
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
        drawn.update_yaxes(gridcolor=colours.grid, showgrid=True, **_ticks(spec))
    if spec.kind == "small multiples":
        drawn.update_xaxes(type="date", tickformat="%b\n%Y")
    elif spec.x_is_month:
        drawn.update_xaxes(
            type="date", tickformat="%b\n%Y", dtick="M1" if len(spec.x) <= 6 else None
        )
    if spec.x_names:
        drawn.update_xaxes(
            tickmode="array", tickvals=spec.x, ticktext=[_wrapped(name) for name in spec.x_names]
        )


def _ticks(spec: ChartSpec) -> dict[str, object]:
    if spec.unit == "usd":
        return {"tickprefix": "$", "tickformat": ",.3~s"}
    if spec.unit == "share":
        return {"tickformat": ".1~%", "rangemode": "tozero"}
    return {"tickformat": ",~r", "rangemode": "tozero"}


def _draw_band(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """Shades the target band of the value axis; the legend names it, so that it never hides a line."""
    band = spec.band
    if band is None:
        return
    if spec.band_on:
        first, last = min(spec.band_on) - 0.5, max(spec.band_on) + 0.5
        _shade(drawn, colours, x0=first, x1=last, xref="x", y0=0, y1=1, yref="paper")
        drawn.add_annotation(
            x=(first + last) / 2, y=1, yref="paper", yanchor="bottom", text=band.label, showarrow=False,
            font={"color": colours.good, "size": 12},
        )  # fmt: skip
        return
    shown = [float(value) for series in spec.series for value in series.values if value is not None]
    low = 0.0 if band.at_least is None else band.at_least
    high = max([*shown, low]) if band.at_most is None else band.at_most
    _shade(drawn, colours, x0=0, x1=1, xref="paper", y0=low, y1=high, yref="y")
    edge = band.at_least if band.at_most is None else band.at_most
    drawn.add(
        "scatter",
        x=[spec.x[0], spec.x[-1]] if spec.x else [],
        y=[edge, edge],
        mode="lines",
        name=band.label,
        line={"color": colours.good, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    drawn.update_layout(showlegend=True)


def _shade(drawn: Drawing, colours: Palette, **where: object) -> None:
    drawn.add_shape(
        type="rect",
        fillcolor=colours.good,
        opacity=0.12,
        line={"width": 0},
        layer="below",
        **where,
    )


def _draw_notes(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """A dotted line on each note's day with its label on top; hover tells the rest."""
    for note in spec.notes:
        day = note.on_date.isoformat()
        drawn.add_shape(
            type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", layer="below",
            line={"color": colours.muted, "width": 1, "dash": "dot"},
        )  # fmt: skip
        drawn.add_annotation(
            x=day, y=1, yref="paper", yanchor="bottom", showarrow=False, text=note.label,
            hovertext=note.text, bordercolor=colours.muted, borderpad=2,
            bgcolor=colours.background, font={"color": colours.text, "size": 11},
        )  # fmt: skip


def _colour(series: Series, colours: Palette) -> str:
    if series.role == "bad":
        return colours.bad
    if series.role == "good":
        return colours.good
    if series.role == "prior":
        return colours.muted
    if series.colour is not None:
        return colours.categories[series.colour % len(colours.categories)]
    return colours.other if series.role == "category" else colours.primary


def _numbers(series: Series) -> list[float | None]:
    return [None if value is None else float(value) for value in series.values]


def _hover(spec: ChartSpec, series: Series) -> list[str]:
    details = series.detail or ("",) * len(spec.x)
    return [
        _hover_text(spec, series, at, value, details[at]) for at, value in enumerate(series.values)
    ]


def _hover_text(spec: ChartSpec, series: Series, at: int, value: Amount, detail: str) -> str:
    where = spec.x[at][:7] if spec.x_is_month else spec.x[at]
    where = spec.x_names[at] if spec.x_names else where
    who = f"{series.name}, {where}" if len(spec.series) > 1 or spec.kind == "line" else where
    lines = [f"<b>{who}</b>", exact_value(value, spec.unit)]
    return "<br>".join([*lines, detail] if detail else lines)


def _wrapped(name: str) -> str:
    """A name over several lines, a word or two on each."""
    return "<br>".join(textwrap.wrap(name, 12, break_long_words=False))


def _zoomed(series: Series) -> list[float]:
    """A bridge whose steps are small against its totals starts the axis above zero, so the steps show."""
    running, levels = 0.0, []
    for value in _numbers(series)[:-1]:
        running += value or 0.0
        levels.append(running)
    low, high = min(levels), max(levels)
    room = (high - low) or high or 1.0
    return [max(0.0, low - room * 0.6) if low > 0 else low - room * 0.2, high + room * 0.4]
