"""What lies over or under a chart's marks on screen: its target band, and notes on their days."""

from __future__ import annotations

from charts.drawing import Drawing
from charts.spec import Band, ChartSpec, Note
from charts.theme import Palette


def draw_band(drawn: Drawing, spec: ChartSpec, band: Band, colours: Palette) -> None:
    """Shades the target band of the value axis; the legend names it, so that it never hides a line."""
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


def draw_notes(drawn: Drawing, spec: ChartSpec, colours: Palette) -> None:
    """A dotted line at the month or quarter of each note with its label on top; hover tells the rest.

    A month is drawn on its first day: on its own day a note would stand nearer to the next month.
    """
    for x, notes in _by_place(spec).items():
        drawn.add_shape(
            type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", layer="below",
            line={"color": colours.muted, "width": 1, "dash": "dot"},
        )  # fmt: skip
        drawn.add_annotation(
            x=x, y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=", ".join(note.label for note in notes), hovertext="<br>".join(note.text for note in notes),
            bordercolor=colours.muted, borderpad=2, bgcolor=colours.background,
            font={"color": colours.text, "size": 11},
        )  # fmt: skip


def _by_place(spec: ChartSpec) -> dict[str, list[Note]]:
    """The notes by the x they belong to: the last that begins by their day."""
    places: dict[str, list[Note]] = {}
    for note in spec.notes:
        begun = [x for x in spec.x if x <= note.on_date.isoformat()]
        if begun:
            places.setdefault(begun[-1], []).append(note)
    return places
