"""Notes and names of quarters on a chart of months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from charts.plotly_figure import figure
from charts.spec import ChartSpec, Note, Series

SPEC = ChartSpec(
    kind="line",
    title="Rate",
    x=("2026-01-01", "2026-04-01"),
    series=(Series("Rate", (0.02, 0.03)),),
    unit="share",
    alt="Rate",
    x_is_month=True,
    x_names=("FY2026 Q2", "FY2026 Q3"),
    notes=(Note(date(2026, 2, 14), "1", "New audit policy"),),
)


def drawn(spec: ChartSpec) -> dict[str, Any]:
    """The figure as Plotly's dictionary."""
    found: dict[str, Any] = figure(spec).to_dict()
    return found


def test_a_note_stands_at_its_quarter_with_its_words_on_hover() -> None:
    layout = drawn(SPEC)["layout"]
    assert [(line["x0"], line["x1"]) for line in layout["shapes"]] == [("2026-01-01", "2026-01-01")]
    assert [(mark["x"], mark["text"], mark["hovertext"]) for mark in layout["annotations"]] == [
        ("2026-01-01", "1", "New audit policy")
    ]


def test_notes_of_the_end_of_a_month_stand_at_that_month_and_share_one_line() -> None:
    """On its own day a note of the last month would make the axis reach a month without data."""
    notes = (
        Note(date(2026, 9, 2), "1", "Contract"),
        Note(date(2026, 10, 29), "2", "New audit policy"),
        Note(date(2026, 10, 30), "3", "Letter"),
    )
    months = ("2026-09-01", "2026-10-01")
    layout = drawn(replace(SPEC, x=months, x_names=(), notes=notes))["layout"]
    assert [line["x0"] for line in layout["shapes"]] == list(months)
    assert [(mark["x"], mark["text"], mark["hovertext"]) for mark in layout["annotations"]] == [
        ("2026-09-01", "1", "Contract"),
        ("2026-10-01", "2, 3", "New audit policy<br>Letter"),
    ]


def test_quarters_are_named_on_the_axis_and_on_hover() -> None:
    found = drawn(SPEC)
    assert list(found["layout"]["xaxis"]["ticktext"]) == ["FY2026 Q2", "FY2026 Q3"]
    assert list(found["layout"]["xaxis"]["tickvals"]) == list(SPEC.x)
    assert found["data"][0]["customdata"][0].startswith("<b>Rate, FY2026 Q2</b>")


def test_a_chart_without_notes_has_no_lines_for_them() -> None:
    found = drawn(replace(SPEC, notes=(), x_names=()))
    assert not found["layout"].get("shapes")
    assert found["data"][0]["customdata"][0].startswith("<b>Rate, 2026-01</b>")
