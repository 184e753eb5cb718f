"""Every kind of chart is what Plotly accepts, and what is drawn says what the data says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import plotly.graph_objects as go
import pytest

from charts.grids import heat_grid
from charts.plotly_figure import figure
from charts.spec import Band, ChartSpec, Kind, Note, Series

MONTHS = ("2025-01-01", "2025-02-01", "2025-03-01")
VALUES = (Decimal("1.10"), None, Decimal("3.30"))


def of_kind(kind: Kind, months: bool) -> ChartSpec:
    """A chart with everything a kind may have."""
    is_line = kind == "line"
    return ChartSpec(
        kind=kind,
        title="A title",
        x=MONTHS if months else ("Alpha", "Beta", "Gamma"),
        series=(Series("One", (1, 2, 3)),)
        if kind == "waterfall"
        else (
            Series("One", VALUES, role="category", colour=3),
            Series("Two", VALUES, role="prior" if is_line else "category", detail=("a", "b", "c")),
        ),
        unit="usd",
        alt="What it shows",
        band=Band(1.0, 2.0, "Target 1 to 2") if is_line else None,
        notes=(Note(date(2025, 2, 1), "1", "New policy"),) if is_line and months else (),
        x_is_month=months,
    )


def ahead() -> ChartSpec:
    """Two months past and one ahead with its band."""
    return ChartSpec(
        kind="columns",
        title="Ahead",
        x=MONTHS,
        series=(
            Series("Withheld", (Decimal("5.00"), Decimal("7.00"), None)),
            Series(
                "Forecast",
                (None, None, Decimal("6.00")),
                role="forecast",
                low=(None, None, Decimal("4.00")),
                high=(None, None, Decimal("9.50")),
            ),
        ),
        unit="usd",
        alt="Ahead",
        x_is_month=True,
    )


@pytest.mark.parametrize(
    ("before", "mode"),
    [
        ((Decimal(1), Decimal(2), None), "lines"),
        ((None, Decimal(2), None), "lines+markers"),
        ((Decimal(1), None, Decimal(3)), "lines+markers"),
        ((None, None, None), "lines"),
    ],
)
def test_a_value_compared_with_is_seen_where_no_line_leads_to_it(
    before: tuple[Decimal | None, ...], mode: str
) -> None:
    chart = of_kind("line", months=True)
    chart = replace(chart, series=(chart.series[0], Series("Before", before, role="prior")))
    drawn = go.Figure(figure(chart, "light").to_dict())
    assert next(trace.mode for trace in drawn.data if trace.name == "Before") == mode


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("months", [True, False])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_plotly_accepts_every_kind_of_chart(kind: Kind, months: bool, mode: str) -> None:
    drawn = figure(of_kind(kind, months), "dark" if mode == "dark" else "light").to_dict()
    checked = go.Figure(drawn)
    traces = drawn["data"]
    assert isinstance(traces, list)
    assert len(checked.data) == len(traces) > 0


def test_a_band_on_columns_is_shaded_where_it_lies() -> None:
    spec = ChartSpec(
        kind="columns", title="", x=("0–14", "15–30"), series=(Series("n", (1, 2)),), unit="count",
        alt="", band=Band(15, 30, "Target"), band_on=(1,),
    )  # fmt: skip
    shape = go.Figure(figure(spec).to_dict()).layout.shapes[0]
    assert (shape.type, shape.x0, shape.x1, shape.yref) == ("rect", 0.5, 1.5, "paper")


def test_a_column_ahead_is_hatched_and_its_bar_runs_from_low_to_high() -> None:
    past, forecast = go.Figure(figure(ahead()).to_dict()).data
    assert past.marker.pattern.shape is None
    assert forecast.marker.pattern.shape == "/"
    assert (forecast.error_y.arrayminus[-1], forecast.error_y.array[-1]) == (2.0, 3.5)


def test_panels_share_one_scale() -> None:
    layout = go.Figure(figure(of_kind("small multiples", months=True)).to_dict()).layout
    assert layout.yaxis.range == layout.yaxis2.range == (0, 3.3 * 1.08)
    assert layout.xaxis.domain[1] <= layout.xaxis2.domain[0]


def test_a_small_panel_names_few_values_on_its_axis() -> None:
    layout = go.Figure(figure(of_kind("small multiples", months=True)).to_dict()).layout
    assert layout.yaxis.ticktext == layout.yaxis2.ticktext == ("$0", "$2", "$4", "$6")


def test_a_share_of_nothing_is_the_palest_cell_with_its_number_and_no_dollars_are_none() -> None:
    """0 % has come back is known; a cell without a value is not known yet."""
    rows = [("Oct", [0.0, None])]
    grid = heat_grid("Come back", ["+0", "+1"], rows, "share", "Come back")
    drawn: dict[str, Any] = figure(grid).to_dict()
    cells = drawn["data"][0]
    assert cells["text"] == [["0.00 %", ""]]
    assert (cells["zmin"], cells["zmax"]) == (0, 1)
    assert grid.alt == "Come back: Oct, +0 0.0000 %"
    dollars = heat_grid(
        "Withheld", ["A", "B"], [("Oct", [Decimal(0), Decimal(5)])], "usd", "Withheld"
    )
    in_dollars: dict[str, Any] = figure(dollars).to_dict()
    cells = in_dollars["data"][0]
    assert cells["text"] == [["", "$5"]]
    assert (cells["zmin"], cells["zmax"]) == (0, 5)
